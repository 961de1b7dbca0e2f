#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
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
