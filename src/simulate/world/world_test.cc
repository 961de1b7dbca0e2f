#include "simulate/world/world.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace custos::simulate {
namespace {

Parameters shipped_parameters() {
  std::ifstream in(CUSTOS_SOURCE_DIR "/content/simulation/parameters.yml");
  std::stringstream text;
  text << in.rdbuf();
  return *read_parameters(text.str(), "parameters.yml");
}

TEST(World, HasEverythingLifeNeeds) {
  const Parameters p = shipped_parameters();
  for (const unsigned hosts : {15u, 50u, 400u}) {
    World w = build_world(p, 7, hosts, 0, kDay);
    EXPECT_EQ(w.machines.size(), hosts);
    for (const Kind k : {Kind::Workstation, Kind::DomainController, Kind::FileServer, Kind::AppServer, Kind::Backup, Kind::Scanner, Kind::Printer, Kind::Web,
                         Kind::Bastion, Kind::Resolver, Kind::Proxy, Kind::Database, Kind::Mail}) {
      EXPECT_FALSE(w.all(k).empty());
    }
    std::set<std::string> names, accounts, fixed;
    for (const Machine& m : w.machines) {
      EXPECT_TRUE(names.insert(m.name).second) << m.name;
      if (!w.nets[m.net].dhcp) {
        EXPECT_TRUE(fixed.insert(m.address).second) << m.address;
      }
    }
    for (const User& u : w.users) {
      EXPECT_TRUE(accounts.insert(u.name).second) << u.name;
      EXPECT_EQ(u.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz.-0123456789"), std::string::npos) << u.name;
    }
    for (const Colleague& c : w.people) EXPECT_LT(c.machine, w.machines.size());
    EXPECT_TRUE(std::any_of(w.people.begin(), w.people.end(), [](const Colleague& c) { return c.admin != nullptr; })) << hosts;
  }
}

TEST(World, IsTheSameForTheSameSeed) {
  const Parameters p = shipped_parameters();
  const World a = build_world(p, 7, 60, 0, kDay), b = build_world(p, 7, 60, 0, kDay), c = build_world(p, 8, 60, 0, kDay);
  ASSERT_EQ(a.people.size(), b.people.size());
  for (std::size_t i = 0; i < a.people.size(); ++i) {
    EXPECT_EQ(a.people[i].user->name, b.people[i].user->name);
    EXPECT_EQ(a.people[i].folders, b.people[i].folders);
  }
  EXPECT_EQ(a.domain_sid, b.domain_sid);
  EXPECT_NE(a.domain_sid, c.domain_sid);
}

TEST(World, DescribesItselfAsAnInstitution) {
  const Parameters p = shipped_parameters();
  const World w = build_world(p, 7, 60, 0, kDay);
  const Institution i = describe(w);
  EXPECT_EQ(i.hosts.size(), w.machines.size());
  EXPECT_EQ(i.people.size(), w.people.size());
  EXPECT_EQ(i.items.size(), w.cases.size());
  for (const custos::Network& n : i.networks) EXPECT_EQ(n.cidrs.size(), 1u);
  EXPECT_EQ(i.networks[0].cidrs[0], "10.20.8.0/21");
  EXPECT_EQ(i.networks[1].cidrs[0], "10.20.1.0/24");
}

}  // namespace
}  // namespace custos::simulate
