#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "evaluate/report/report.h"

namespace custos::evaluate {
namespace report_html {

std::string escaped(std::string_view s) {
  std::string out;
  for (const char c : printable(to_valid_utf8(s))) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

// Both axes are -log10 of p: ordinary groups lie on the diagonal, a point above it breaks the promise.
std::string qq_plot(const Calibration& c) {
  constexpr double kSide = 260, kMargin = 34;
  const double most = std::max(1.0, std::ceil(std::log10(static_cast<double>(c.count) * 2)));
  const auto at = [&](double p) { return std::min(-std::log10(std::max(p, 1e-12)), most) / most * kSide; };
  std::string s = fmt::format("<svg width=\"{0}\" height=\"{0}\" role=\"img\" aria-label=\"QQ plot of p-values\">", kSide + 2 * kMargin);
  s += fmt::format("<g transform=\"translate({0},{1}) scale(1,-1)\">", kMargin, kSide + kMargin);
  s += fmt::format("<path d=\"M0 {0}V0H{0}\" class=\"axis\"/><path d=\"M0 0L{0} {0}\" class=\"even\"/>", kSide);
  for (const auto& [expected, observed] : c.quantiles) s += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\"/>", at(expected), at(observed));
  s += "</g>";
  for (double tick = 1; tick <= most; ++tick) {
    const double x = tick / most * kSide;
    s += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">1e-{:.0f}</text>", kMargin + x, kSide + kMargin + 14, tick);
    s += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">1e-{:.0f}</text>", kMargin - 3, kSide + kMargin - x + 4, tick);
  }
  return s + "</svg>";
}

std::string row(const std::vector<std::string>& cells, std::string_view cell) {
  std::string s = "<tr>";
  for (const std::string& c : cells) s += fmt::format("<{0}>{1}</{0}>", cell, escaped(c));
  return s + "</tr>";
}

std::string table(const Table& t) {
  std::string s = fmt::format("<h3>{}</h3><table>{}", escaped(t.title), row(t.columns, "th"));
  for (const auto& r : t.rows) s += row(r, "td");
  return s + "</table>";
}

Table figures(const Report& r) {
  Table t{fmt::format("At {} alarms a day", r.budget),
          {"source", "phases found", "recall", "95 %", "campaigns", "precision", "false a day", "first alarm", "events an alarm"},
          {}};
  for (const SourceResult& s : r.results) {
    const Figures& f = s.at_budget;
    if (!s.not_run.empty()) {
      t.rows.push_back({s.source, "not run: " + s.not_run});
      continue;
    }
    t.rows.push_back({s.source + (s.coarse ? " (whole days)" : ""), fmt::format("{} of {}", f.phases_found, f.phases), recall_text(f),
                      fmt::format("{:.0f} to {:.0f} %", 100 * f.interval.low, 100 * f.interval.high), fmt::format("{} of {}", f.campaigns_found, f.campaigns),
                      number_text(f.precision, 2), number_text(f.false_per_day, 1), duration_text(f.seconds_to_first),
                      fmt::format("{:.0f}", f.events_per_alarm)});
  }
  return t;
}

constexpr std::string_view kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}"
    "table{border-collapse:collapse}th,td{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #ccd}th:first-child,td:first-child{text-align:left}"
    "svg text{font-size:10px}.axis{fill:none;stroke:#333}.even{stroke:#999;stroke-dasharray:4 3}circle{fill:#0b5cad}";

}  // namespace report_html

std::string to_html(const Report& r) {
  using namespace report_html;
  std::string s =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
  s += fmt::format(
      "<title>custos evaluate {0}</title><style>{1}</style><h1>custos evaluate {0}</h1><p>{2}. Data: {3}. An alarm is about {4}; a phase is {5}.</p>",
      escaped(r.set), kStyle, escaped(r.title), escaped(r.data), escaped(r.unit), escaped(r.phase));
  s += "<h2>Figures</h2>" + table(figures(r));
  for (const Table& t : r.tables) s += table(t);
  for (const Table& t : variation_tables(r)) s += table(t);
  if (r.published) s += "<h2>Published</h2><p>" + escaped(published_text(r)) + "</p>";
  for (const SourceResult& result : r.results) {
    if (result.tables.empty() && (!result.calibration || result.calibration->count == 0)) continue;
    s += fmt::format("<h2>{}</h2><p>{}</p>", escaped(result.source), escaped(result.formula));
    for (const Table& t : result.tables) s += table(t);
    if (result.calibration && result.calibration->count > 0) {
      s += fmt::format("<h3>p-values of {} benign groups, expected (across) and observed (up)</h3>{}", result.calibration->count, qq_plot(*result.calibration));
    }
  }
  s += "<h2>Splits</h2><ul>";
  for (const std::string& line : r.splits) s += "<li>" + escaped(line) + "</li>";
  s += "</ul><h2>Weak points</h2><ul>";
  for (const std::string& remark : r.remarks) s += "<li>" + escaped(remark) + "</li>";
  return s + "</ul></html>\n";
}

}  // namespace custos::evaluate
