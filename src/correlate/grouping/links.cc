#include "correlate/grouping/links.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace custos::correlate {
namespace link_table {

constexpr Micros kHour = 3'600 * kSecond;

struct Row {
  std::string_view kind, words;
  Micros personal, shared, common;
};

// Numbers of processes are used again; an intruder rests for a weekend or two but seldom for longer; on a server others work too.
constexpr std::array<Row, 7> kRows = {{
    {"process", "the same process", kDay, kDay, kDay},
    {"session", "the same logon session", 7 * kDay, 7 * kDay, 7 * kDay},
    {"program", "the same program", 14 * kDay, kDay, 0},
    {"account", "the same account", 14 * kDay, kDay, 0},
    {"address", "the same outside address", 30 * kDay, kDay, 0},
    {"domain", "the same outside name", 30 * kDay, kDay, 0},
    {"host", "the same computer", 14 * kDay, 12 * kHour, kHour},
}};

const Row* row_of(std::string_view kind) {
  const auto at = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.kind == kind; });
  return at == kRows.end() ? nullptr : &*at;
}

}  // namespace link_table

Micros holds_for(const Mention& m, Nature nature) {
  const link_table::Row* row = link_table::row_of(m.kind);
  if (row == nullptr) return 0;
  return nature == Nature::Personal ? row->personal : nature == Nature::Shared ? row->shared : row->common;
}

std::optional<double> strength_of(const Mention& m, Nature nature, Micros before) {
  const Micros holds = holds_for(m, nature);
  if (holds == 0 || before > holds) return std::nullopt;
  return 1 - static_cast<double>(before) / static_cast<double>(holds);
}

std::string duration_text(Micros d) {
  struct Unit {
    Micros size;
    std::string_view name;
  };
  static constexpr std::array<Unit, 4> kUnits = {{{kDay, "day"}, {link_table::kHour, "hour"}, {60 * kSecond, "minute"}, {kSecond, "second"}}};
  for (const Unit& u : kUnits) {
    if (d < u.size) continue;
    const auto n = (d + u.size / 2) / u.size;
    return fmt::format("{} {}{}", n, u.name, n == 1 ? "" : "s");
  }
  return "less than a second";
}

std::string reason(const Mention& m, Micros before) {
  const link_table::Row* row = link_table::row_of(m.kind);
  if (!m.inferred.empty()) return fmt::format("{}, {} before", m.inferred, duration_text(before));
  return fmt::format("{} {}, {} before", row == nullptr ? m.kind : row->words, m.value, duration_text(before));
}

}  // namespace custos::correlate
