#include "institution/import/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "institution/file/file.h"

namespace custos::institution {
namespace merging_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Merged {
  Institution in;
  Comments comments;
  std::vector<std::string> said;
};

Merged merge(const std::vector<std::pair<std::string, std::string>>& sources) {
  Merger merger;
  for (const auto& [name, text] : sources) merger.add(name.ends_with(".ldif") ? read_ldif(text, name) : read_csv(text, name));
  Merged m;
  m.in = merger.take(m.comments);
  for (const Remark& r : merger.remarks().list()) m.said.push_back(r.file + ":" + std::to_string(r.line) + " " + r.text);
  const Remarks checked = check_institution(m.in, "merged");
  for (const Remark& r : checked.list()) {
    if (r.severity == Severity::Error) ADD_FAILURE() << r.text;
  }
  return m;
}

TEST(Merge, TheSamePersonFromDirectoryAndTable) {
  const std::string ldif =
      "dn: CN=Mercy Osei,DC=court,DC=example,DC=org\nobjectClass: user\nsAMAccountName: m.osei\nuserPrincipalName: m.osei@court.example.org\n"
      "objectSid: S-1-5-21-1-2-3-1107\ndisplayName: Osei, Mercy\nmail: Mercy.Osei@court.example.org\ndepartment: Registry\nmanager: "
      "CN=Boss,DC=court,DC=example,DC=org\n\n"
      "dn: CN=adm,DC=court,DC=example,DC=org\nobjectClass: user\nsAMAccountName: adm-osei\nadminCount: 1\n\n"
      "dn: CN=Boss,DC=court,DC=example,DC=org\nobjectClass: user\nsAMAccountName: boss\nmail: boss@court.example.org\nsn: Boss\ncn: Boss\n";
  const Merged m = merge({{"ad.ldif", ldif},
                          {"hr.csv",
                           "id,name,mail,unit,role,manager,accounts,cases\n"
                           "0042,Mercy Osei,mercy.osei@COURT.example.org,Chambers,Clerk,boss@court.example.org,COURT\\adm-osei,C-1\n"
                           "0001,The Boss,boss@court.example.org,,,nobody@x,,\n"},
                          {"hosts.csv", "host,owner\nws-1,m.osei\nws-1.court.example.org,0042\nws-2,stranger\n"}});
  ASSERT_EQ(m.in.people.size(), 2u);
  const Person& p = m.in.people[0];
  EXPECT_EQ(p.id, "0042") << "an id of its own is better than an account's name";
  EXPECT_EQ(p.name, "Osei, Mercy");
  EXPECT_EQ(p.unit, "Registry") << "never overwritten";
  EXPECT_EQ(p.role, "Clerk");
  EXPECT_EQ(p.manager, "0001") << "by whatever name the sources give";
  ASSERT_EQ(p.accounts.size(), 2u);
  EXPECT_EQ(p.accounts[0].sid, "S-1-5-21-1-2-3-1107");
  EXPECT_EQ(p.accounts[1].kind, "admin");
  EXPECT_THAT(m.in.accounts, IsEmpty()) << "the account is somebody's now";
  ASSERT_EQ(m.in.cases.size(), 1u);
  ASSERT_EQ(m.in.hosts.size(), 2u);
  EXPECT_EQ(m.in.hosts[0].domain, "court.example.org");
  EXPECT_EQ(m.in.hosts[0].owner, "0042");
  EXPECT_EQ(m.in.hosts[1].owner, "");
  EXPECT_THAT(m.said, ElementsAre(HasSubstr("ad.ldif:0 the NetBIOS name of court.example.org is not in this file and was taken to be COURT"),
                                  "hr.csv:2 'unit' of 0042 is 'Chambers' here and 'Registry' before; the first was kept",
                                  "hr.csv:3 'name' of 0001 is 'The Boss' here and 'Boss' before; the first was kept",
                                  "ad.ldif:16 'manager' of '0001' is nobody here: nobody@x", "hosts.csv:4 'owner' of 'ws-2' is nobody here: stranger"));
  EXPECT_THAT(m.comments.entries.at("people"), ElementsAre("ad.ldif, line 1; hr.csv, line 2; ad.ldif, line 11", "ad.ldif, line 16; hr.csv, line 3"));
}

TEST(Merge, WhatFitsTwoIsSaid) {
  const Merged m = merge({{"a.csv", "id,mail,upn\n1,a@x,\n2,,b@x\n"}, {"b.csv", "id,mail,upn\n9,a@x,b@x\n"}});
  ASSERT_EQ(m.in.people.size(), 2u);
  EXPECT_THAT(m.said, ElementsAre("b.csv:2 '9' fits '2' by user principal name and '1' by mail; it was taken together with the first",
                                  "b.csv:2 'id' of 2 is '9' here and '2' before; the first was kept"));
}

TEST(Merge, DifferentPeopleStayApart) {
  const Merged m = merge({{"a.csv", "id,name,login\n1,Anna,A\\anna\n2,Anna,B\\anna\n1,Else,C\\else\n"}});
  // The same id in one table: one person with two accounts and two names.
  ASSERT_EQ(m.in.people.size(), 2u);
  EXPECT_EQ(m.in.people[0].accounts.size(), 2u);
  EXPECT_EQ(m.in.people[1].accounts[0].domain, "B");
  EXPECT_THAT(m.said, ElementsAre("a.csv:4 'name' of 1 is 'Else' here and 'Anna' before; the first was kept"));
}

TEST(Merge, OneNameInTwoDomainsIsTwoPeople) {
  const Merged m = merge({{"a.csv", "name,login,upn\nAnna Berg,A\\anna,\nAnna Holm,B\\anna,\nAnna Lind,,anna@c.example.org\n"}});
  ASSERT_EQ(m.in.people.size(), 3u);
  EXPECT_EQ(m.in.people[0].id, "anna");
  EXPECT_EQ(m.in.people[1].id, "anna-2");
  EXPECT_EQ(m.in.people[2].id, "anna-3");
  EXPECT_THAT(m.said, ElementsAre("a.csv:3 the id 'anna' is taken; a number was put behind it", "a.csv:4 the id 'anna' is taken; a number was put behind it"));
}

TEST(Merge, WhatIsJoinedByNameAloneIsSaid) {
  const Merged m = merge({{"a.csv", "name,login\nAnna,A\\anna\nBo,A\\bo\n"}, {"b.csv", "login,unit\nanna,Press\nbo,Press\n"}});
  ASSERT_EQ(m.in.people.size(), 2u);
  EXPECT_EQ(m.in.people[1].unit, "Press");
  EXPECT_THAT(m.said,
              ElementsAre("b.csv:0 2 accounts without a domain were taken to be those of the same name with one ('anna' is A\\anna); take apart what is not"));
}

TEST(Merge, AccountsOfNobody) {
  const Merged m = merge({{"a.csv", "account,kind,sid\nsvc,service,S-1-5-21-7\n"},
                          {"b.csv", "account,domain,kind,sid\nsvc,COURT,service,S-1-5-21-7\nsvc,COURT,service,S-1-5-21-8\n"}});
  ASSERT_EQ(m.in.accounts.size(), 2u) << "two SIDs are two accounts";
  EXPECT_EQ(m.in.accounts[0].domain, "COURT");
}

}  // namespace
}  // namespace merging_test
}  // namespace custos::institution
