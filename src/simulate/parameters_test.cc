#include "simulate/parameters.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "simulate/sensors/windows_kinds.h"

namespace custos::simulate {
namespace {

std::string shipped() {
  std::ifstream in(CUSTOS_SOURCE_DIR "/content/simulation/parameters.yml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Parameters, TheShippedOnesAreWhole) {
  const auto p = read_parameters(shipped(), "parameters.yml");
  ASSERT_TRUE(p) << p.error().text;
  double share = 0;
  for (const Role& r : p->roles) share += r.share;
  EXPECT_NEAR(share, 1, 1e-9);
  for (const Noise& n : p->noise) {
    const WindowsKind* kind = windows_kind(n.event);
    ASSERT_NE(kind, nullptr) << n.event;
    for (const auto& [field, choices] : n.fields) {
      EXPECT_FALSE(choices.empty()) << n.event << " " << field;
      EXPECT_TRUE(std::any_of(kind->fields.begin(), kind->fields.end(), [&f = field](const WindowsField& k) { return k.name == f; }))
          << n.event << " has no " << field;
    }
  }
  for (const Program& program : p->programs) {
    const bool site = program.site.empty() || std::any_of(p->sites.begin(), p->sites.end(), [&](const Site& s) { return s.domain == program.site; });
    EXPECT_TRUE(site) << program.name << " goes to " << program.site;
    EXPECT_TRUE(program.connect == 0 || !program.site.empty()) << program.name;
  }
}

TEST(Parameters, AUsersFileReplacesAndMerges) {
  const auto base = read_parameters(shipped(), "parameters.yml");
  ASSERT_TRUE(base);
  const auto p = read_parameters("institution: {name: Ministry}\nservers: {scan_hour: 4}\nnoise: []\nfaults: {lost: 0.5}\ncampaigns: {espionage: {dwell: 3}}\n",
                                 "own.yml", *base);
  ASSERT_TRUE(p) << p.error().text;
  EXPECT_EQ(p->name, "Ministry");
  EXPECT_EQ(p->domain, base->domain);
  EXPECT_EQ(p->servers.at("scan_hour"), 4);
  EXPECT_EQ(p->servers.at("backup_hour"), base->servers.at("backup_hour"));
  EXPECT_TRUE(p->noise.empty());
  EXPECT_EQ(p->roles.size(), base->roles.size());
  EXPECT_EQ(p->faults.lost, 0.5);
  EXPECT_EQ(p->campaigns.at("espionage").at("dwell"), 3);
}

TEST(Parameters, MistakesAreNamedWithTheirLine) {
  const auto base = read_parameters(shipped(), "parameters.yml");
  const auto mistake = [&](const char* text) {
    const auto p = read_parameters(text, "own.yml", *base);
    return p ? std::string("none") : p.error().text;
  };
  EXPECT_EQ(mistake("faults:\n  lots: 0.5\n"), "line 2: 'lots' is no parameter of faults");
  EXPECT_EQ(mistake("faults: {lost: 2}\n"), "line 1: 'lost' should lie between 0 and 1");
  EXPECT_EQ(mistake("faults: {lost: much}\n"), "line 1: 'lost' should be a number");
  EXPECT_EQ(mistake("roles: clerk\n"), "line 1: 'roles' should be a list");
  EXPECT_EQ(mistake("sites: [{domain: a.example, out: [1, 2, 3]}]\n"), "line 1: 'out' should be [median, sigma]");
  EXPECT_EQ(mistake("roles: []\n"), "needs 'roles'");
  EXPECT_NE(mistake("a: [\n"), "none");
  EXPECT_NE(mistake(""), "none");
}

}  // namespace
}  // namespace custos::simulate
