#include "institution/about/about.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "institution/file/file.h"

namespace custos::institution {
namespace about_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Institution& made_up() {
  static const Institution in = read_institution(R"(version: 1
institution: {domain: court.example.org, netbios: COURT}
networks: [{name: servers, cidrs: 10.20.8.0/24, kind: server}, {name: all, cidrs: 10.0.0.0/8, dhcp: true}]
hosts:
  - {name: fs1, domain: court.example.org, aliases: files, addresses: 10.20.8.11, macs: 00-1A-2B-3C-4D-5E, roles: file-server}
  - {name: ws-014, domain: court.example.org, owner: p-1}
services:
  - {name: files, hosts: fs1, needs: directory}
  - {name: directory, needs: dns}
  - {name: dns}
  - {name: mail, needs: [files, dns]}
people:
  - id: p-1
    name: "Osei, Mercy"
    mail: mercy@court.example.org
    unit: Registry
    role: clerk
    manager: p-2
    cases: [{id: C-1, from: 2026-02-01}]
    accounts:
      - {name: m.osei, domain: COURT, upn: m.osei@court.example.org, sid: S-1-5-21-1, display_name: Mercy Osei}
      - {name: osei, host: fs1}
  - {id: p-2, unit: Chambers}
accounts: [{name: m.osei, domain: OTHER, kind: service}]
cases: [{id: C-1, title: Situation}]
protected:
  - {id: w, kind: folder, owner: Registry, match: '\\fs1\cases\*.docx', cases: C-1, tell: [Chambers, p-1]}
canaries: [{kind: account, value: svc-*}]
known: [{kind: scanner, name: inventory, addresses: 10.20.8.0/28, hosts: files}]
)",
                                                 "made up")
                                    ->institution;
  return in;
}

std::vector<std::string> found(std::string_view name) {
  std::vector<std::string> out;
  for (const Sheet& s : about(made_up(), name)) out.push_back(s.kind + " " + s.title);
  return out;
}

std::vector<std::string> fact(std::string_view name, std::string_view label) {
  for (const Sheet& s : about(made_up(), name)) {
    for (const auto& [l, values] : s.facts) {
      if (l == label) return values;
    }
  }
  return {};
}

TEST(About, AccountsInAnySpelling) {
  for (const char* s : {"COURT\\m.osei", "court\\M.OSEI", "court.example.org\\m.osei", "COURT/m.osei", "m.osei@court.example.org", "M.Osei@COURT.example.org",
                        "S-1-5-21-1", "mercy osei"}) {
    EXPECT_THAT(found(s), ElementsAre("account COURT\\m.osei")) << s;
  }
  EXPECT_THAT(found("m.osei"), ElementsAre("account COURT\\m.osei", "account OTHER\\m.osei")) << "a bare name may be two accounts";
  EXPECT_THAT(found("OTHER\\m.osei"), ElementsAre("account OTHER\\m.osei"));
  EXPECT_THAT(found("THIRD\\m.osei"), IsEmpty());
  EXPECT_THAT(found("fs1\\osei"), ElementsAre("account fs1\\osei"));
  EXPECT_THAT(found(".\\osei"), ElementsAre("account fs1\\osei"));
  EXPECT_THAT(fact("COURT\\m.osei", "belongs to"), ElementsAre("p-1 (Osei, Mercy, Registry)"));
}

TEST(About, PeopleAndTheirWork) {
  EXPECT_THAT(found("p-1"), ElementsAre("person p-1 (Osei, Mercy)"));
  EXPECT_THAT(found("osei, mercy"), ElementsAre("person p-1 (Osei, Mercy)"));
  EXPECT_THAT(found("mercy@court.example.org"), ElementsAre("person p-1 (Osei, Mercy)"));
  EXPECT_THAT(fact("p-1", "cases"), ElementsAre("C-1 (Situation), since 2026-02-01"));
  EXPECT_THAT(fact("p-1", "work calls for"), ElementsAre("w"));
  EXPECT_THAT(fact("p-1", "told when touched"), ElementsAre("w"));
  EXPECT_THAT(fact("p-1", "hosts"), ElementsAre("ws-014.court.example.org"));
  EXPECT_THAT(fact("p-1", "manager"), ElementsAre("p-2 (Chambers)"));
  EXPECT_THAT(fact("p-2", "leads"), ElementsAre("p-1 (Osei, Mercy)"));
  EXPECT_THAT(fact("p-2", "work calls for"), IsEmpty());
  EXPECT_THAT(found("registry"), ElementsAre("unit Registry"));
}

TEST(About, HostsAddressesServices) {
  for (const char* s : {"fs1", "FS1.court.example.org.", "COURT\\fs1$", "FS1$", "001a.2b3c.4d5e"})
    EXPECT_THAT(found(s), ElementsAre("host fs1.court.example.org")) << s;
  EXPECT_THAT(found("files"), ElementsAre("host fs1.court.example.org", "service files"));
  EXPECT_THAT(fact("fs1", "services that stand on those"), ElementsAre("mail"));
  EXPECT_THAT(fact("fs1", "known as"), ElementsAre("scanner, inventory"));
  EXPECT_THAT(fact("fs1", "networks"), ElementsAre("servers, server", "all"));
  EXPECT_THAT(found("10.20.8.11"), ElementsAre("address 10.20.8.11"));
  EXPECT_THAT(fact("10.20.8.11", "hosts"), ElementsAre("fs1.court.example.org"));
  EXPECT_THAT(fact("::ffff:10.20.8.9", "networks"), ElementsAre("servers, server", "all, DHCP"));
  EXPECT_THAT(fact("10.20.8.9", "known as"), ElementsAre("scanner, inventory"));
  EXPECT_THAT(fact("mail", "stands on"), ElementsAre("directory", "dns", "files"));
  EXPECT_THAT(fact("dns", "needed by"), ElementsAre("directory", "files", "mail"));
}

TEST(About, ItemsCasesCanaries) {
  EXPECT_THAT(found("\\\\FS1\\cases\\a\\b.docx"), ElementsAre("protected w"));
  EXPECT_THAT(found("\\\\FS1\\cases\\a\\b.doc"), IsEmpty());
  EXPECT_THAT(fact("w", "work of"), ElementsAre("p-1 (Osei, Mercy)"));
  EXPECT_THAT(fact("w", "tell"), ElementsAre("Chambers", "p-1 (Osei, Mercy, Registry)"));
  EXPECT_THAT(fact("C-1", "assigned"), ElementsAre("p-1 (Osei, Mercy, Registry), since 2026-02-01"));
  EXPECT_THAT(fact("C-1", "protected items"), ElementsAre("w"));
  EXPECT_THAT(found("SVC-old"), ElementsAre("canary svc-*"));
  EXPECT_THAT(found(""), IsEmpty());
  EXPECT_THAT(found("nothing"), IsEmpty());
}

TEST(About, CyclesOfServicesEnd) {
  Institution in;
  in.services = {{"a", {}, {"b"}, 1, false, {}}, {"b", {}, {"a"}, 1, false, {}}};
  EXPECT_EQ(about(in, "a").size(), 1u);
}

TEST(About, PatternsFitAsANaiveTwinSays) {
  const std::function<bool(std::string_view, std::string_view)> naive = [&](std::string_view p, std::string_view t) {
    if (p.empty()) return t.empty();
    if (p[0] == '*') return naive(p.substr(1), t) || (!t.empty() && naive(p, t.substr(1)));
    return !t.empty() && p[0] == t[0] && naive(p.substr(1), t.substr(1));
  };
  std::mt19937 random(9);
  for (int i = 0; i < 20'000; ++i) {
    std::string p, t;
    for (auto n = random() % 7; n > 0; --n) p += "ab*"[random() % 3];
    for (auto n = random() % 8; n > 0; --n) t += "ab"[random() % 2];
    ASSERT_EQ(fits(p, t), naive(p, t)) << p << " " << t;
  }
}

TEST(About, HoursAndSpans) {
  WorkingHours h;
  EXPECT_EQ(hours_text(h), "mon-fri 08:00-18:00 UTC");
  h.days = {1, 3, 6, 7};
  EXPECT_EQ(hours_text(h), "mon,wed,sat-sun 08:00-18:00 UTC");
  h.days.clear();
  EXPECT_EQ(hours_text(h), "no day 08:00-18:00 UTC");
  EXPECT_EQ(span_text({*parse_time("2026-01-01"), *parse_time("2026-07-01")}), "2026-01-01 to 2026-06-30");
  EXPECT_EQ(span_text({}), "");
}

}  // namespace
}  // namespace about_test
}  // namespace custos::institution
