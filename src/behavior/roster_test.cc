#include "behavior/roster.h"

#include <gtest/gtest.h>

namespace custos::behavior::rosters {
namespace {

Institution court() {
  Institution i;
  i.hosts = {{.name = "WS-1"}, {.name = "dc", .roles = {"domain-controller"}}, {.name = "dc2", .roles = {"domain-controller"}}};
  i.people.push_back({.id = "p1", .unit = "archive", .accounts = {{.name = "Una", .domain = "COURT", .upn = "una@court.org"}, {.name = "una-adm", .kind = "admin"}}});
  i.people.push_back({.id = "p2", .unit = "archive", .accounts = {{.name = "bo"}}});
  i.accounts = {{.name = "svc-bk", .kind = "service"}};
  return i;
}

TEST(Roster, RolesAndPeersAreThoseOfTheInstitution) {
  const Institution known = court();
  Dictionary texts;
  Roster r(known, texts);
  const auto user = [&](std::string_view name) { return r.at(r.user(texts.intern(name))); };
  const auto host = [&](std::string_view name) { return r.at(r.host(texts.intern(name))); };
  for (const char* name : {"una", "court\\una", "una@court.org"}) {
    EXPECT_EQ(user(name).role, Role::Person) << name;
    EXPECT_EQ(user(name).person, &known.people[0]) << name;
    EXPECT_EQ(user(name).peers, user("bo").peers) << name;
  }
  EXPECT_EQ(user("una-adm").role, Role::Admin);
  EXPECT_EQ(user("svc-bk").role, Role::Service);
  EXPECT_EQ(user("stranger").role, Role::Unknown);
  EXPECT_EQ(user("stranger").peers, 0u);
  EXPECT_EQ(host("ws-1").role, Role::Workstation);
  EXPECT_EQ(host("dc").role, Role::Server);
  EXPECT_EQ(host("dc").peers, host("dc2").peers);
  EXPECT_NE(host("dc").peers, host("ws-1").peers);
  EXPECT_EQ(r.host(kNoText), kNoActor);
  EXPECT_EQ(r.user(kNoText), kNoActor);
}

TEST(Roster, AKeyIsTheSameInEveryRunAndANumberIsNot) {
  const Institution known = court();
  Dictionary a, b;
  Roster first(known, a), second(known, b);
  b.intern("before");
  const ActorId x = first.user(a.intern("una"));
  second.host(b.intern("other"));
  const ActorId y = second.user(b.intern("una"));
  EXPECT_NE(x, y);
  EXPECT_EQ(first.at(x).key, second.at(y).key);
  const ActorId z = first.host(a.intern("una"));
  EXPECT_NE(first.at(x).key, first.at(z).key);
  EXPECT_EQ(first.key(a.intern("una")), second.key(b.intern("una")));
  EXPECT_EQ(first.user(a.intern("una")), x);
}

}  // namespace
}  // namespace custos::behavior::rosters
