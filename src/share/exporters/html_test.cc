#include <cstdlib>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "share/exporters/made_up_behavior_test.h"
#include "share/made_up_test.h"
#include "share/page/page.h"

namespace custos::share {
namespace html_test_file {
namespace {

using Json = nlohmann::json;

struct Tag {
  std::string name, attributes;
};

struct Page {
  std::vector<Tag> tags;
  std::vector<std::string> scripts;  // contents, in order
  std::string style;
  std::string text;
};

// Reads as a browser does: a <script> or <style> ends at its first end tag, attributes may be quoted.
Page read(const std::string& html) {
  Page page;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      page.text += html[at++];
      continue;
    }
    std::size_t end = at + 1;
    for (char quote = 0; end < html.size() && (quote != 0 || html[end] != '>'); ++end) {
      if (quote != 0) {
        if (html[end] == quote) quote = 0;
      } else if (html[end] == '"' || html[end] == '\'') {
        quote = html[end];
      }
    }
    const std::string inside = html.substr(at + 1, end - at - 1);
    const std::size_t blank = inside.find(' ');
    page.tags.push_back({inside.substr(0, blank), blank == std::string::npos ? "" : inside.substr(blank)});
    at = end + 1;
    const std::string& name = page.tags.back().name;
    if (name == "script" || name == "style") {
      const std::size_t close = html.find("</" + name, at);
      const std::string body = html.substr(at, close - at);
      name == "script" ? page.scripts.push_back(body) : static_cast<void>(page.style = body);
      at = close;
    }
  }
  return page;
}

std::size_t count(const Page& p, std::string_view name, std::string_view attribute = {}) {
  std::size_t n = 0;
  for (const Tag& t : p.tags) n += t.name == name && t.attributes.find(attribute) != std::string::npos ? 1 : 0;
  return n;
}

// The attributes with the insides of their quotes taken out.
std::string bare(const std::string& attributes) {
  std::string out;
  bool quoted = false;
  for (const char c : attributes) {
    if (c == '"') quoted = !quoted;
    if (!quoted) out += c;
  }
  EXPECT_FALSE(quoted);
  return out;
}

void expect_harmless(const Page& p) {
  static const std::set<std::string> kKnown = {
      "!DOCTYPE", "html",    "head",   "meta",  "title",  "style",   "script",  "body",    "header",   "nav",
      "main",     "section", "footer", "div",   "span",   "p",       "h1",      "h2",      "h4",       "br",
      "ul",       "li",      "dl",     "dt",    "dd",     "a",       "table",   "caption", "colgroup", "col",
      "thead",    "tbody",   "tr",     "th",    "td",     "details", "summary", "pre",     "strong",   "form",
      "fieldset", "legend",  "label",  "input", "select", "option",  "button",  "svg"};
  for (const Tag& t : p.tags) {
    EXPECT_TRUE(kKnown.contains(t.name[0] == '/' ? t.name.substr(1) : t.name)) << t.name;
    EXPECT_EQ(bare(t.attributes).find(" src="), std::string::npos);
    EXPECT_EQ(bare(t.attributes).find(" on"), std::string::npos) << t.attributes;
    EXPECT_EQ(bare(t.attributes).find(" style="), std::string::npos) << t.attributes;
    const auto href = t.attributes.find(" href=");
    EXPECT_TRUE(href == std::string::npos || t.attributes.substr(href, 8) == " href=\"#") << t.attributes;
  }
  EXPECT_EQ(p.style, page::kStyle);
  EXPECT_EQ(p.scripts.back(), page::kScript);
}

TEST(Html, IsWholeAndAllowsNothingFromOutside) {
  const std::string html = made_up::exported(
      "html", {made_up::finding(made_up::rule("r", "LSASS read", Level::High), 1'710'496'800'003'000, "DC01")},
      made_up::coverage());
  const Page p = read(html);
  expect_harmless(p);
  EXPECT_TRUE(html.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(html.ends_with("</html>\n"));
  EXPECT_NE(html.find("default-src 'none'; style-src " + page::integrity(p.style) + "; script-src " +
                      page::integrity(p.scripts.back()) + ";"),
            std::string::npos);
  for (const char* opened : {"div", "section", "table", "tbody", "tr", "td", "th", "details", "summary", "dl", "ul",
                             "li", "span", "main", "body", "html", "head", "script"}) {
    EXPECT_EQ(count(p, opened), count(p, std::string("/") + opened)) << opened;
  }
  for (const char* said :
       {"TLP:AMBER+STRICT", "1 high finding on 1 host, 1 file not read whole, 1 file not read at all.", "LSASS read",
        "CORP\\anna", "T1003.001", "4,301", "Some antivirus products", "packet capture: turn it into logs",
        "there is no modifier &#39;containz&#39;", "linux/auditd", "log was not closed"}) {
    EXPECT_NE(p.text.find(said), std::string::npos) << said;
  }
}

TEST(Html, BehaviorIsShownWithItsReasons) {
  auto f = made_up::unusual("ws-014", Level::High, 0.000083, 41);
  Behavior many = *f.behavior;
  many.reasons.resize(14, many.reasons.back());
  f.behavior = std::make_shared<Behavior>(many);
  Coverage c = made_up::coverage();
  c.behavior = made_up::behavior_coverage();
  const Page p = read(made_up::exported("html", {f, made_up::unusual("ws-022", Level::High, 0.01, 12'500)}, c));
  expect_harmless(p);
  EXPECT_EQ(count(p, "div", "class=\"reason\""), 14u);
  for (const char* said :
       {"Unusual behaviourws-022 spoke to", "(p = 0.01, odds 12,500)", "less than 1 in 10,000 ordinary days (p = 0.000083)", "command and control",
        "logs/zeek/conn.log, record 24, byte 4,990", "and 10 more records.", "and 2 more reasons.", "connections an hour (connections)", "administrative share of DC017.8",
        "Raised at 2024-03-16T00:00:00Z.", "calibrated to 2024-03-12, judged to 2024-03-17: 7 findings, budget 5 a day"}) {
    EXPECT_NE(p.text.find(said), std::string::npos) << said;
  }
  const Json b = Json::parse(p.scripts[0])[0]["b"];
  EXPECT_EQ(b["n"], 14);
  EXPECT_EQ(b["r"].size(), 12u);
  Json r = b["r"][0];
  EXPECT_EQ(r["en"], 30);
  EXPECT_EQ(r["e"].size(), 20u);
  EXPECT_EQ(r["b"][2], Json::parse(R"(["2 h", 58, "58"])"));
  r.erase("b");
  r.erase("e");
  r.erase("en");
  EXPECT_EQ(r, Json::parse(R"({"k":"Beacon","a":"command and control","d":"beacon","p":"less than 1 in 10,000 ordinary days","q":"0.000083","w":"2024-03-15T00:00:00Z",
    "c":"connections an hour","u":"connections","bn":24,
    "s":"ws-014 spoke to 203.0.113.9:443 every 60 s, 1,391 times, within 2 s of the beat; of 4,100 pairs in calibration none was as regular"})"));
}

// For tests/e2e/html_page.py, which opens it in a browser: behaviour as it should be, and as hostile as it may be.
TEST(Html, APageOfBehaviorForTheBrowser) {
  std::vector<Finding> findings{made_up::unusual("ws-014", Level::High, 0.000083, 41), made_up::unusual("ws-022", Level::High, 0.01, 12'500),
                                made_up::unusual("ws-031", Level::Medium, 0.0002, 3), made_up::finding(made_up::rule("r-1", "LSASS read", Level::High), made_up::kOddDay, "DC01")};
  for (const std::string& t : made_up::hostile_texts()) {
    if (t.size() > 10'000) continue;  // a minute of layout, all opened, on a narrow screen
    findings.push_back(made_up::hostile_finding(t));
    findings.push_back(made_up::unusual(t, Level::Low, 0.001, 3));
  }
  Coverage c = made_up::coverage();
  c.behavior = made_up::behavior_coverage();
  const std::string html = made_up::exported("html", findings, c);
  expect_harmless(read(html));
  if (const char* path = std::getenv("CUSTOS_PAGE_OF_BEHAVIOR")) std::ofstream(path, std::ios::binary) << html;
}

TEST(Html, IntegrityIsBase64OfSha256) {
  EXPECT_EQ(page::integrity("alert('Hello, world.');"), "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
}

TEST(Html, WithoutFindingsThereIsStillTheCoverage) {
  const Page p = read(made_up::exported("html", {}, made_up::coverage()));
  expect_harmless(p);
  EXPECT_NE(p.text.find("No findings in 129 events"), std::string::npos);
  EXPECT_NE(p.text.find("logs/capture.pcap"), std::string::npos);
  EXPECT_EQ(count(p, "form"), 0u);
}

TEST(Html, HostileTextStaysText) {
  std::vector<Finding> findings;
  for (const std::string& t : made_up::hostile_texts()) findings.push_back(made_up::hostile_finding(t));
  for (const std::string& t : made_up::hostile_texts()) {
    const std::string html = made_up::exported("html", findings, made_up::hostile_coverage(t));
    EXPECT_TRUE(is_valid_utf8(html));
    for (const char c : html) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
    const Page p = read(html);
    expect_harmless(p);
    EXPECT_EQ(p.text.find("\xE2\x80\xAE"), std::string::npos);
    ASSERT_EQ(p.scripts.size(), 3u);
    const Json data = Json::parse(p.scripts[0]), tables = Json::parse(p.scripts[1]);
    ASSERT_EQ(data.size(), findings.size());
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const std::string raw = to_valid_utf8(findings[i].raw);
      EXPECT_EQ(data[i]["w"], raw.substr(0, 8192));
      EXPECT_EQ(tables["files"][data[i]["s"].get<std::size_t>()], to_valid_utf8(findings[i].source.file));
      EXPECT_EQ(data[i]["o"], "18446744073709551615");
      EXPECT_TRUE(data[i]["b"]["r"][0]["b"][0][1].is_null());
      EXPECT_EQ(data[i]["b"]["r"][0]["b"][2][1], -1);
    }
  }
}

TEST(Html, TheMostSevereAreReadableWithoutAScript) {
  std::vector<Finding> findings;
  const auto low = made_up::rule("l", "Low one", Level::Low), high = made_up::rule("h", "High one", Level::High);
  for (int i = 0; i < 1'234; ++i)
    findings.push_back(made_up::finding(i % 50 == 49 ? high : low, i * kSecond, "H" + std::to_string(i)));
  const Page p = read(made_up::exported("html", findings, {}));
  EXPECT_EQ(count(p, "tbody", "finding high"), 24u);
  EXPECT_EQ(count(p, "tbody", "finding low"), 176u);
  EXPECT_EQ(p.scripts.size(), 5u);  // 500 + 500 + 234, the tables, the program
  EXPECT_EQ(Json::parse(p.scripts[2]).size(), 234u);
  EXPECT_LT(p.text.find("H1199"), p.text.find("H175"));
  EXPECT_NE(p.text.find("The 200 most severe of 1,234 findings are listed"), std::string::npos);
}

TEST(Html, AFloodOfLowFindingsIsCountedButDoesNotHideAHighOne) {
  made_up::Text out;
  const auto run = made_up::find("html")->open(out);
  Finding f;
  f.rule = made_up::rule("l", "Low one", Level::Low);
  for (int i = 0; i < 100'010; ++i) run->finding(f);
  f.rule = made_up::rule("h", "High one", Level::High);
  run->finding(f);
  run->finish({});
  EXPECT_NE(out.all.find("10 findings are counted above but not listed here"), std::string::npos);
  EXPECT_NE(out.all.find("1 high finding (and 100,010 of lower level)"), std::string::npos);
}

}  // namespace
}  // namespace html_test_file
}  // namespace custos::share
