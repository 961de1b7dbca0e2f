#include "rules/parse/correlation_section.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "rules/parse/condition.h"
#include "rules/parse/document.h"

namespace custos::rules {
namespace correlation_parser {

tl::unexpected<Error> at_line(const Yaml& y, std::string text) {
  return fail(Code::Malformed, fmt::format("line {}: {}", y.line, std::move(text)));
}

using Type = Correlation::Type;
using Op = Correlation::Op;

constexpr std::array<std::pair<std::string_view, Type>, 8> kTypes{{{"event_count", Type::EventCount},
                                                                   {"value_count", Type::ValueCount},
                                                                   {"temporal", Type::Temporal},
                                                                   {"temporal_ordered", Type::TemporalOrdered},
                                                                   {"value_sum", Type::ValueSum},
                                                                   {"value_avg", Type::ValueAvg},
                                                                   {"value_percentile", Type::ValuePercentile},
                                                                   {"value_median", Type::ValueMedian}}};
constexpr std::array<std::pair<std::string_view, Op>, 6> kOps{
    {{"gt", Op::Gt}, {"gte", Op::Gte}, {"lt", Op::Lt}, {"lte", Op::Lte}, {"eq", Op::Eq}, {"neq", Op::Neq}}};

std::vector<std::string> names(const Yaml* y) {
  std::vector<std::string> out;
  if (y == nullptr) return out;
  if (y->kind == Yaml::Kind::Scalar && y->scalar.kind != Scalar::Kind::Null) out.push_back(y->scalar.text);
  for (const auto& n : y->list) out.push_back(n->scalar.text);
  return out;
}

Result<double> number(const Yaml& y, std::string_view key) {
  double v = 0;
  const std::string& s = y.scalar.text;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  if (y.kind != Yaml::Kind::Scalar || r.ec != std::errc() || r.ptr != s.data() + s.size() || !std::isfinite(v) || std::fabs(v) > 9e15) {
    return at_line(y, fmt::format("condition.{} must be a number below 9e15", key));
  }
  return v;
}

Result<void> read_condition(const Yaml& y, Correlation& c) {
  if (y.kind != Yaml::Kind::Map) return at_line(y, "a correlation's condition is a map such as `gte: 10`");
  for (const auto& [key, value] : y.map) {
    if (key == "field") {
      c.fields = names(value.get());
      continue;
    }
    auto v = number(*value, key);
    if (!v) return tl::unexpected<Error>(v.error());
    if (key == "percentile") {
      if (*v < 0 || *v > 100) return at_line(*value, "percentile must be between 0 and 100");
      c.percentile = *v;
      continue;
    }
    bool found = false;
    for (const auto& [name, op] : kOps) {
      if (name != key) continue;
      c.limits.push_back({op, *v});
      found = true;
    }
    if (!found) return at_line(*value, fmt::format("condition has no key '{}'; it takes field, percentile, gt, gte, lt, lte, eq, neq", key));
  }
  if (c.limits.empty()) return at_line(y, "the condition compares with nothing; give gt, gte, lt, lte, eq or neq");
  return {};
}

Result<void> read_aliases(const Yaml& y, Correlation& c) {
  if (y.kind != Yaml::Kind::Map) return at_line(y, "aliases must be a map of alias to a map of rule name to field");
  for (const auto& [alias, rules] : y.map) {
    if (rules->kind != Yaml::Kind::Map) return at_line(*rules, fmt::format("alias '{}' must be a map of rule name to field", alias));
    for (const auto& [rule, field] : rules->map) c.aliases[alias][rule] = field->scalar.text;
  }
  return {};
}

Result<void> check(const Yaml& y, const Correlation& c) {
  const bool temporal = c.type == Type::Temporal || c.type == Type::TemporalOrdered;
  const bool needs_field = !temporal && c.type != Type::EventCount;
  if (c.rules.empty()) return at_line(y, "a correlation needs `rules`: the ids or names it counts");
  if (!temporal && c.limits.empty()) return at_line(y, "this type of correlation needs a condition such as `gte: 10`");
  if (needs_field && c.fields.empty()) return at_line(y, "this type of correlation needs `field` in its condition");
  if (needs_field && c.type != Type::ValueCount && c.fields.size() > 1) {
    return at_line(y, "only value_count takes several fields; the others take one");
  }
  return {};
}

}  // namespace correlation_parser

Result<std::int64_t> parse_timespan(std::string_view s) {
  std::int64_t n = 0;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), n);
  const std::string_view unit(r.ptr, static_cast<std::size_t>(s.data() + s.size() - r.ptr));
  const std::int64_t seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : 0;
  if (r.ec != std::errc() || seconds == 0 || n <= 0 || n > 10'000 * 86400ll / seconds) {
    return fail(Code::Malformed, fmt::format("timespan '{}' is none: a number and s, m, h or d, at most 10,000 days", s));
  }
  return n * seconds * kSecond;
}

Result<void> read_correlation(const Yaml& y, Rule& rule) {
  using namespace correlation_parser;
  Correlation& c = rule.correlation;
  if (y.kind != Yaml::Kind::Map) return at_line(y, "correlation must be a map");
  const std::string type = y.text("type");
  bool known = false;
  for (const auto& [name, t] : kTypes) {
    if (name != type) continue;
    c.type = t;
    known = true;
  }
  if (!known) {
    return at_line(y, type.empty() ? "a correlation needs a type" : fmt::format("there is no correlation type '{}'", type));
  }
  c.rules = names(y.find("rules"));
  c.group_by = names(y.find("group-by"));
  const Yaml* timespan = y.find("timespan");
  if (timespan == nullptr) return at_line(y, "a correlation needs a timespan");
  auto span = parse_timespan(timespan->scalar.text);
  if (!span) return at_line(*timespan, span.error().text);
  c.timespan = *span;
  if (const Yaml* aliases = y.find("aliases")) {
    if (auto ok = read_aliases(*aliases, c); !ok) return ok;
  }
  if (const Yaml* condition = y.find("condition")) {
    if (auto ok = read_condition(*condition, c); !ok) return ok;
  }
  if (const Yaml* generate = y.find("generate")) c.generate = generate->scalar.text == "true";
  return check(y, c);
}

}  // namespace custos::rules
