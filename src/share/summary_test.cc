#include "share/summary.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "share/columns.h"
#include "share/coverage_view.h"
#include "share/exporters/made_up_behavior_test.h"
#include "share/made_up_test.h"

namespace custos::share {
namespace summary_test_file {
namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    out.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return out;
}

std::string of(const std::vector<Finding>& findings, const Coverage& c, const SummaryOptions& o = {}) {
  std::vector<const Finding*> p;
  for (const Finding& f : findings) p.push_back(&f);
  return summary(p, {}, c, o);
}

std::vector<Finding> two_rules() {
  const auto lsass = made_up::rule("r-1", "LSASS memory read by an unusual program", Level::High);
  auto logon = made_up::rule("r-2", "Log-on at an unusual hour", Level::Low);
  logon->description = "Somebody worked\nin the night.";
  logon->attack.clear();
  std::vector<Finding> f{made_up::finding(lsass, 1'710'496'800'003'000, "DC01"),
                         made_up::finding(lsass, 1'710'498'800'000'000, "WS-17"),
                         made_up::finding(logon, 1'710'496'800'000'000, "DC01")};
  f[1].count = 40;
  f[1].last_time = 1'710'600'000'000'000;
  return f;
}

TEST(Summary, ASmallCaseWordForWord) {
  EXPECT_EQ(of(two_rules(), made_up::coverage()),
            R"(2 high findings on 2 hosts (and 1 of lower level), 1 file not read whole, 1 file not read at all.

  HIGH            LSASS memory read by an unusual program                 2 findings from 41 records
                  on DC01, WS-17 as CORP\anna; 2024-03-15T10:00:00Z to 2024-03-16T14:40:00Z
                  Somebody read the passwords out of memory. [T1003.001]
  LOW             Log-on at an unusual hour                                                1 finding
                  on DC01 as CORP\anna; 2024-03-15T10:00:00Z
                  Somebody worked in the night.

Why: LSASS memory read by an unusual program
  meaning         Somebody read the passwords out of memory. An ordinary program has no reason to.
  because         TargetImage is C:\Windows\System32\lsass.exe (byte 4,301)
                  the record holds sekurlsa
  read in         logs/dc01.evtx, record 17, byte 4,096
  may also be     Some antivirus products

What was read, and what was not
  files           3: 1 read whole, 1 in part, 1 not at all; 70.0 KiB, 129 events
  events          evtx 120, json 9; 2024-03-15T10:00:00Z to 11:00:00Z
  not read        logs/capture.pcap: packet capture: turn it into logs with Suricata or Zeek first
  read in part    logs/gateway.json: 2 stretches of it were not understood
  not understood  2 stretches in 1 file
  gaps            7 record numbers missing at 1 place in 1 file
  clocks          2 events earlier than the one before
  not decided     3 events on 1 rule: an expression reached its limits
  rules           80 loaded (12 correlations, 1 filter), 1 refused, 41 without telemetry
  refused         rules/odd.yml: line 9: there is no modifier 'containz'
  no logs for     linux/auditd 30, aws/cloudtrail 11 (rules that saw nothing)
)");
}

TEST(Summary, BehaviorIsOneLineAFindingTheOddestFirst) {
  std::vector<Finding> f{made_up::unusual("ws-014", Level::High, 0.01, 12'500), made_up::unusual("ws-022", Level::High, 0.000042, 41),
                         made_up::unusual("ws-031", Level::Medium, 0.0002, 3)};
  for (int i = 0; i < 5; ++i) f.push_back(made_up::unusual("srv-" + std::to_string(i), Level::High, 0.00009, 3));
  Coverage c = made_up::coverage();
  c.behavior = made_up::behavior_coverage();
  const std::string s = of(f, c);
  EXPECT_EQ(s.substr(0, s.find("\nWhat was read")),
            R"(7 high findings on 7 hosts (and 1 of lower level), 1 file not read whole, 1 file not read at all.

  HIGH            Unusual behaviour                                      7 findings from 224 records
                  2024-03-15T07:00:00Z to 23:59:59Z
                  ws-022  p = 0.000042           spoke to 203.0.113.9:443 every 60 s, 1,391 times...
                  ws-014  p = 0.01, odds 12,500  spoke to 203.0.113.9:443 every 60 s, 1,391 times...
                  srv-0   p = 0.00009            spoke to 203.0.113.9:443 every 60 s, 1,391 times...
                  srv-1   p = 0.00009            spoke to 203.0.113.9:443 every 60 s, 1,391 times...
                  srv-2   p = 0.00009            spoke to 203.0.113.9:443 every 60 s, 1,391 times...
                  and 2 more findings (in the full results)
  MEDIUM          Unusual behaviour of ws-031                              1 finding from 32 records
                  2024-03-15T07:00:00Z to 23:59:59Z
                  ws-031  p = 0.0002  spoke to 203.0.113.9:443 every 60 s, 1,391 times, within 2 ...

Why: Unusual behaviour of ws-022
  meaning         What this computer did has hardly ever been seen on an ordinary day. It need not
                  be an attack.
  because         p = 0.000083: ws-022 spoke to 203.0.113.9:443 every 60 s, 1,391 times, within 2 s
                  of the beat; of 4,100 pairs in calibration none was as regular
                  p = 0.01: ws-022 did 2 things for the first time: administrative share of DC01 ...
  in all          less than 1 in 20,000 ordinary days (p = 0.000042; threshold 12,000)
  read in         logs/zeek/conn.log, record 5, byte 1,000
  may also be     Some antivirus products
)");
  EXPECT_NE(s.find("\n  behaviour       learned from 2024-03-01 to 2024-03-08, calibrated to 2024-03-12, judged to\n"
                   "                  2024-03-17: 7 findings, budget 5 a day, 61.4 computers and accounts a day\n"),
            std::string::npos)
      << s;
}

TEST(Summary, WhyNothingWasJudged) {
  Coverage c;
  EXPECT_EQ(of({}, c).find("behaviour"), std::string::npos);
  c.behavior.on = true;
  c.behavior.why_not = "three days of logs are too few";
  c.behavior.baseline = "march.baseline";
  EXPECT_NE(of({}, c).find("  behaviour       not judged: three days of logs are too few (baseline march.baseline)\n"), std::string::npos);
  c.behavior = made_up::behavior_coverage();
  c.behavior.baseline = "march.baseline";
  c.behavior.learned_from = c.behavior.calibrated_from = kNoTime;
  c.behavior.judged_until += 3600 * kSecond;
  c.behavior.findings = c.behavior.late = 1;
  c.behavior.evictions = {{"beacon", 1}, {"dns", 2'000}};
  c.behavior.thin = {{"beacon", 12}, {"dns", 1}};
  EXPECT_EQ(judged(c.behavior),
            "baseline march.baseline, judged to 2024-03-17T01:00:00Z: 1 finding, budget 5 a day, 61.4 computers and accounts a day; "
            "too few ordinary scores to tell what is odd by beacon (12), dns (1); 1 fact too late; entries forgotten to stay within memory by beacon (1), dns (2,000)");
}

TEST(Summary, SaysWhenNothingWasChecked) {
  EXPECT_EQ(lines(of({}, {})).front(), "Nothing was checked: no rules were loaded.");
  Coverage c;
  c.rules.loaded = 3;
  EXPECT_EQ(lines(of({}, c)).front(), "Nothing was checked: no events were read.");
  c.events = 1200;
  EXPECT_EQ(lines(of({}, c)).front(), "No findings in 1,200 events.");
}

TEST(Summary, VerdictNamesTheHighestLevels) {
  std::vector<Finding> f{made_up::finding(made_up::rule("a", "A", Level::Critical), 1, "H1"),
                         made_up::finding(made_up::rule("b", "B", Level::High), 1, "H2"),
                         made_up::finding(made_up::rule("c", "C", Level::Medium), 1, "H3")};
  EXPECT_EQ(lines(of(f, {})).front(), "1 critical and 1 high findings on 2 hosts (and 1 of lower level).");
}

TEST(Summary, RanksByLevelThenHostsThenRarity) {
  const auto many = made_up::rule("m", "Many hosts", Level::High), loud = made_up::rule("l", "Loud", Level::High),
             rare = made_up::rule("r", "Rare", Level::High);
  Digest d;
  for (int i = 0; i < 5; ++i) d.add(made_up::finding(loud, i, "H"));
  d.add(made_up::finding(rare, 1, "H"));
  d.add(made_up::finding(many, 1, "H"));
  d.add(made_up::finding(many, 1, "I"));
  d.add(made_up::finding(made_up::rule("c", "Critical", Level::Critical), 1, "H"));
  std::vector<std::string> titles;
  for (const RuleGroup* g : d.ranked()) titles.push_back(g->example.rule->title);
  EXPECT_EQ(titles, (std::vector<std::string>{"Critical", "Many hosts", "Rare", "Loud"}));
}

TEST(Summary, FitsTheScreenWhateverTheWidth) {
  std::vector<Finding> f;
  for (int i = 0; i < 40; ++i) {
    auto r = made_up::rule("r" + std::to_string(i), std::string(300, 'T') + std::to_string(i), Level::High);
    r->description =
        std::string(500, 'd') + " " + std::string(500, 'e') + " many words that fill a few more lines of the screen";
    for (int h = 0; h < 8; ++h) f.push_back(made_up::finding(r, i * kDay, std::string(70, 'h') + std::to_string(h)));
    f.back().matched.resize(9, f.back().matched[0]);
  }
  Coverage c = made_up::coverage();
  c.sources.resize(300, c.sources.back());
  c.late = c.evicted = c.sources[0].in_future = c.sources[0].without_time = 12'345'678;
  for (const std::size_t width : {60u, 80u, 100u, 200u}) {
    const auto l = lines(of(f, c, {width, false, 6}));
    EXPECT_LE(l.size(), 46u);
    for (const std::string& line : l) EXPECT_LE(columns(line), width) << line;
  }
  for (int i = 0; i < 20; ++i) {
    for (const Level level : {Level::Critical, Level::Low}) f.push_back(made_up::unusual(std::string(300, 'w') + std::to_string(i), level, 1e-9, i * 1e9));
  }
  c.behavior = made_up::behavior_coverage();
  c.behavior.late = 12'345'678;
  c.behavior.evictions = {{"beacon", 12'345'678}, {"templates", 12'345'678}};
  for (const std::size_t width : {60u, 80u, 100u, 200u}) {
    const auto l = lines(of(f, c, {width, false, 6}));
    EXPECT_LE(l.size(), 54u);
    for (const std::string& line : l) EXPECT_LE(columns(line), width) << line;
  }
}

TEST(Summary, NoControlCharacterComesOut) {
  for (const std::string& t : made_up::hostile_texts()) {
    for (const bool colour : {false, true}) {
      const std::string s = of({made_up::hostile_finding(t)}, made_up::hostile_coverage(t), {100, colour, 6});
      EXPECT_TRUE(is_valid_utf8(s));
      EXPECT_EQ(s.find('\r'), std::string::npos);
      EXPECT_EQ(s.find("\xE2\x80\xAE"), std::string::npos);
      EXPECT_EQ(s.find("\x1b]"), std::string::npos);
      EXPECT_EQ(s.find("\x1b[31m"), std::string::npos);
      EXPECT_TRUE(colour || s.find('\x1b') == std::string::npos);
      for (const char ch : s)
        EXPECT_TRUE(static_cast<unsigned char>(ch) >= 0x20 || ch == '\n' || (colour && ch == '\x1b'));
    }
  }
}

TEST(Summary, ColoursOnlyIfAsked) {
  EXPECT_EQ(of(two_rules(), made_up::coverage()).find('\x1b'), std::string::npos);
  EXPECT_NE(of(two_rules(), made_up::coverage(), {100, true, 6}).find("\x1b[1;31mHIGH"), std::string::npos);
}

}  // namespace
}  // namespace summary_test_file
}  // namespace custos::share
