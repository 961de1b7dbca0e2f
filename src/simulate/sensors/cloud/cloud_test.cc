#include <set>

#include "simulate/sensors/stage_test.h"

namespace custos::simulate {
namespace {

using testing::Json;
using testing::records;
using testing::Stage;

const char* const kAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0";

bool is_guid(const std::string& s) {
  if (s.size() != 36 || s[8] != '-' || s[13] != '-' || s[14] != '4' || s[18] != '-' || s[23] != '-') return false;
  return s.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

TEST(Entra, ASignInIsComplete) {
  Stage s;
  s.scene.cloud.sign_in(s.at(), s.who(), {.from = s.world.egress, .agent = kAgent});
  const auto all = records(s, "entra");
  ASSERT_EQ(all.size(), 1u);
  const Json& r = all[0];
  EXPECT_TRUE(is_guid(r.text("/id")));
  EXPECT_TRUE(is_guid(r.text("/correlationId")));
  EXPECT_EQ(r.text("/createdDateTime"), "2026-11-10T09:00:00Z");
  EXPECT_EQ(r.text("/userPrincipalName"), s.who().upn);
  EXPECT_EQ(r.text("/userId"), s.who().object_id);
  EXPECT_EQ(r.text("/ipAddress"), "203.0.113.10");
  EXPECT_EQ(r.text("/appId"), "00000002-0000-0ff1-ce00-000000000000");
  EXPECT_EQ(r.number("/status/errorCode"), 0u);
  EXPECT_EQ(r.text("/location/countryOrRegion"), "NL");
  EXPECT_EQ(r.text("/location/city"), "The Hague");
  EXPECT_EQ(r.text("/deviceDetail/displayName"), s.desk().name);
  EXPECT_EQ(r.text("/deviceDetail/operatingSystem"), "Windows10");
  EXPECT_EQ(r.text("/deviceDetail/browser"), "Edge 128.0.0");
  EXPECT_EQ(r.text("/conditionalAccessStatus"), "success");
  EXPECT_EQ(r.text("/riskLevelAggregated"), "none");
  EXPECT_EQ(r.size("/authenticationDetails"), 2u);
  EXPECT_TRUE(r.flag("/authenticationDetails/1/succeeded"));
  EXPECT_EQ(r.text("/networkLocationDetails/0/networkType"), "trustedNamedLocation");
}

TEST(Entra, WhatFailedSaysWhereItStopped) {
  Stage s;
  s.scene.cloud.sign_in(s.at(), s.who(), {.from = "198.51.100.7", .country = "XX", .city = "", .error = 50126, .known_device = false});
  s.scene.cloud.sign_in(s.at(kMinute), s.who(), {.from = "198.51.100.7", .error = 500121});
  s.scene.cloud.sign_in(s.at(2 * kMinute), s.who(), {.from = "198.51.100.7", .protocol = "saml20", .second_factor = false, .interactive = false});
  const auto all = records(s, "entra");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].number("/status/errorCode"), 50126u);
  EXPECT_EQ(all[0].text("/status/failureReason"), "Error validating credentials due to invalid username or password.");
  EXPECT_EQ(all[0].size("/authenticationDetails"), 1u);  // nobody is asked for a second factor after a wrong password
  EXPECT_FALSE(all[0].flag("/authenticationDetails/0/succeeded"));
  EXPECT_EQ(all[0].text("/deviceDetail/deviceId"), "");
  EXPECT_FALSE(all[0].flag("/deviceDetail/isManaged"));
  EXPECT_TRUE(all[1].flag("/authenticationDetails/0/succeeded"));
  EXPECT_FALSE(all[1].flag("/authenticationDetails/1/succeeded"));
  EXPECT_EQ(all[1].text("/conditionalAccessStatus"), "failure");
  EXPECT_EQ(all[2].text("/tokenIssuerType"), "ADFederationServices");
  EXPECT_EQ(all[2].text("/authenticationRequirement"), "singleFactorAuthentication");
  EXPECT_FALSE(all[2].flag("/isInteractive"));
}

TEST(M365, MailItemsAreAllNamed) {
  Stage s;
  s.scene.cloud.mail(s.at(), s.who(), "MailItemsAccessed", "203.0.113.10", kAgent, 250, {{"ActorInfoString", "x"}});
  std::set<std::string> messages, ids;
  std::uint64_t counted = 0;
  for (const Json& r : records(s, "m365")) {
    EXPECT_EQ(r.number("/RecordType"), 50u);
    EXPECT_EQ(r.text("/Workload"), "Exchange");
    EXPECT_EQ(r.text("/OrganizationId"), s.world.tenant);
    EXPECT_EQ(r.text("/UserId"), s.who().upn);
    EXPECT_EQ(r.text("/MailboxOwnerUPN"), s.who().upn);
    EXPECT_EQ(r.text("/ClientIPAddress"), "203.0.113.10");
    EXPECT_EQ(r.text("/ClientInfoString").substr(0, 11), "Client=OWA;");
    EXPECT_EQ(r.text("/OperationProperties/0/Value"), "Bind");
    EXPECT_EQ(r.text("/ActorInfoString"), "x");
    EXPECT_TRUE(is_guid(r.text("/SessionId")));
    EXPECT_TRUE(is_guid(r.text("/AppId")) || r.text("/AppId").substr(0, 8) == "00000002");
    ids.insert(r.text("/Id"));
    counted += r.number("/OperationCount");
    for (std::size_t f = 0; f < r.size("/Folders"); ++f) {
      const std::string folder = "/Folders/" + std::to_string(f);
      EXPECT_EQ(r.text(folder + "/Path").substr(0, 1), "\\");
      for (std::size_t i = 0; i < r.size(folder + "/FolderItems"); ++i)
        messages.insert(r.text(folder + "/FolderItems/" + std::to_string(i) + "/InternetMessageId"));
    }
  }
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_EQ(counted, 250u);
  EXPECT_EQ(messages.size(), 250u);
}

TEST(M365, RecordsOfEveryWorkload) {
  Stage s;
  Cloud& c = s.scene.cloud;
  c.mail(s.at(), s.who(), "Send", "203.0.113.10", "Outlook-iOS/2.0", 40);
  c.mail(s.at(1 * kSecond), s.who(), "HardDelete", "203.0.113.10", "", 3);
  c.mailbox_setting(s.at(2 * kSecond), s.who(), "New-InboxRule", "198.51.100.7", {{"Name", ".\t"}, {"ForwardTo", "a@b.example"}, {"DeleteMessage", "True"}});
  c.document(s.at(3 * kSecond), s.who(), "FileDownloaded", "203.0.113.10", "registry", "2026-114/Statements/witness \"7\".docx", kAgent);
  c.document(s.at(4 * kSecond), s.who(), "FileSyncDownloadedFull", "203.0.113.10", "personal/m_osei", "notes.xlsx", "Microsoft SkyDriveSync");
  c.directory(s.at(5 * kSecond), s.who(), "Consent to application.", "198.51.100.7", "Mail Helper", {{"ConsentAction.Permissions", "Mail.Read\nMail.Send"}});
  const auto all = records(s, "m365");
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0].number("/RecordType"), 2u);
  EXPECT_EQ(all[0].text("/Item/ParentFolder/Path"), "\\Sent Items");
  EXPECT_EQ(all[1].number("/RecordType"), 3u);
  EXPECT_EQ(all[1].size("/AffectedItems"), 3u);
  EXPECT_EQ(all[2].number("/RecordType"), 1u);
  EXPECT_EQ(all[2].text("/ObjectId"), s.who().upn + "\\.\t");
  EXPECT_EQ(all[2].text("/Parameters/1/Name"), "ForwardTo");
  EXPECT_EQ(all[2].text("/Parameters/1/Value"), "a@b.example");
  EXPECT_EQ(all[3].number("/RecordType"), 6u);
  EXPECT_EQ(all[3].text("/ObjectId"), "https://court.sharepoint.com/sites/registry/Shared Documents/2026-114/Statements/witness \"7\".docx");
  EXPECT_EQ(all[3].text("/SourceFileName"), "witness \"7\".docx");
  EXPECT_EQ(all[3].text("/SourceFileExtension"), "docx");
  EXPECT_EQ(all[4].text("/Workload"), "OneDrive");
  EXPECT_EQ(all[4].text("/ObjectId"), "https://court-my.sharepoint.com/personal/m_osei/Documents/notes.xlsx");
  EXPECT_EQ(all[5].text("/Workload"), "AzureActiveDirectory");
  EXPECT_EQ(all[5].text("/ModifiedProperties/0/NewValue"), "Mail.Read\nMail.Send");
  EXPECT_EQ(all[5].text("/Target/1/ID"), "Mail Helper");
}

TEST(CloudTrail, PeopleRolesAndServices) {
  Stage s;
  Cloud& c = s.scene.cloud;
  const std::string account = s.world.cloud_account;
  c.call(s.at(), &s.who(), {.source = "s3.amazonaws.com", .name = "GetObject", .from = "203.0.113.10", .agent = "aws-cli/2.15"},
         {{"bucketName", "court"}, {"key", "a/b.pdf"}});
  c.call(s.at(kSecond), nullptr, {.source = "ec2.amazonaws.com", .name = "DescribeInstances", .from = "10.0.0.1", .agent = "Boto3/1.34", .role = "backup"});
  c.call(
      s.at(2 * kSecond), &s.who(),
      {.source = "iam.amazonaws.com", .name = "CreateAccessKey", .from = "203.0.113.10", .agent = "aws-cli/2.15", .error = "AccessDenied", .read_only = false},
      {{"userName", "x"}});
  c.call(s.at(3 * kSecond), &s.who(), {.source = "signin.amazonaws.com", .name = "ConsoleLogin", .from = "203.0.113.10", .agent = kAgent, .read_only = false});
  c.call(s.at(4 * kSecond), nullptr, {.source = "rds.amazonaws.com", .name = "CreateDBSnapshot"});
  // The file is one document with all records.
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  ASSERT_EQ(parser.parse(s.all("cloudtrail"))["Records"].get(array), simdjson::SUCCESS);
  ASSERT_EQ(array.size(), 5u);
  std::vector<Json> all;
  for (const auto record : array) all.emplace_back(simdjson::minify(record));
  for (const Json& r : all) {
    EXPECT_EQ(r.text("/eventVersion"), "1.09");
    EXPECT_TRUE(is_guid(r.text("/eventID")));
    EXPECT_TRUE(is_guid(r.text("/requestID")));
    EXPECT_EQ(r.text("/recipientAccountId"), account);
    EXPECT_TRUE(r.has("/requestParameters"));
    EXPECT_TRUE(r.has("/responseElements"));
  }
  EXPECT_EQ(all[0].text("/userIdentity/type"), "IAMUser");
  EXPECT_EQ(all[0].text("/userIdentity/arn"), "arn:aws:iam::" + account + ":user/" + s.who().name);
  EXPECT_EQ(all[0].text("/userIdentity/accessKeyId").substr(0, 4), "AKIA");
  EXPECT_EQ(all[0].text("/userIdentity/accessKeyId").size(), 20u);
  EXPECT_EQ(all[0].text("/userIdentity/principalId").size(), 21u);
  EXPECT_EQ(all[0].text("/eventCategory"), "Data");
  EXPECT_EQ(all[0].text("/resources/0/ARN"), "arn:aws:s3:::court/a/b.pdf");
  EXPECT_EQ(all[0].text("/eventTime"), "2026-11-10T09:00:00Z");
  EXPECT_EQ(all[1].text("/userIdentity/type"), "AssumedRole");
  EXPECT_EQ(all[1].text("/userIdentity/sessionContext/sessionIssuer/arn"), "arn:aws:iam::" + account + ":role/backup");
  EXPECT_EQ(all[1].text("/userIdentity/sessionContext/attributes/creationDate"), "2026-11-10T09:00:00Z");
  EXPECT_TRUE(all[1].flag("/managementEvent"));
  EXPECT_EQ(all[2].text("/errorCode"), "AccessDenied");
  EXPECT_EQ(all[2].text("/requestParameters/userName"), "x");
  EXPECT_EQ(all[3].text("/eventType"), "AwsConsoleSignIn");
  EXPECT_EQ(all[3].text("/responseElements/ConsoleLogin"), "Success");
  EXPECT_EQ(all[4].text("/userIdentity/type"), "AWSService");
  EXPECT_EQ(all[4].text("/sourceIPAddress"), "rds.amazonaws.com");
}

void play_cloud(Stage& s, int times) {
  for (int i = 0; i < times; ++i) {
    s.scene.cloud.mail(s.at(), s.who(), "Send", "203.0.113.10", kAgent);
    s.scene.cloud.sign_in(s.at(i / 2), s.who(), {.from = "203.0.113.10", .agent = "\xff\"\\\n"});
    s.scene.cloud.call(s.at(), &s.who(), {.source = "s3.amazonaws.com", .name = "GetObject", .from = "203.0.113.10"}, {{"key", "\xc3\x28"}});
  }
}

TEST(Cloud, IdsAreNeverGivenTwiceAndRunsAreEqualToTheByte) {
  Stage a, b;
  play_cloud(a, 50);
  play_cloud(b, 50);
  std::set<std::string> ids;
  for (const Json& r : records(a, "m365")) EXPECT_TRUE(ids.insert(r.text("/Id")).second);
  for (const Json& r : records(a, "entra")) EXPECT_TRUE(ids.insert(r.text("/id")).second);
  EXPECT_EQ(ids.size(), 100u);
  a.finish();
  b.finish();
  EXPECT_EQ(a.output.files, b.output.files);
}

}  // namespace
}  // namespace custos::simulate
