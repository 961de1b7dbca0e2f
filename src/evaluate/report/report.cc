#include "evaluate/report/report.h"

#include <algorithm>

#include <fmt/format.h>

namespace custos::evaluate {

const SourceResult* find_result(const Report& report, const std::string& source) {
  const auto it = std::find_if(report.results.begin(), report.results.end(), [&](const SourceResult& r) { return r.source == source; });
  return it == report.results.end() ? nullptr : &*it;
}

Table surface(const std::vector<CampaignOutcome>& campaigns, const Axis& rows, const Axis& columns) {
  Table t{fmt::format("found of tried, {} by {}", rows.trait, columns.trait), {rows.trait}, {}};
  t.columns.insert(t.columns.end(), columns.values.begin(), columns.values.end());
  for (const std::string& row : rows.values) {
    std::vector<std::string> line{row};
    for (const std::string& column : columns.values) {
      std::size_t found = 0, tried = 0;
      for (const CampaignOutcome& c : campaigns) {
        const auto r = c.traits.find(rows.trait), k = c.traits.find(columns.trait);
        if (r == c.traits.end() || k == c.traits.end() || r->second != row || k->second != column) continue;
        ++tried;
        found += c.found.empty() ? 0 : 1;
      }
      line.push_back(tried == 0 ? "-" : fmt::format("{}/{}", found, tried));
    }
    t.rows.push_back(std::move(line));
  }
  return t;
}

namespace varied {

Table one(const std::vector<Variation>& variations, const std::string& title, const std::string& column) {
  Table t{title, {"source", column, "phases", "recall", "95 %", "precision", "false/day"}, {}};
  std::vector<std::string> sources;
  for (const Variation& v : variations) {
    for (const VariedFigures& f : v.figures) {
      if (std::find(sources.begin(), sources.end(), f.source) == sources.end()) sources.push_back(f.source);
    }
  }
  for (const std::string& source : sources) {
    for (const Variation& v : variations) {
      const auto it = std::find_if(v.figures.begin(), v.figures.end(), [&](const VariedFigures& f) { return f.source == source; });
      if (it == v.figures.end()) continue;
      const Figures& f = it->figures;
      t.rows.push_back({source, v.of == "part" ? "part " + v.name : v.name, fmt::format("{}/{}", f.phases_found, f.phases),
                        recall_text(f), fmt::format("{:.0f}-{:.0f} %", 100 * f.interval.low, 100 * f.interval.high),
                        number_text(f.precision, 2), number_text(f.false_per_day, 1)});
    }
  }
  return t;
}

}  // namespace varied

std::vector<Table> variation_tables(const Report& r) {
  std::vector<Table> out;
  const std::string ablated = fmt::format("What is found without a kind of log or a part, at {} a day", r.budget);
  if (!r.ablations.empty()) out.push_back(varied::one(r.ablations, ablated, "without"));
  if (r.disturbed.empty()) return out;
  out.push_back(varied::one(r.disturbed, fmt::format("What is found in disturbed data, at {} a day", r.budget), "disturbed by"));
  return out;
}

std::string published_text(const Report& report) {
  if (!report.published) return {};
  const Published& p = *report.published;
  const Interval theirs = wilson(p.found, p.of);
  std::string s = fmt::format("{}: {} of {} phases ({:.0f} %), {:.0f} to {:.0f} % by Wilson's 95 % interval.", p.where, p.found, p.of,
                              100.0 * static_cast<double>(p.found) / static_cast<double>(p.of), 100 * theirs.low, 100 * theirs.high);
  const SourceResult* ours = find_result(report, p.source);
  if (ours != nullptr && ours->not_run.empty()) {
    const Figures& f = ours->at_budget;
    s += fmt::format(" Our {}: {} of {} ({:.0f} %), which lies {} it; theirs lies {} our own {:.0f} to {:.0f} %.", p.source, f.phases_found, f.phases,
                     100 * f.recall, f.recall >= theirs.low && f.recall <= theirs.high ? "within" : "outside",
                     static_cast<double>(p.found) >= f.interval.low * static_cast<double>(p.of) &&
                             static_cast<double>(p.found) <= f.interval.high * static_cast<double>(p.of)
                         ? "within"
                         : "outside",
                     100 * f.interval.low, 100 * f.interval.high);
  }
  return s + " " + p.caution;
}

std::string recall_text(const Figures& f) { return f.phases == 0 ? "-" : fmt::format("{:.0f} %", 100 * f.recall); }

std::string number_text(std::optional<double> number, int digits) { return number ? fmt::format("{:.{}f}", *number, digits) : "-"; }

std::string duration_text(std::optional<double> given) {
  if (!given) return "-";
  const double seconds = *given;
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 36 * 3600) return fmt::format("{:.1f} h", seconds / 3600);
  return fmt::format("{:.1f} d", seconds / 86'400);
}

}  // namespace custos::evaluate
