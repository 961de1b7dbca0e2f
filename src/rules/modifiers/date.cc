// minute, hour, day, week, month, year: a part of a date as it is written, without conversion between time zones.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "rules/modifiers.h"

namespace custos::rules::date {
namespace {

Result<void> part(Chain& c, Leaf::Part which, std::int64_t low, std::int64_t high) {
  if (c.field.empty()) return bad_chain("a part of a date needs a field");
  return c.each([&](Term& t) -> Result<void> {
    std::int64_t v = 0;
    const std::string& s = t.scalar.text;
    const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
    if (!t.untyped || r.ec != std::errc() || r.ptr != s.data() + s.size() || v < low || v > high) {
      return bad_chain(fmt::format("'{}' is out of the range {} to {}", s, low, high));
    }
    t.leaf.kind = Leaf::Kind::TimePart;
    t.leaf.part = which;
    t.leaf.number = v;
    t.leaf.pattern = {};
    return {};
  });
}

Result<void> minute(Chain& c) { return part(c, Leaf::Part::Minute, 0, 59); }
Result<void> hour(Chain& c) { return part(c, Leaf::Part::Hour, 0, 23); }
Result<void> day(Chain& c) { return part(c, Leaf::Part::Day, 1, 31); }
Result<void> week(Chain& c) { return part(c, Leaf::Part::Week, 1, 53); }
Result<void> month(Chain& c) { return part(c, Leaf::Part::Month, 1, 12); }
Result<void> year(Chain& c) { return part(c, Leaf::Part::Year, 1, 9999); }

constexpr std::array<Modifier, 6> kList{
    {{"minute", minute}, {"hour", hour}, {"day", day}, {"week", week}, {"month", month}, {"year", year}}};
}  // namespace

extern const Modifiers family;
const Modifiers family{kList};

}  // namespace custos::rules::date
