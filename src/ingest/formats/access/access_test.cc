#include "ingest/formats/access/lines.h"
#include "ingest/lines_testing.h"

namespace custos::ingest::access {
extern const Format format;
namespace {

using lines_testing::drive;
using lines_testing::Driven;

TEST(Access, CommonAndCombined) {
  const Driven run = drive(format,
                           "192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a.gif?x=1&y=2 HTTP/1.0\" 200 2326\n"
                           "www.example.org:443 198.51.100.9 - - [15/Mar/2024:10:00:00 +0100] \"POST /mgmt HTTP/1.1\" "
                           "404 - \"http://ref/\" \"Mozilla \\\"x\\\" \\xc3\\xbc\" \"203.0.113.7\" 0.004\n");
  ASSERT_EQ(run.events.size(), 2u);
  const auto& a = run.events[0];
  EXPECT_EQ(a.time, from_civil({2000, 10, 10, 20, 55, 36}).value());
  EXPECT_EQ(a.get("c-ip"), "192.0.2.7");
  EXPECT_EQ(a.get("cs-username"), "frank");
  EXPECT_EQ(a.get("date"), "2000-10-10");
  EXPECT_EQ(a.get("time"), "13:55:36");
  EXPECT_EQ(a.get("cs-method"), "GET");
  EXPECT_EQ(a.get("cs-uri-stem"), "/a.gif");
  EXPECT_EQ(a.get("cs-uri-query"), "x=1&y=2|/a.gif?x=1&y=2");
  EXPECT_EQ(a.get("cs-uri"), "/a.gif?x=1&y=2");
  EXPECT_EQ(a.get("cs-version"), "HTTP/1.0");
  EXPECT_EQ(a.get("sc-status"), "200");
  EXPECT_EQ(a.get("sc-bytes"), "2326");
  EXPECT_EQ(a.source, "any/webserver");
  const auto& b = run.events[1];
  EXPECT_EQ(b.get("cs-host"), "www.example.org");
  EXPECT_EQ(b.get("c-ip"), "198.51.100.9");
  EXPECT_EQ(b.get("sc-bytes"), "<none>");
  EXPECT_EQ(b.get("cs-referer"), "http://ref/");
  EXPECT_EQ(b.get("cs-user-agent"), "Mozilla \"x\" \xC3\xBC");
  EXPECT_EQ(b.get("x-forwarded-for"), "203.0.113.7");
  EXPECT_EQ(b.get("extra_2"), "0.004");
}

TEST(Access, HostileRequestsAreKept) {
  const Driven run =
      drive(format,
            "192.0.2.8 - - [15/Mar/2024:10:00:00 +0000] \"\\x16\\x03\\x01\" 400 226 \"-\" \"-\"\n"
            "192.0.2.8 - a [b [31/Feb/2024:10:00:00 +0000] \"GET /\\\" HTTP/1.1\" 200 5 \"-\" \"x\n"
            "192.0.2.8 - - [15/Mar/2024:10:00:00 +0000] \"CONNECT evil.example:443 HTTP/1.1\" 200 5 \"-\" \"curl\"\n"
            "no access line\n");
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[0].get("cs-method"), "<none>");
  EXPECT_EQ(run.events[0].get("cs-uri"), "\x16\x03\x01");
  EXPECT_EQ(run.events[0].get("cs-user-agent"), "<none>");
  EXPECT_EQ(run.events[1].get("cs-username"), "a [b");
  EXPECT_EQ(run.events[1].get("cs-uri-stem"), "/\"");
  EXPECT_EQ(run.events[1].time, kNoTime);
  EXPECT_EQ(run.events[2].source, "any/webserver+proxy");
  EXPECT_EQ(run.events[2].get("cs-host"), "evil.example");
  EXPECT_EQ(run.coverage.reject_count, 1u);
}

TEST(Access, W3cExtended) {
  const Driven run = drive(format,
                           "#Software: IIS\n#Version: 1.0\n#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip "
                           "cs(User-Agent) sc-status\n"
                           "2024-03-15 10:00:01 GET /owa/auth.aspx q=1 192.0.2.9 Mozilla/5.0+(X) 200\n"
                           "2024-03-15 10:00:02 GET /owa - 192.0.2.9 \"Mozilla (X)\" 200\n"
                           "#Fields: time c-ip\n10:00:03 192.0.2.10 extra\n");
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[0].time, from_civil({2024, 3, 15, 10, 0, 1}).value());
  EXPECT_EQ(run.events[0].get("cs-user-agent"), "Mozilla/5.0 (X)");
  EXPECT_EQ(run.events[0].get("cs-uri-query"), "q=1|/owa/auth.aspx?q=1");
  EXPECT_EQ(run.events[1].get("cs-uri-query"), "/owa");
  EXPECT_EQ(run.events[1].get("cs-user-agent"), "Mozilla (X)");
  EXPECT_EQ(run.events[2].get("c-ip"), "192.0.2.10");
  EXPECT_EQ(run.events[2].get("column_3"), "extra");
}

TEST(Access, AFieldsLineBeforeOtherLinesIsNotAWholeLog) {
  const std::string head = "#Fields: date time cs-uri-stem\n";
  EXPECT_EQ(lines_testing::drive(format, head + "2024-03-15 10:00:00 /a\n").coverage.state, ReadState::Whole);
  const auto run = lines_testing::drive(format, head + "Mar 15 10:00:00 gw sshd[1]: Failed password for root\n");
  EXPECT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.coverage.state, ReadState::Partial);
}

TEST(Access, WindowsAndCuts) {
  const std::string text =
      "192.0.2.8 - - [15/Mar/2024:10:00:00 +0000] \"GET /\\xff\xff?a HTTP/1.1\" 200 5 \"r\" \"\\\\ua\" \"203.0.113.7\" "
      "x\r\n"
      "#Fields: date time cs-uri-stem cs-uri-query\n2024-03-15 10:00:00 /a b\n";
  lines_testing::same_in_all_windows(format, text);
  lines_testing::cut_everywhere(format, text);
}

}  // namespace
}  // namespace custos::ingest::access
