#include <fmt/format.h>

#include "share/coverage_view.h"
#include "share/identity.h"
#include "share/page/page.h"
#include "share/words.h"

namespace custos::share::page {
namespace frame_file {
namespace {

constexpr std::size_t kRulesShown = 8;
constexpr std::size_t kUnusualShown = 3;

std::string some_hosts(const DistinctNames& names) {
  std::string s;
  for (std::size_t i = 0; i < names.size() && i < 5; ++i) s += (i == 0 ? "" : ", ") + names.in_order()[i];
  if (names.size() > 5) s += fmt::format(" and {}{} more", names.over() ? "over " : "", grouped(names.size() - 5));
  return s;
}

// Of behaviour, each actor says more than the rule.
void unusual(std::string& out, const RuleGroup& g) {
  for (std::size_t i = 0; i < g.unusual.size() && i < kUnusualShown; ++i) {
    const Unusual& u = g.unusual[i];
    out += "<br>";
    if (!u.who.empty()) {
      append_text(out, u.who, 100);
      out += " ";
    }
    out += "<span class=\"soft\">";
    append_text(out, u.sentence, 300);
    append_text(out, " (" + u.likelihood + ")");
    out += "</span>";
  }
  if (!g.unusual.empty() && g.findings > kUnusualShown)
    out += "<br><span class=\"soft\">and " + counted(g.findings - kUnusualShown, "more finding") + "</span>";
}

void rule_row(std::string& out, const RuleGroup& g) {
  static const RuleFacts none;
  const RuleFacts& rule = g.example.rule ? *g.example.rule : none;
  out += "<tr><td>";
  append_level(out, g.level());
  out += "</td><td class=\"what\"><strong>";
  append_text(out, g.title(), 300);
  out += "</strong>";
  unusual(out, g);
  if (const std::string meaning = why(g.example); g.unusual.empty() && meaning != rule.title) {
    out += "<br><span class=\"soft\">";
    append_text(out, meaning, 300);
    out += "</span>";
  }
  out += "</td><td class=\"name\">";
  append_text(out, some_hosts(g.hosts), 300);
  out += "</td><td class=\"number\">" + grouped(g.findings) + "</td><td class=\"time\">";
  append_text(out, span(g.first, g.last));
  out += "</td></tr>";
}

}  // namespace
}  // namespace frame_file

void append_header(std::string& out, const Digest& digest, const Coverage& c) {
  out +=
      "<a class=\"skip\" href=\"#main\">Skip to the findings</a>\n<header><div class=\"bar\"><span "
      "class=\"brand\">custos</span>"
      "<nav aria-label=\"Sections\"><a href=\"#findings\">Findings</a> <a href=\"#coverage\">What was read, and what "
      "was not</a></nav>"
      "<span class=\"tlp\">TLP:AMBER+STRICT</span></div></header>\n<div class=\"wrap verdict\"><h1>";
  append_text(out, verdict(digest, c));
  out += "</h1><p class=\"soft\">Scan of ";
  append_text(out, c.started.empty() ? "unknown time" : c.started);
  if (!c.finished.empty()) {
    out += " to ";
    append_text(out, c.finished);
  }
  out += fmt::format(" by {}. {} in {}. All times are UTC.</p></div>\n", engine_name(), counted(c.events, "event"),
                     counted(c.sources.size(), "file"));
}

void append_overview(std::string& out, const Digest& digest) {
  namespace here = frame_file;
  out +=
      "<section class=\"wrap\" aria-labelledby=\"overview-title\"><h2 id=\"overview-title\">Most important "
      "first</h2><ul class=\"tiles\">";
  for (const Level level : {Level::Critical, Level::High, Level::Medium, Level::Low, Level::Informational}) {
    out += fmt::format("<li><span class=\"big\">{}</span> ", grouped(digest.of(level)));
    append_level(out, level);
    out += "</li>";
  }
  out += "</ul>\n";
  const auto groups = digest.ranked();
  if (groups.empty()) {
    out +=
        "<p>No rule found anything. Read below what was looked at, and what was not, before taking that for good "
        "news.</p></section>\n";
    return;
  }
  const auto table = [&out](auto rows) {
    out +=
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rules with findings\"><table "
        "class=\"plain rules\"><thead><tr><th scope=\"col\">Level</th><th scope=\"col\">Rule, and what it means</th>"
        "<th scope=\"col\">Hosts</th><th scope=\"col\" class=\"number\">Findings</th><th "
        "scope=\"col\">When</th></tr></thead><tbody>";
    rows();
    out += "</tbody></table></div>";
  };
  table([&] {
    for (std::size_t i = 0; i < groups.size() && i < here::kRulesShown; ++i) here::rule_row(out, *groups[i]);
  });
  if (groups.size() > here::kRulesShown) {
    out += "<details><summary>" + counted(groups.size() - here::kRulesShown, "more rule") + " with findings</summary>";
    table([&] {
      for (std::size_t i = here::kRulesShown; i < groups.size(); ++i) here::rule_row(out, *groups[i]);
    });
    out += "</details>";
  }
  out += "</section>\n";
}

}  // namespace custos::share::page
