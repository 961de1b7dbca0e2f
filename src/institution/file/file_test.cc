#include "institution/file/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace custos::institution {
namespace institution_file_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

InstitutionFile read(std::string_view text) {
  auto file = read_institution(text, "i.yaml", {CUSTOS_SOURCE_DIR "/absent"});
  EXPECT_TRUE(file) << (file ? "" : file.error().text);
  return file ? std::move(*file) : InstitutionFile{};
}

// "3 error: text" a remark.
std::vector<std::string> remarks(std::string_view body) {
  std::vector<std::string> out;
  const InstitutionFile f = read("version: 1\n" + std::string(body));
  for (const Remark& r : f.remarks.list()) {
    EXPECT_EQ(r.file, "i.yaml");
    out.push_back(fmt::format("{} {}: {}", r.line, r.severity == Severity::Error ? "error" : "warning", r.text));
  }
  return out;
}

TEST(InstitutionFile, TakesWhatStandsInIt) {
  const InstitutionFile f = read(R"(version: 1
institution: {name: Court of Example, domain: court.example.org, netbios: COURT}
hours: {days: [mon, tue, thu], from: "08:00", to: "18:30", holidays: [2026-12-25]}
confidentialities: [public, internal]
networks: [{name: office, cidrs: 10.20.4.0/22, kind: office, dhcp: true}]
hosts:
  - {name: ws-014, domain: court.example.org, addresses: 10.20.4.14, roles: workstation, owner: p-1, from: 2026-01-01, until: 2026-06-30}
services: [{name: files, hosts: [ws-014], core: true, hours: {to: "20:00"}}]
people:
  - id: p-1
    name: "1234"
    cases: [C-1, {id: C-2, from: 2026-02-01, until: 2026-02-28}]
    hours: {from: "10:00"}
    accounts: [{name: m.osei, domain: COURT, password_set: 2026-01-05T08:00:00Z, disabled: true}]
cases: [{id: C-1, confidentiality: internal}, {id: C-2}]
protected: [{id: f-1, kind: folder, owner: p-1, match: '\\fs\cases\*', tell: [p-1, dpo@example.org]}]
canaries: [{kind: account, value: COURT\svc-old}]
known: [{kind: scanner, addresses: 10.20.4.9}]
)");
  EXPECT_THAT(f.remarks.list(), IsEmpty());
  const Institution& i = f.institution;
  EXPECT_EQ(i.name, "Court of Example");
  EXPECT_EQ(i.netbios, "COURT");
  EXPECT_THAT(i.hours.days, ElementsAre(1, 2, 4));
  EXPECT_EQ(i.hours.begin, 480);
  EXPECT_EQ(i.hours.end, 1110);
  ASSERT_EQ(i.hosts.size(), 1u);
  EXPECT_THAT(i.hosts[0].addresses, ElementsAre("10.20.4.14"));
  EXPECT_EQ(to_rfc3339(i.hosts[0].in_use.from), "2026-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(i.hosts[0].in_use.until), "2026-07-01T00:00:00Z") << "the last day counts";
  ASSERT_TRUE(i.services.at(0).hours);
  EXPECT_EQ(i.services[0].hours->begin, 480) << "what is not said is the institution's";
  EXPECT_EQ(i.services[0].hours->end, 1200);
  EXPECT_THAT(i.services[0].hours->holidays, ElementsAre("2026-12-25"));
  ASSERT_EQ(i.people.size(), 1u);
  EXPECT_EQ(i.people[0].name, "1234");
  EXPECT_THAT(i.people[0].cases, ElementsAre("C-1", "C-2"));
  ASSERT_EQ(i.people[0].assigned.count("C-2"), 1u);
  EXPECT_EQ(to_rfc3339(i.people[0].assigned.at("C-2").until), "2026-03-01T00:00:00Z");
  EXPECT_TRUE(i.people[0].accounts.at(0).disabled);
  EXPECT_EQ(to_rfc3339(i.people[0].accounts[0].password_set), "2026-01-05T08:00:00Z");
  EXPECT_THAT(i.items.at(0).match, ElementsAre("\\\\fs\\cases\\*"));
  EXPECT_EQ(i.canaries.at(0).value, "COURT\\svc-old");
}

TEST(InstitutionFile, NamesUnknownKeysWithTheNearest) {
  EXPECT_THAT(
      remarks("hosts:\n  - {name: a, adresses: [10.0.0.1], zzzzzz: 1}\npeopel: []\n"),
      ElementsAre(
          "3 error: 'adresses' is no key of a host; did you mean 'addresses'?",
          "3 error: 'zzzzzz' is no key of a host; the keys are name, domain, aliases, addresses, macs, roles, os, network, owner, shared, from and until",
          "4 error: 'peopel' is no key of an institution file; did you mean 'people'?"));
}

TEST(InstitutionFile, SaysEveryWrongTypeAndGoesOn) {
  EXPECT_THAT(
      remarks("hosts:\n"
              "  - {name: [a]}\n"
              "  - {name: b, shared: yes, from: 2026-02-30}\n"
              "  - just text\n"
              "services: [{name: s, minimum: two}, {name: t, minimum: -1, core: 'true'}]\n"
              "networks: [{name: n, cidrs: {a: b}}]\n"
              "hours: {days: [monday], from: \"25:00\", to: 8}\n"
              "people: [{name: nobody}, {id: true}, {id: '', until: 2026-01-01, from: 2026-03-01}]\n"),
      ElementsAre("3 error: 'name' takes a text, not a list", "4 error: 'shared' takes true or false, not 'yes'",
                  "4 error: 'from' takes a date such as 2026-03-15 or a time such as 2026-03-15T10:00:00Z, not '2026-02-30'",
                  "5 error: a host is written as keys and values ('name: ...'), not as 'just text'",
                  "6 error: 'minimum' takes a whole number from 1 to 100000, not 'two'", "6 error: 'minimum' takes a whole number from 1 to 100000, not '-1'",
                  "6 error: 'core' takes true or false, not 'true'", "7 error: 'cidrs' takes a text or a list of texts, not a map",
                  "8 error: 'days' takes days: mon, tue, wed, thu, fri, sat, sun, not 'monday'",
                  "8 error: 'from' takes a time of the day such as \"08:30\", not '25:00'", "8 error: 'to' takes a time of the day such as \"08:30\", not '8'",
                  "9 error: a person needs 'id'", "9 error: 'id' takes a text (in quotes where it is meant so), not 'true'",
                  "9 error: 'id' is an empty text; leave the key out", "9 error: 'until' is not behind 'from'"));
}

TEST(InstitutionFile, KnowsItsVersion) {
  EXPECT_EQ(read("hosts: []\n").remarks.list().at(0).text, "'version: 1' is missing; it tells which keys there are");
  EXPECT_EQ(read("version: 2\n").remarks.list().at(0).text, "this custos reads 'version: 1', not '2'");
  EXPECT_THAT(read("version: 1\n").remarks.list(), IsEmpty());
}

TEST(InstitutionFile, WordsThatMeanNothing) {
  EXPECT_THAT(
      remarks("hosts: [{name: a, roles: [wrkstation, kiosk]}]\n"
              "canaries: [{kind: files, value: x}]\n"
              "networks: [{name: n, cidrs: 10.0.0.0/8, kind: ofice}]\n"),
      ElementsAre(
          "2 warning: 'wrkstation' is none of the roles that custos gives a meaning to; did you mean 'workstation'?",
          "2 warning: 'kiosk' is none of the roles that custos gives a meaning to; the words are workstation, server, domain-controller, file-server, mail, "
          "web, dns, database, proxy, bastion, backup, scanner, printer and phone",
          "3 error: 'files' is no kind that custos gives a meaning to; did you mean 'file'?",
          "4 warning: 'ofice' is no kind that custos gives a meaning to; did you mean 'office'?"));
}

TEST(InstitutionFile, NothingStandsTwice) {
  EXPECT_THAT(remarks("hosts: [{name: A}, {name: a}, {name: b, domain: x.org}, {name: b, domain: y.org}, {name: c, aliases: [b.x.org, C2]}]\n"
                      "people:\n"
                      "  - {id: p, accounts: [{name: M, domain: D, sid: S-1-5-21-1}]}\n"
                      "  - {id: p, accounts: [{name: m, domain: d, upn: x@y}, {name: n, upn: X@Y, sid: S-1-5-21-1}]}\n"
                      "accounts: [{name: m, kind: service}, {name: k, sid: 5}]\n"),
              ElementsAre("2 error: there are two hosts called 'a' (first in line 2)",
                          "2 warning: 'b.x.org' is the name of more than one host (first in line 2); it will be taken for unclear",
                          "5 error: there are two people with the id 'p' (first in line 4)", "5 error: the account 'd\\m' stands here twice (first in line 4)",
                          "5 error: the user principal name 'X@Y' stands here twice (first in line 5)",
                          "5 error: the SID 'S-1-5-21-1' stands here twice (first in line 4)", "6 error: '5' is no SID; one begins with S-1-",
                          "6 warning: the account 'k' belongs to nobody; put it under its person, or say its kind"));
}

TEST(InstitutionFile, ReferencesThatDangle) {
  EXPECT_THAT(remarks("hosts: [{name: a, owner: nobody, network: none}]\n"                                                                 // 2
                      "services: [{name: s, hosts: [A, ghost],\n"                                                                          // 3
                      "  needs: [S2]}, {name: s2, needs: t}]\n"                                                                            // 4
                      "people:\n"                                                                                                          // 5
                      "  - {id: p, unit: Registry, role: clerk, manager: q, cases: [C-9]}\n"                                               // 6
                      "  - id: r\n"                                                                                                        // 7
                      "    cases:\n"                                                                                                       // 8
                      "      - C-1\n"                                                                                                      // 9
                      "      - {id: C-8}\n"                                                                                                // 10
                      "cases: [{id: C-1, units: [registry, Chambers]}]\n"                                                                  // 11
                      "protected:\n"                                                                                                       // 12
                      "  - {id: i, kind: share, match: x, owner: x, cases: C-1, people: [z], tell: [REGISTRY, clerk, p, a@b.c, Press]}\n"  // 13
                      "  - {id: j, kind: mailbox, owner: Registry, confidentiality: secret}\n"                                             // 14
                      "known: [{kind: operator, people: [p, z2]}, {kind: egress}]\n"),                                                     // 15
              ElementsAre("2 error: 'owner': there is no person with the id 'nobody'", "2 error: 'network': there is no network called 'none'",
                          "3 error: 'hosts': there is no host called 'ghost'", "4 error: 'needs': there is no service called 't'",
                          "6 error: 'manager': there is no person with the id 'q'", "6 error: 'cases': there is no case with the id 'C-9'",
                          "10 error: 'cases': there is no case with the id 'C-8'", "11 warning: 'units': there is no person of the unit 'Chambers'",
                          "13 error: 'owner': there is no person or unit 'x'", "13 error: 'people': there is no person with the id 'z'",
                          "13 warning: 'tell': there is no person, unit, role or mail address 'Press'",
                          "14 warning: list the 'confidentialities' of the institution, weakest first, so that they can be compared",
                          "14 warning: 'j' has no 'match': no log can be seen to speak of it", "15 error: 'people': there is no person with the id 'z2'",
                          "15 error: a known source needs 'addresses', 'hosts', 'people' or 'accounts'"));
}

TEST(InstitutionFile, NetworksAndAddresses) {
  EXPECT_THAT(remarks("networks:\n"
                      "  - {name: n, cidrs: [10.0.0.0/16, 10.0.1.0/24, 10.0.300.0/24, 10.1.0.0, 2001:db8::/129]}\n"  // 3
                      "  - {name: m, cidrs: 10.0.0.0/16}\n"                                                          // 4
                      "  - {name: o, cidrs: [192.168.1.7/24, 2001:db8::/48]}\n"                                      // 5
                      "hosts:\n"
                      "  - {name: a, addresses: [10.0.1.5, '2001:db8::5', 172.16.0.1, x], network: ''}\n"    // 7
                      "  - {name: b, addresses: [10.0.1.5], network: o, macs: [00-1A-2B-3C-4D-5E, 001a]}\n"  // 8
                      "  - {name: c, addresses: 10.0.1.5, from: 2030-01-01}\n"                               // 9
                      "known: [{kind: egress, addresses: [1.2.3.4, 1.2.3.0/24, one]}]\n"),
              ElementsAre("3 error: '10.0.300.0/24' is no network such as 10.20.4.0/22 or 2001:db8::/48",
                          "3 error: '10.1.0.0' is no network such as 10.20.4.0/22 or 2001:db8::/48",
                          "3 error: '2001:db8::/129' is no network such as 10.20.4.0/22 or 2001:db8::/48", "4 error: 10.0.0.0/16 stands in 'n' and in 'm'",
                          "4 warning: 10.0.1.0/24 of 'n' lies inside 10.0.0.0/16 of 'm'; an address in both is taken to be in the smaller one",
                          "5 warning: '192.168.1.7/24' has bits set behind its mask; the network is 192.168.1.0/24",
                          "7 error: 'network' is an empty text; leave the key out", "7 warning: 172.16.0.1 of 'a' is in none of the networks",
                          "7 error: 'x' is no address", "8 warning: 10.0.1.5 is the address of 'a' and of 'b' at the same time",
                          "8 error: 10.0.1.5 of 'b' is not in the network 'o'", "8 error: '001a' is no MAC address",
                          "9 warning: 10.0.1.5 is the address of 'a' and of 'c' at the same time", "10 error: 'one' is no address and no network"));
}

TEST(InstitutionFile, ServicesStandOnSomething) {
  EXPECT_THAT(remarks("hosts: [{name: a}]\n"
                      "services:\n"
                      "  - {name: mail, hosts: a, minimum: 2}\n"
                      "  - {name: cloud, minimum: 2}\n"
                      "  - {name: outside}\n"
                      "  - {name: x, needs: [y, outside]}\n"
                      "  - {name: y, needs: z}\n"
                      "  - {name: z, needs: [outside, X]}\n"
                      "  - {name: self, needs: self}\n"
                      "  - {name: d1, needs: [d2, d3]}\n"
                      "  - {name: d2, needs: d4}\n"
                      "  - {name: d3, needs: d4}\n"
                      "  - {name: d4}\n"),
              ElementsAre("4 error: 'mail' needs 2 hosts to run but has 1", "5 error: 'cloud' needs 2 hosts to run but has 0",
                          "9 error: services stand on themselves: x needs y needs z needs x", "10 error: services stand on themselves: self needs self"));
}

TEST(InstitutionFile, AssignmentsFitEmployments) {
  EXPECT_THAT(remarks("cases: [{id: old, until: 2020-12-31}, {id: new, from: 2026-06-01}, {id: c}]\n"
                      "people:\n"
                      "  - {id: a, from: 2026-01-01, cases: [{id: c, from: 2025-12-31}]}\n"
                      "  - {id: b, from: 2026-01-01, cases: [old, {id: c, from: 2026-01-01}]}\n"
                      "  - {id: d, until: 2026-03-31, cases: [new, {id: c, from: 2026-04-01}]}\n"
                      "  - {id: e, until: 2026-03-31, cases: [{id: c, until: 2026-04-01}, {id: old, from: 2021-01-01}, {id: c}]}\n"),
              ElementsAre("4 error: 'a' is assigned to the case 'c' before being employed",
                          "5 error: 'b' is assigned to the case 'old' which was closed before they were employed",
                          "6 error: 'd' is assigned to the case 'new' which was opened after they had left",
                          "6 error: 'd' is assigned to the case 'c' when no longer employed", "7 error: the case 'c' is assigned twice",
                          "7 warning: 'e' is assigned to the case 'c' beyond the end of the employment",
                          "7 warning: 'e' is assigned to the case 'old' while it is not open"));
}

TEST(InstitutionFile, TimeZones) {
  const std::string body = "version: 1\nhours: {zone: Europe/Nowhere}\npeople: [{id: p, hours: {zone: ../passwd}}]\n";
  const auto checked = read_institution(body, "i.yaml", {CUSTOS_SOURCE_DIR "/src"});
  ASSERT_TRUE(checked);
  ASSERT_EQ(checked->remarks.list().size(), 2u);
  EXPECT_EQ(checked->remarks.list()[0].text, "there is no time zone 'Europe/Nowhere'; one looks like Europe/Amsterdam");
  EXPECT_EQ(checked->remarks.list()[1].text, "'../passwd' is no name of a time zone such as Europe/Amsterdam");
  EXPECT_THAT(read_institution("version: 1\nhours: {zone: institution/file/file.h}\n", "i.yaml", {CUSTOS_SOURCE_DIR "/src"})->remarks.list(), IsEmpty())
      << "a file that is there";
  const auto unchecked = read("version: 1\nhours: {zone: Europe/Nowhere}\n");
  ASSERT_EQ(unchecked.remarks.list().size(), 1u);
  EXPECT_EQ(unchecked.remarks.list()[0].severity, Severity::Warning);
}

TEST(InstitutionFile, RefusesWhatIsNone) {
  const auto why = [](std::string_view text) {
    const auto f = read_institution(text, "p");
    return f ? std::string("read") : f.error().where + ": " + f.error().text;
  };
  EXPECT_EQ(why(""), "p: is empty; begin with 'version: 1', or let `custos institution init` propose a file");
  EXPECT_EQ(why("# nothing\n"), why(""));
  EXPECT_EQ(why("- a\n"), "p: line 1: an institution file is a map that begins with 'version: 1'");
  EXPECT_EQ(why("version: 1\n---\nversion: 1\n"), "p: holds more than one YAML document; an institution is one");
  EXPECT_THAT(why("version: 1\nhosts: [\n"), ::testing::HasSubstr("line 3"));
  EXPECT_THAT(why("version: 1\nversion: 1\n"), ::testing::HasSubstr("twice"));
  std::string bomb = "version: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'i'; ++c) bomb += fmt::format("{0}: &{0} [*{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}]\n", c, static_cast<char>(c - 1));
  EXPECT_EQ(why(bomb), "p: aliases make it larger than a million values");
}

TEST(InstitutionFile, ManyMistakesAreCountedAndStayQuick) {
  std::string text = "version: 1\nhosts:\n";
  for (int i = 0; i < 50'000; ++i) text += fmt::format("  - {{name: h{}, ownr: p, network: n, addresses: [x]}}\n", i);
  const InstitutionFile f = read(text);
  EXPECT_EQ(f.remarks.list().size(), Remarks::kMost);
  EXPECT_EQ(f.remarks.errors(), 150'000u);
  EXPECT_EQ(f.remarks.unlisted(), 150'000u - Remarks::kMost);
}

}  // namespace
}  // namespace institution_file_test
}  // namespace custos::institution
