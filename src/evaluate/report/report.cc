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
