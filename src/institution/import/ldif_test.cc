#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "institution/import/directory_values.h"
#include "institution/import/import.h"
#include "institution/import/ldif_records.h"

namespace custos::institution {
namespace ldif_import_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kActiveDirectory = R"(# exported by hand
version: 1

dn: CN=Müller\, Zoë,OU=Registry,DC=court,DC=example,DC=org
changetype: add
objectClass: top
objectClass: person
objectClass: organizationalPerson
objectClass: user
sAMAccountName: z.mueller
userPrincipalName: z.mueller@court.example.org
objectSid:: AQUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoUwQAAA==
displayName:: TcO8bGxlciwgWm/Dqw==
department: Regis
 try
title: Clerk
# a comment
#  that is folded
 here
mail: z.mueller@court.example.org
manager: cn=Osei\2C Mercy, ou=Registry, dc=Court, dc=example, dc=org
userAccountControl: 514
accountExpires: 134431488000000000
whenCreated: 20240315100000.0Z
pwdLastSet: 134120754000000000
jpegPhoto:: !!!not base64 and nobody minds

dn: CN=Osei\, Mercy,OU=Registry,DC=court,DC=example,DC=org
objectClass: user
sAMAccountName: m.osei
employeeID: 0042
givenName: Mercy
sn: Osei
cn: Osei, Mercy
memberOf: CN=Domain Admins,CN=Users,DC=court,DC=example,DC=org
accountExpires: 9223372036854775807
pwdLastSet: 0

dn: CN=svc-backup,OU=Service,DC=court,DC=example,DC=org
objectClass: user
sAMAccountName: svc-backup
servicePrincipalName: backup/srv1.court.example.org

dn: CN=DC1,OU=Domain Controllers,DC=court,DC=example,DC=org
objectClass: user
objectClass: computer
sAMAccountName: DC1$
dNSHostName: dc1.court.example.org
operatingSystem: Windows Server 2022 Standard
operatingSystemVersion: 10.0 (20348)
userAccountControl: 532480
servicePrincipalName: ldap/dc1.court.example.org
servicePrincipalName: DNS/dc1.court.example.org
servicePrincipalName: HOST/dc1

dn: CN=WS-014,OU=Clients,DC=court,DC=example,DC=org
objectClass: computer
sAMAccountName: WS-014$
operatingSystem: Windows 11 Enterprise
userAccountControl: 4096

dn: CN=Group,DC=court,DC=example,DC=org
objectClass: group
sAMAccountName: Group

dn: CN=COURTNET,CN=Partitions,CN=Configuration,DC=court,DC=example,DC=org
objectClass: crossRef
nETBIOSName: COURTNET
nCName: DC=court,DC=example,DC=org
)";

TEST(Ldif, ActiveDirectory) {
  const Imported i = read_ldif(kActiveDirectory, "ad.ldif");
  EXPECT_THAT(i.remarks.list(), IsEmpty()) << i.remarks.list()[0].text;
  EXPECT_EQ(i.domain, "court.example.org");
  EXPECT_EQ(i.netbios, "COURTNET") << "said behind the accounts";
  EXPECT_EQ(i.entries, 7u);
  EXPECT_EQ(i.passed_over, 2u);
  ASSERT_EQ(i.people.size(), 2u);
  const Person& z = i.people[0].value;
  EXPECT_EQ(z.id, "z.mueller");
  EXPECT_EQ(z.name, "Müller, Zoë");
  EXPECT_EQ(z.unit, "Registry") << "folded";
  EXPECT_EQ(z.role, "Clerk");
  EXPECT_EQ(z.manager, "0042") << "a distinguished name written otherwise";
  ASSERT_EQ(z.accounts.size(), 1u);
  EXPECT_EQ(z.accounts[0].domain, "COURTNET");
  EXPECT_EQ(z.accounts[0].sid, "S-1-5-21-1004336348-1177238915-682003330-1107");
  EXPECT_EQ(z.accounts[0].upn, "z.mueller@court.example.org");
  EXPECT_TRUE(z.accounts[0].disabled);
  EXPECT_EQ(to_rfc3339(z.accounts[0].in_use.from), "2024-03-15T10:00:00Z");
  EXPECT_EQ(to_rfc3339(z.accounts[0].in_use.until), "2026-12-31T00:00:00Z");
  EXPECT_EQ(to_rfc3339(z.accounts[0].password_set), "2026-01-05T08:30:00Z");
  EXPECT_EQ(i.people[0].line, 4u);
  const Person& m = i.people[1].value;
  EXPECT_EQ(m.id, "0042");
  EXPECT_EQ(m.accounts.at(0).kind, "admin");
  EXPECT_EQ(m.accounts[0].in_use.until, kNoTime);
  EXPECT_EQ(m.accounts[0].password_set, kNoTime);
  ASSERT_EQ(i.accounts.size(), 1u);
  EXPECT_EQ(i.accounts[0].value.kind, "service");
  ASSERT_EQ(i.hosts.size(), 2u);
  const Host& dc = i.hosts[0].value;
  EXPECT_EQ(dc.name, "dc1");
  EXPECT_EQ(dc.domain, "court.example.org");
  EXPECT_THAT(dc.roles, ElementsAre("domain-controller", "dns"));
  EXPECT_EQ(dc.os, "Windows Server 2022 Standard 10.0 (20348)");
  EXPECT_EQ(i.hosts[1].value.name, "WS-014");
  EXPECT_THAT(i.hosts[1].value.roles, ElementsAre("workstation"));
}

TEST(Ldif, OpenLdap) {
  const Imported i = read_ldif(
      "dn: uid=anna,ou=people,dc=example,dc=org\r\nobjectClass: inetOrgPerson\r\nobjectClass: posixAccount\r\nuid: anna\r\ncn: Anna Berg\r\nsn: Berg\r\n"
      "cn;lang-ja: other\r\nmail: anna@example.org\r\nou: Press\r\nuidNumber: 1001\r\nemployeeType: editor\r\nloginShell: /bin/bash\r\ncreateTimestamp: "
      "202403151000+0100\r\n"
      "\r\n"
      "dn: uid=backup,ou=system,dc=example,dc=org\r\nobjectClass: account\r\nobjectClass: posixAccount\r\nuid: backup\r\nloginShell: /usr/sbin/nologin\r\n",
      "ol.ldif");
  EXPECT_THAT(i.remarks.list(), IsEmpty());
  ASSERT_EQ(i.people.size(), 1u);
  const Person& p = i.people[0].value;
  EXPECT_EQ(p.id, "anna");
  EXPECT_EQ(p.name, "Anna Berg");
  EXPECT_EQ(p.unit, "Press");
  EXPECT_EQ(p.role, "editor");
  EXPECT_EQ(p.accounts.at(0).domain, "") << "no NetBIOS name where there is no Windows";
  EXPECT_EQ(to_rfc3339(p.accounts[0].in_use.from), "2024-03-15T09:00:00Z");
  ASSERT_EQ(i.accounts.size(), 1u);
  EXPECT_EQ(i.accounts[0].value.kind, "service");
  EXPECT_EQ(i.netbios, "");
}

TEST(Ldif, SaysWhatItPassesOverAndGoesOn) {
  const Imported i = read_ldif(
      "dn: uid=a,dc=x\nchangetype: delete\n\n"
      "uid: no dn\nobjectClass: person\n\n"
      "dn: uid=b,dc=x\nobjectClass: inetOrgPerson\nuid: b\nsn:< file:///etc/passwd\nmail:: ***\nobjectSid: rubbish\naccountExpires: soon\n\n"
      "dn: uid=c,dc=x\nobjectClass: inetOrgPerson\nnot an attribute\nuid: c\n\n"
      "dn:: ####\n\n"
      "\n\n\ndn: uid=d,dc=x\nobjectClass: inetOrgPerson\nuid: d\nsn: D",
      "odd.ldif");
  std::vector<std::string> said;
  for (const Remark& r : i.remarks.list()) said.push_back(std::to_string(r.line) + " " + r.text);
  EXPECT_THAT(said, ElementsAre("2 a change record ('changetype: delete') was passed over; only entries and 'add' are taken",
                                "4 a record begins with 'dn:'; this one was passed over", "10 the value of 'sn' stands in another place, which is not read",
                                "11 the value of 'mail' is no base64, or too long", "7 the objectSid of 'b' is none", "7 'accountexpires' is no time: 'soon'",
                                "17 'not an attribute' is no 'attribute: value'; the rest of this record was passed over",
                                "20 the value of 'dn' is no base64, or too long"));
  ASSERT_EQ(i.people.size(), 1u);
  EXPECT_EQ(i.people[0].value.id, "d") << "a file may end without a line end";
  EXPECT_EQ(i.accounts.size(), 1u) << "b has no name of a person";
}

TEST(Ldif, TheGuessedNetbiosNameEndsWithACharacter) {
  const Imported i = read_ldif("dn: CN=a,DC=0123456789abcdé-and-more,DC=org\nobjectClass: user\nsAMAccountName: a\n", "x");
  EXPECT_EQ(i.netbios, "0123456789ABCD");
}

TEST(Ldif, CutBehindEveryByte) {
  for (std::size_t n = 0; n < kActiveDirectory.size(); ++n) {
    const Imported i = read_ldif(kActiveDirectory.substr(0, n), "cut");
    ASSERT_LE(i.people.size(), 2u);
    for (const auto& p : i.people) ASSERT_FALSE(p.value.id.empty());
  }
}

TEST(Ldif, KeepsItsLimits) {
  std::string many;
  for (int i = 0; i < 50; ++i)
    many +=
        "dn: uid=p" + std::to_string(i) + ",dc=x\nobjectClass: inetOrgPerson\nsn: X\nuid: p" + std::to_string(i) + "\ncn: " + std::string(100, 'x') + "\n\n";
  ImportLimits limits;
  limits.entries = 20;
  limits.value_bytes = 50;
  const Imported i = read_ldif(many, "many", limits);
  EXPECT_EQ(i.people.size(), 20u);
  EXPECT_EQ(i.remarks.errors(), 1u);
  EXPECT_EQ(i.remarks.warnings(), 21u);
  EXPECT_THAT(i.remarks.list()[0].text, HasSubstr("longer than 50 bytes"));
}

TEST(DirectoryValues, Times) {
  const auto t = [](std::string_view s) {
    const auto m = directory_time(s);
    return !m ? std::string("none") : *m == kNoTime ? "never" : to_rfc3339(*m);
  };
  EXPECT_EQ(t("20240315100000.0Z"), "2024-03-15T10:00:00Z");
  EXPECT_EQ(t("20240315100000Z"), "2024-03-15T10:00:00Z");
  EXPECT_EQ(t("20240315100000-05"), "2024-03-15T15:00:00Z");
  EXPECT_EQ(t("20240230100000Z"), "none");
  EXPECT_EQ(t("20240315100000"), "none") << "a time without a zone is not guessed";
  EXPECT_EQ(t("134431488000000000"), "2026-12-31T00:00:00Z");
  EXPECT_EQ(t("0"), "never");
  EXPECT_EQ(t("9223372036854775807"), "never");
  EXPECT_EQ(t(""), "none");
}

TEST(DirectoryValues, Sids) {
  using namespace std::string_literals;
  EXPECT_EQ(sid_text("\x01\x01\0\0\0\0\0\x05\x12\0\0\0"s), "S-1-5-18");
  EXPECT_EQ(sid_text("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0"s), "S-1-5-32-544");
  EXPECT_EQ(sid_text("\x01\x02\0\0\0\0\0\x05\x20\0\0\0"s), std::nullopt) << "shorter than it says";
  EXPECT_EQ(sid_text("S-1-5-21-1"), "S-1-5-21-1");
  EXPECT_EQ(sid_text("S-1-5-x"), std::nullopt);
  EXPECT_EQ(sid_text(""), std::nullopt);
}

TEST(DirectoryValues, DistinguishedNames) {
  const auto dn = parse_dn("CN=Osei\\, Mercy \\ ,OU= Registry ,DC=court,DC=org");
  ASSERT_TRUE(dn);
  ASSERT_EQ(dn->size(), 4u);
  EXPECT_EQ((*dn)[0].value, "Osei, Mercy  ");
  EXPECT_EQ((*dn)[1].value, "Registry");
  EXPECT_EQ(dn_domain(*dn), "court.org");
  EXPECT_EQ(dn_key("cn=A B,dc=x"), dn_key("CN = a b , DC=X"));
  EXPECT_NE(dn_key("cn=A,b,dc=x"), dn_key("cn=A\\,b,dc=x"));
  EXPECT_FALSE(parse_dn(""));
  EXPECT_FALSE(parse_dn("no name"));
}

TEST(DirectoryValues, Base64) {
  EXPECT_EQ(base64_decoded("TcO8bGxlcg=="), "Müller");
  EXPECT_EQ(base64_decoded(""), "");
  EXPECT_EQ(base64_decoded("TQ"), std::nullopt);
  EXPECT_EQ(base64_decoded("TR=="), std::nullopt) << "bits behind the last byte";
  EXPECT_EQ(base64_decoded("T==="), std::nullopt);
  EXPECT_EQ(base64_decoded("TQ==TQ=="), std::nullopt);
}

}  // namespace
}  // namespace ldif_import_test
}  // namespace custos::institution
