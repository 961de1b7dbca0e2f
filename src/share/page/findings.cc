#include <algorithm>

#include <fmt/format.h>

#include "share/identity.h"
#include "share/page/page.h"
#include "share/words.h"

namespace custos::share::page {
namespace findings_file {
namespace {

constexpr std::size_t kListed = 50;

void term(std::string& out, std::string_view name, std::string_view value, std::size_t max = 4096) {
  if (value.empty()) return;
  out.append("<dt>").append(name).append("</dt><dd>");
  append_text(out, value, max);
  out += "</dd>";
}

void cell(std::string& out, std::string_view css, std::string_view value) {
  out.append("<td class=\"").append(css).append("\">");
  append_text(out, value, 300);
  out += "</td>";
}

std::string place(const Place& p) {
  const std::string record = p.record == 0 ? "" : fmt::format(", record {}", grouped(p.record));  // a correlation's events go by their place
  return fmt::format("{}{}, byte {}", p.file, record, grouped(p.offset));
}

void matched(std::string& out, const Finding& f) {
  if (f.matched.empty()) return;
  out +=
      "<h4>What matched</h4><table class=\"plain\"><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Value</th>"
      "<th scope=\"col\" class=\"number\">At byte</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < f.matched.size() && i < kListed; ++i) {
    const Match& m = f.matched[i];
    out += "<tr><td>";
    append_text(out, m.field.empty() ? "(anywhere in the record)" : m.field, 300);
    out += "</td><td class=\"code\">";
    append_text(out, m.value, 1024);
    out += "</td><td class=\"number\">" + (m.offset ? grouped(*m.offset) : std::string("not known")) + "</td></tr>";
  }
  out += "</tbody></table>";
  if (f.matched.size() > kListed) out += "<p>and " + counted(f.matched.size() - kListed, "more match") + ".</p>";
}

void chart(std::string& out, const Chart& c) {
  if (c.bars.empty()) return;
  out += "<table class=\"figures\"><caption>";
  append_text(out, c.title + (c.unit.empty() ? "" : " (" + c.unit + ")"), 400);
  out += "</caption><tbody>";
  for (std::size_t i = 0; i < c.bars.size() && i < kBars; ++i) {
    out += "<tr><th scope=\"row\">";
    append_text(out, c.bars[i].first, 120);
    out += "</th><td class=\"number\">" + figure(c.bars[i].second) + "</td></tr>";
  }
  out += "</tbody></table>";
  if (c.bars.size() > kBars) out += "<p>and " + counted(c.bars.size() - kBars, "more bar") + ".</p>";
}

void reason(std::string& out, const Reason& r) {
  out += "<div class=\"reason\"><div><h4>";
  append_text(out, r.title.empty() ? r.detector : r.title, 300);
  out += "</h4><p>";
  append_text(out, r.sentence);
  out += "</p><dl>";
  term(out, "how rare", rarity(r.p) + " (p = " + figure(r.p) + ")");
  term(out, "stage", r.stage, 300);
  term(out, "window from", to_rfc3339(r.window));
  term(out, "detector", r.detector, 300);
  out += "</dl></div><div class=\"behind\">";
  if (!r.evidence.empty()) out += "<p class=\"soft\">Evidence</p><ul class=\"evidence\">";
  for (std::size_t i = 0; i < r.evidence.size() && i < kEvidence; ++i) {
    out += "<li>";
    append_text(out, place(r.evidence[i]));
    out += "</li>";
  }
  if (!r.evidence.empty()) out += "</ul>";
  if (r.evidence.size() > kEvidence) out += "<p>and " + counted(r.evidence.size() - kEvidence, "more record") + ".</p>";
  out += "</div><div class=\"drawn\">";
  chart(out, r.chart);
  out += "</div></div>";
}

void behavior(std::string& out, const Behavior& b) {
  out += "<p class=\"taken\">";
  append_text(out, fmt::format("Taken together: {}", rarity(b.p)));
  out += " <span class=\"soft\">";
  append_text(out, fmt::format("({}; threshold {}).", likelihood(b), figure(b.threshold)));
  if (b.raised != kNoTime) append_text(out, " Raised at " + to_rfc3339(b.raised) + ".");
  out += "</span></p>";
  for (std::size_t i = 0; i < b.reasons.size() && i < kReasons; ++i) reason(out, b.reasons[i]);
  if (b.reasons.size() > kReasons) out += "<p>and " + counted(b.reasons.size() - kReasons, "more reason") + ".</p>";
}

void who(std::string& out, const Finding& f) {
  if (f.entities.empty()) return;
  out += "<h4>Who and what</h4><dl>";
  for (std::size_t i = 0; i < f.entities.size() && i < kListed; ++i) {
    out += "<dt>";
    append_text(out, f.entities[i].kind, 60);
    out += "</dt><dd class=\"code\">";
    append_text(out, f.entities[i].value, 1024);
    if (const std::string is = identity(f.entities[i]); !is.empty()) append_text(out, " = " + is, 1024);
    out += "</dd>";
  }
  out += "</dl>";
}

void places(std::string& out, const Finding& f) {
  out += "<h4>Where it stands</h4><ul class=\"code\"><li>";
  append_text(out, place(f.source));
  out += "</li>";
  for (std::size_t i = 0; i < f.others.size() && i < kListed; ++i) {
    out += "<li>";
    append_text(out, place(f.others[i]));
    out += "</li>";
  }
  out += "</ul>";
  const std::size_t listed = 1 + std::min(f.others.size(), kListed);
  if (f.count > listed) out += "<p>and " + counted(f.count - listed, "more record") + ".</p>";
}

std::string tactics(const RuleFacts& rule) {
  std::string s;
  for (const std::string& t : rule.tactics) s += (s.empty() ? "" : ", ") + tactic_title(t);
  return s;
}

void rule_facts(std::string& out, const Finding& f, const RuleFacts& rule) {
  out += "<h4>By which rule</h4><dl>";
  term(out, "ATT&amp;CK", joined(rule.attack));
  term(out, "tactics", tactics(rule));
  term(out, "rule", rule.id);
  term(out, "file", rule.path);
  term(out, "SHA-256", rule.hash);
  term(out, "author", rule.author);
  term(out, "status", rule.status);
  term(out, "log source", f.log_source);
  term(out, "pipeline", f.pipeline);
  term(out, "finding", finding_id(f));
  out += "</dl>";
}

void record(std::string& out, std::string_view raw, std::size_t most) {
  if (raw.empty()) return;
  out += "<h4>The record</h4><pre tabindex=\"0\">";
  append_lines(out, raw, most);
  out += "</pre>";
}

void detail(std::string& out, const Finding& f, const RuleFacts& rule, std::size_t raw_bytes) {
  out += "<p class=\"meaning\">";
  append_lines(out, rule.description, 8192);
  out += "</p>";
  if (f.behavior) behavior(out, *f.behavior);
  out += "<div class=\"columns\"><div>";
  matched(out, f);
  places(out, f);
  record(out, f.raw, raw_bytes);
  out += "</div><div>";
  who(out, f);
  if (!rule.falsepositives.empty()) {
    out += "<h4>What else it may be</h4><ul>";
    for (const std::string& s : rule.falsepositives) {
      out += "<li>";
      append_text(out, s);
      out += "</li>";
    }
    out += "</ul>";
  }
  rule_facts(out, f, rule);
  out += "</div></div>";
}

}  // namespace
}  // namespace findings_file

void append_finding(std::string& out, const Finding& f, std::size_t raw_bytes) {
  namespace here = findings_file;
  static const RuleFacts none;
  const RuleFacts& rule = f.rule ? *f.rule : none;
  out.append("<tbody class=\"finding ").append(level_name(rule.level)).append("\"><tr><td>");
  append_level(out, rule.level);
  out += "</td>";
  here::cell(out, "time", f.time == kNoTime ? "no time" : to_rfc3339(f.time));
  here::cell(out, "title", rule.title.empty() ? rule.id : rule.title);
  here::cell(out, "name", entities(f, "host"));
  here::cell(out, "name", entities(f, "user"));
  here::cell(out, "number", grouped(f.count));
  out += "</tr><tr class=\"more\"><td colspan=\"6\"><details><summary>";
  append_text(out, why(f), 300);
  out += "</summary><div class=\"detail\">";
  here::detail(out, f, rule, raw_bytes);
  out += "</div></details></td></tr></tbody>\n";
}

}  // namespace custos::share::page
