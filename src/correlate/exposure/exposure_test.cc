#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "correlate/exposure/access_reader.h"
#include "correlate/exposure/ledger.h"
#include "correlate/incidents.h"
#include "correlate/made_up_test.h"

namespace custos::correlate {
namespace exposure_tests {

using Pairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class Accesses : public ::testing::Test {
 protected:
  // "opened m.osei from 10.1.2.3 in \\files-01\Cases: 1\a.docx"; nothing: no access.
  std::string read(std::string_view product, std::string_view service, Pairs fields) {
    batch_.clear();
    batch_.begin({}, 7, 1);
    for (const auto& [name, value] : fields) batch_.add(name, value);
    batch_.pending_record().time = 5;
    batch_.pending_record().log_source = sources_.intern(product, service, {});
    batch_.end();
    static constexpr std::array<std::string_view, 5> kDeeds{"saw", "changed", "opened", "took", "shared"};
    std::string out;
    reader_.read(batch_, 0, [&](const Access& a) {
      out += fmt::format("{}{} {} from {} in {}: {}", kDeeds[static_cast<std::size_t>(a.deed)], a.program ? " by program" : "", a.user, a.from, a.below, a.object);
      if (!a.session.empty()) out += fmt::format(" ({})", a.session);
    });
    return out;
  }
  std::string share(std::string_view mask, std::string_view user = "m.osei") {
    return read("windows", "security",
                {{"EventID", "5145"}, {"Computer", "FILES-01.court.org"}, {"SubjectUserName", user}, {"SubjectDomainName", "COURT"}, {"SubjectLogonId", "0x77"},
                 {"IpAddress", "::ffff:10.1.2.3"}, {"ShareName", "\\\\*\\Cases"}, {"RelativeTargetName", "1\\a.docx"}, {"AccessMask", mask}});
  }

 private:
  Names names_{10'000};
  LogSources sources_;
  Batch batch_{names_, sources_};
  AccessReader reader_{names_};
};

TEST_F(Accesses, OfSharesByWhatWasAskedFor) {
  const std::string where = " m.osei from 10.1.2.3 in \\\\FILES-01\\Cases: 1\\a.docx (0x77)";
  EXPECT_EQ(share("0x120089"), "opened" + where);   // FILE_GENERIC_READ
  EXPECT_EQ(share("0x12019f"), "opened" + where);   // and to write
  EXPECT_EQ(share("0x120196"), "changed" + where);  // FILE_GENERIC_WRITE
  EXPECT_EQ(share("0x110080"), "changed" + where);  // DELETE
  EXPECT_EQ(share("0x100081"), "saw" + where);      // a folder listed
  EXPECT_EQ(share("0x80"), "saw" + where);
  EXPECT_EQ(share("%%1538"), "");
  EXPECT_EQ(share(""), "");
  EXPECT_EQ(share("0x120089", "WS-1$"), "");
}

TEST_F(Accesses, OfFilesOfTheCloudAndOfMail) {
  EXPECT_EQ(read("windows", "security", {{"EventID", "4663"}, {"Computer", "ws-1"}, {"SubjectUserName", "m"}, {"ObjectName", "C:\\a.docx"}, {"AccessMask", "0x9"}}),
            "opened m from ws-1 in : C:\\a.docx");
  EXPECT_EQ(read("windows", "security", {{"EventID", "4624"}, {"SubjectUserName", "m"}, {"ObjectName", "C:\\a.docx"}, {"AccessMask", "0x9"}}), "");
  const auto document = [&](std::string_view operation) {
    return read("m365", "", {{"Operation", operation}, {"UserId", "m@c.org"}, {"ClientIP", "203.0.113.9:51034"}, {"SiteUrl", "https://c/s/"}, {"ObjectId", "https://c/s/a.docx"}});
  };
  EXPECT_EQ(document("FileDownloaded"), "took m@c.org from 203.0.113.9 in https://c/s/: https://c/s/a.docx");
  EXPECT_EQ(document("FileAccessed").substr(0, 6), "opened");
  EXPECT_EQ(document("AnonymousLinkCreated").substr(0, 6), "shared");
  EXPECT_EQ(document("SearchQueryPerformed"), "");
  const auto mail = [&](std::string_view operation, std::string_view name, std::string_view value) {
    return read("m365", "", {{"Operation", operation}, {"UserId", "m@c.org"}, {"ClientIPAddress", "[2001:db8::1]:443"}, {"MailboxOwnerUPN", "p@c.org"}, {name, value}});
  };
  EXPECT_EQ(mail("MailItemsAccessed", "OperationProperties.Value", "Bind"), "opened m@c.org from 2001:db8::1 in p@c.org: ");
  EXPECT_EQ(mail("MailItemsAccessed", "OperationProperties.Value", "Sync"), "took m@c.org from 2001:db8::1 in p@c.org: ");
  EXPECT_EQ(mail("MailItemsAccessed", "ClientInfoString", "Client=REST;x"), "opened by program m@c.org from 2001:db8::1 in p@c.org: ");
  EXPECT_EQ(mail("New-InboxRule", "Parameters.Name", "ForwardTo"), "shared m@c.org from 2001:db8::1 in p@c.org: ");
  EXPECT_EQ(mail("New-InboxRule", "Parameters.Name", "MoveToFolder"), "");
  EXPECT_EQ(read("aws", "cloudtrail", {{"eventSource", "s3.amazonaws.com"}, {"eventName", "GetObject"}, {"userIdentity.arn", "arn:x"}, {"sourceIPAddress", "203.0.113.9"},
                                       {"requestParameters.bucketName", "papers"}, {"requestParameters.key", "1/a.pdf"}}),
            "took by program arn:x from 203.0.113.9 in s3://papers: 1/a.pdf");
}

// An intrusion on ws-1, whose owner is court\m, with court\adm taken there, steered from 203.0.113.9; papers 0 and 1, of which 0 is the daily work of court\m.
class Ledger : public ::testing::Test {
 protected:
  Ledger() {
    scene_.add(100, Level::High, "dump", {"host ws-1", "account court\\m"}, {"credential_access"}, {"T1003.001"});
    scene_.add(101, Level::High, "steered", {"host ws-1", "to address 203.0.113.9"}, {"command_and_control"}, {"T1071"});
    for (ProtectedItem& p : protects_) p.title = p.id = fmt::format("paper {}", &p - protects_.data());
    protects_[1].tell = {"Registrar"};
  }
  Visit& visit(double hour, std::uint32_t item, const std::string& account, const std::string& from, Deed deed = Deed::Opened) {
    Visit v;
    v.item = item;
    v.account = account;
    v.from = from;
    v.outside = from.find('.') != std::string::npos;
    if (from == "ws-1") v.desk = account == "court\\m" ? Desk::Own : Desk::Others;
    v.deed = deed;
    v.first = v.last = testing::kStart + static_cast<Micros>(hour * static_cast<double>(testing::kHour));
    v.records = v.objects = 1;
    v.places = {{"log", visits_.size(), 0}};
    visits_.push_back(std::move(v));
    return visits_.back();
  }
  // "paper 1 opened likely; ..." of the only incident.
  std::string told() {
    std::stable_sort(visits_.begin(), visits_.end(), [](const Visit& a, const Visit& b) { return a.first < b.first; });
    const Correlated c = correlate(scene_.items(), testing::by_name(), {5}, {protects_, visits_});
    EXPECT_EQ(c.incidents.size(), 1u);
    incident_ = c.incidents.at(0);
    std::string out;
    for (const Exposure& e : incident_.exposure) {
      out += fmt::format("{}{} {} {}", out.empty() ? "" : "; ", e.item, degree_name(e.degree), certainty_name(e.certainty));
      for (const ExposureStep& s : e.steps) {
        EXPECT_FALSE(s.evidence.empty() || s.text.empty());
        for (const std::uint32_t n : s.evidence) EXPECT_TRUE(n >= 1 && n <= incident_.evidence.size());
      }
    }
    return out;
  }

  testing::Scene scene_;
  std::vector<ProtectedItem> protects_{2};
  std::vector<Visit> visits_;
  Incident incident_;
};

TEST_F(Ledger, LeavesOthersAndOrdinaryWorkAlone) {
  visit(102, 1, "court\\p", "ws-2");
  visit(102, 1, "court\\p", "198.51.100.7");  // somebody at home
  visit(900, 1, "court\\adm", "ws-1");        // a month later
  EXPECT_EQ(told(), "");
  visit(10, 0, "court\\m", "ws-1");
  visit(102, 0, "court\\m", "ws-1");
  EXPECT_EQ(told(), "paper 0 opened possible");
}

TEST_F(Ledger, TakesWhatItsOwnerDoesNotDoForTheIntruders) {
  visit(10, 0, "court\\m", "ws-1");
  visit(102, 1, "court\\adm", "ws-1", Deed::Saw);
  EXPECT_EQ(told(), "paper 1 metadata seen likely");
  visit(103, 1, "court\\adm", "ws-1");
  EXPECT_EQ(told(), "paper 1 opened likely");
  EXPECT_EQ(incident_.exposure[0].tell, std::vector<std::string>{"Registrar"});
  EXPECT_EQ(incident_.exposure[0].steps[1].text, "opened (once): from ws-1, which was held, as court\\adm, who does not work there");
  // What its owner never came to before, and much more at once than ever.
  visit(104, 0, "court\\m", "ws-1").objects = 8;
  EXPECT_EQ(told(), "paper 1 opened likely; paper 0 opened likely");
}

TEST_F(Ledger, KnowsTheIntrudersAddressesSessionsAndRecords) {
  visit(500, 1, "court\\p", "203.0.113.9", Deed::Took);
  EXPECT_EQ(told(), "paper 1 copied likely");
  visit(102, 0, "court\\p", "ws-9").session = "0x77 on files";
  EXPECT_EQ(told(), "paper 1 copied likely");
  scene_.finding(1).source = {"log", 2, 0};
  visit(102, 0, "court\\q", "ws-9");
  EXPECT_EQ(told(), "paper 1 copied likely; paper 0 opened certain");
}

TEST_F(Ledger, ConcludesFromWhatWasPackedAndSentAfterwards) {
  visit(110, 1, "court\\adm", "ws-1");
  visit(130, 0, "court\\adm", "ws-1");
  scene_.add(120, Level::Medium, "packed", {"host ws-1"}, {"collection"}, {"T1560.001"});
  EXPECT_EQ(told(), "paper 1 copied likely; paper 0 opened likely");
  scene_.add(125, Level::Medium, "sent", {"host ws-1"}, {"exfiltration"}, {"T1048"});
  EXPECT_EQ(told(), "paper 1 left the building likely; paper 0 opened likely");
  ASSERT_EQ(incident_.exposure[0].steps.size(), 3u);
  EXPECT_EQ(incident_.exposure[0].steps[1].text, "files were packed by the same hands 10 hours after");
}

}  // namespace exposure_tests
}  // namespace custos::correlate
