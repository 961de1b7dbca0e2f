#include "engine/attribution/identities.h"

#include <gtest/gtest.h>

#include "engine/attribution/entities.h"
#include "engine/findings.h"

namespace custos::engine {
namespace identities_test {
namespace {

constexpr Micros kBegin = 1'789'000'000 * kSecond, kHour = 3'600 * kSecond;

Institution court() {
  Institution i;
  i.domain = "court.example.org";
  i.netbios = "COURT";
  i.networks = {{.name = "office", .cidrs = {"10.20.8.0/22"}, .kind = "office", .dhcp = true},
                {.name = "guests", .cidrs = {"192.168.77.0/24"}, .kind = "guest", .nat = true}};
  Person p;
  p.id = "m.osei";
  p.accounts = {{.name = "m.osei", .domain = "COURT", .sid = "S-1-5-21-1-2-3-1104"}};
  i.people = {p};
  return i;
}

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

class Logs {
 public:
  Event event(Micros at, const Fields& fields) {
    batch_.clear();
    batch_.begin("raw", 0, ++number_);
    batch_.pending_record().time = at;
    for (const auto& [name, value] : fields) batch_.add(name, batch_.arena().keep(value));
    batch_.end();
    return batch_[0];
  }
  void lease(institution::Resolver& r, Micros at, std::string_view address, std::string_view host) {
    const Event e = event(at, {{"assigned_addr", address}, {"host_name", host}, {"lease_time", "28800"}});
    clues_.read(e);
    r.from("dhcp.log");
    r.observe(clues_, e.record());
  }

 private:
  Names names_;
  LogSources sources_;
  Batch batch_{names_, sources_};
  institution::Clues clues_{names_};
  std::uint64_t number_ = 0;
};

std::string told(const Finding& f) {
  std::string out;
  for (const Entity& e : f.entities) {
    for (const Identity& i : e.identities) {
      out += e.value + " " + i.kind + "=" + i.is.value;
      for (const std::string& c : i.is.candidates) out += c == i.is.value ? "" : "?" + c;
      out += "; ";
    }
  }
  return out;
}

class Identities : public testing::Test {
 protected:
  Identities() {
    logs_.lease(resolver_, kBegin, "10.20.8.31", "ws-014");
    logs_.lease(resolver_, kBegin + 9 * kHour, "10.20.8.31", "ws-022");
    resolver_.settle();
  }
  std::string of(Micros first, Micros last, const Fields& fields) {
    std::vector<Finding> findings(1);
    findings[0].time = first;
    findings[0].last_time = last;
    findings[0].entities = entities_of(logs_.event(first, fields));
    counts_ = identify(findings, resolver_);
    return told(findings[0]);
  }
  Logs logs_;
  institution::Resolver resolver_{court(), institution::Resolver::Keep::HostsAndAccounts};
  IdentityCoverage counts_;
};

TEST_F(Identities, AnAddressIsWhoseItWasThen) {
  EXPECT_EQ(of(kBegin + kHour, kBegin + kHour, {{"id.orig_h", "10.20.8.31"}, {"id.resp_h", "198.18.0.1"}}), "10.20.8.31 host=ws-014; ");
  EXPECT_EQ(of(kBegin + 10 * kHour, kBegin + 11 * kHour, {{"id.orig_h", "10.20.8.31"}}), "10.20.8.31 host=ws-022; ");
  EXPECT_EQ(counts_.known, 1u);
}

TEST_F(Identities, WhatChangedHandsWithinAFindingHasCandidatesAndNoValue) {
  EXPECT_EQ(of(kBegin + kHour, kBegin + 10 * kHour, {{"id.orig_h", "10.20.8.31"}}), "10.20.8.31 host=?ws-014?ws-022; ");
  EXPECT_EQ(counts_.ambiguous, 1u);
}

TEST_F(Identities, OwnAddressesOfNobodyAreCountedAndManyPeoplesAreSaid) {
  EXPECT_EQ(of(kBegin, kBegin, {{"id.orig_h", "10.20.9.9"}}), "");
  EXPECT_EQ(counts_.open, 1u);
  EXPECT_EQ(of(kBegin, kBegin, {{"id.orig_h", "192.168.77.9"}}), "192.168.77.9 host=; ");
  EXPECT_EQ(of(kBegin, kBegin, {{"id.orig_h", "198.18.0.1"}}), "");
  EXPECT_EQ(counts_.open, 0u);
}

TEST_F(Identities, AccountsByTheDomainAndSidBesideTheirName) {
  EXPECT_EQ(of(kBegin, kBegin, {{"TargetUserName", "m.osei"}, {"TargetDomainName", "COURT"}}), "m.osei account=court\\m.osei; m.osei person=m.osei; ");
  EXPECT_EQ(of(kBegin, kBegin, {{"SubjectUserName", "renamed"}, {"SubjectUserSid", "S-1-5-21-1-2-3-1104"}}),
            "renamed account=court\\m.osei; renamed person=m.osei; ");
  // A local account of that name is another one.
  EXPECT_EQ(of(kBegin, kBegin, {{"TargetUserName", "m.osei"}, {"TargetDomainName", "WS-014"}}), "m.osei account=ws-014\\m.osei; ");
  EXPECT_EQ(of(kBegin, kBegin, {{"Computer", "WS-014.court.example.org"}}), "WS-014.court.example.org host=ws-014; ");
}

// Two people of one name in two domains: one finding each, for whoever folds them would name one for the deeds of both.
TEST_F(Identities, EqualNamesOfTwoAccountsAreNotFolded) {
  FindingSet set;
  for (const std::string_view domain : {"CORP", "EVIL", "CORP"}) {
    Finding f;
    f.rule = std::make_shared<RuleFacts>();
    f.time = f.last_time = kBegin;
    f.entities = entities_of(logs_.event(kBegin, {{"TargetUserName", "anna"}, {"TargetDomainName", domain}}));
    set.add(std::move(f));
  }
  auto findings = set.take();
  ASSERT_EQ(findings.size(), 2u);
  identify(findings, resolver_);
  EXPECT_NE(told(findings[0]), told(findings[1]));
}

TEST_F(Identities, OneNameForTwoAccountsInARecordIsTwo) {
  EXPECT_EQ(of(kBegin, kBegin, {{"TargetUserName", "m.osei"}, {"TargetDomainName", "EVIL"}, {"SubjectUserName", "m.osei"}, {"SubjectDomainName", "COURT"}}),
            "m.osei account=evil\\m.osei; m.osei account=court\\m.osei; m.osei person=m.osei; ");
}

}  // namespace
}  // namespace identities_test
}  // namespace custos::engine
