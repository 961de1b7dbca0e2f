#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "institution/import/columns.h"
#include "institution/import/import.h"

namespace custos::institution {
namespace table_import_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> said(const Imported& i) {
  std::vector<std::string> out;
  for (const Remark& r : i.remarks.list()) out.push_back(std::to_string(r.line) + " " + r.text);
  return out;
}

TEST(Csv, PeopleOfHr) {
  const Imported i = read_csv(
      "\xEF\xBB\xBF"
      "Employee ID;Full Name;E-Mail;Department;Job Title;Line Manager;Start Date;End Date;Cases;Login\r\n"
      "0042;\"Osei; \"\"Mercy\"\"\";m.osei@court.example.org;Registry;Clerk;0001;2024-03-01;2026-12-31;\"C-1; C-2|C-1\";COURT\\m.osei\r\n"
      "\r\n"
      "0043;\"two\nlines\";x@court.example.org;;;;01/02/2024;;;\r\n"
      "0044;A;a@b.c;;;;2026-01-02;2026-01-01;;\r\n",
      "hr.csv");
  EXPECT_THAT(said(i), ElementsAre("4 '01/02/2024' is no date; write dates as 2026-03-15", "6 the end is not behind the start; both were left out"));
  ASSERT_EQ(i.people.size(), 3u);
  const Person& p = i.people[0].value;
  EXPECT_EQ(p.id, "0042");
  EXPECT_EQ(p.name, "Osei; \"Mercy\"");
  EXPECT_EQ(p.unit, "Registry");
  EXPECT_EQ(p.role, "Clerk");
  EXPECT_EQ(p.manager, "0001");
  EXPECT_EQ(to_rfc3339(p.employed.from), "2024-03-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(p.employed.until), "2027-01-01T00:00:00Z") << "the last day counts";
  EXPECT_THAT(p.cases, ElementsAre("C-1", "C-2"));
  ASSERT_EQ(p.accounts.size(), 1u);
  EXPECT_EQ(p.accounts[0].domain, "COURT");
  EXPECT_EQ(i.people[1].value.name, "two\nlines");
  EXPECT_EQ(i.people[2].line, 6u) << "the line of the file, not of the row";
  EXPECT_EQ(i.people[0].reason, "hr.csv, line 2");
}

TEST(Csv, HostsAndAccounts) {
  const Imported i = read_csv(
      "host,ip address,MAC,operating-system,owner,roles,username,kind,start\n"
      "ws-014.court.example.org,10.20.4.14,00-1A-2B-3C-4D-5E,Windows 11,m.osei,workstation,,,\n"
      "10.0.0.9,10.0.0.9;10.0.300.1,zz,,,,,,\n"
      ",,,,,,svc-web,service,2026-01-01\n"
      ",10.1.1.1,,,,,,,\n"
      ",,,,,,scanner,robot,\n",
      "inventory.csv");
  EXPECT_THAT(said(i), ElementsAre("3 '10.0.300.1' is no address", "3 'zz' is no MAC address", "5 a host without a name was passed over",
                                   HasSubstr("6 'robot' is no kind of account")));
  ASSERT_EQ(i.hosts.size(), 2u);
  EXPECT_EQ(i.hosts[0].value.name, "ws-014");
  EXPECT_EQ(i.hosts[0].value.domain, "court.example.org");
  EXPECT_THAT(i.hosts[0].value.macs, ElementsAre("00:1a:2b:3c:4d:5e"));
  EXPECT_EQ(i.hosts[0].value.owner, "m.osei");
  EXPECT_EQ(i.hosts[1].value.name, "10.0.0.9") << "an address is no name with a domain";
  ASSERT_EQ(i.accounts.size(), 2u);
  EXPECT_EQ(i.accounts[0].value.kind, "service");
  EXPECT_EQ(to_rfc3339(i.accounts[0].value.in_use.from), "2026-01-01T00:00:00Z");
}

TEST(Csv, PowerShellAndUtf16) {
  std::string text =
      "#TYPE Microsoft.ActiveDirectory.Management.ADUser\r\n\"SamAccountName\",\"GivenName\",\"Surname\",\"Whatever\"\r\n\"anna\",\"Anna\",\"Berg\",\"x\"\r\n";
  std::string wide = "\xFF\xFE";
  for (const char c : text) (wide += c) += '\0';
  const Imported i = read_csv(wide, "ad.csv");
  EXPECT_THAT(said(i), ElementsAre("1 these columns are not known and were passed over: 'Whatever'"));
  ASSERT_EQ(i.people.size(), 1u);
  EXPECT_EQ(i.people[0].value.name, "Anna Berg");
  EXPECT_EQ(i.people[0].value.id, "anna");
  EXPECT_EQ(i.people[0].line, 3u);
}

TEST(Csv, WhatIsNoTable) {
  EXPECT_EQ(read_csv("", "x").entries, 0u);
  EXPECT_THAT(said(read_csv("foo,bar\n1,2\n", "x")), ElementsAre(HasSubstr("1 no column is known")));
  EXPECT_THAT(said(read_csv("id,name\n1,\"open\n2,b\n", "x")), ElementsAre("0 a quote is never closed; it was read as text"));
  EXPECT_EQ(read_csv("id,name\n1,\"open\n2,b\n", "x").people.size(), 2u);
  EXPECT_THAT(said(read_csv("id\n1,2,3\n", "x")), ElementsAre(HasSubstr("2 this row has more cells")));
  EXPECT_THAT(said(read_csv("id,staff id\n1,2\n", "x")), ElementsAre(HasSubstr("means the same as one before it")));
}

TEST(Csv, TheDocumentListsEveryColumnName) {
  std::ifstream in(CUSTOS_SOURCE_DIR "/docs/formats/institution.md");
  std::stringstream doc;
  doc << in.rdbuf();
  for (const ColumnName& n : column_names()) EXPECT_NE(doc.str().find("`" + std::string(n.name) + "`"), std::string::npos) << n.name;
}

}  // namespace
}  // namespace table_import_test
}  // namespace custos::institution
