#include "rules/parse/filters.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/parse/condition.h"

namespace custos::rules {
namespace filtering {

void rename(Condition& c, const std::string& prefix) {
  switch (c.kind) {
    case Condition::Kind::Name: c.name = prefix + c.name; break;
    case Condition::Kind::OneOf:
    case Condition::Kind::AllOf: c.name = prefix + (c.name == "them" ? "*" : c.name); break;
    default: break;
  }
  for (Condition& child : c.children) rename(child, prefix);
}

}  // namespace filtering

bool filter_applies(const Rule& filter, const Rule& rule) {
  const auto asks = [](const std::string& wanted, const std::string& has) { return wanted.empty() || wanted == has; };
  if (!asks(filter.log_source.product, rule.log_source.product) || !asks(filter.log_source.category, rule.log_source.category) ||
      !asks(filter.log_source.service, rule.log_source.service)) {
    return false;
  }
  return std::any_of(filter.filter_rules.begin(), filter.filter_rules.end(), [&](const std::string& ref) {
    if (equals_ignore_ascii_case(ref, "any")) return true;
    return (!rule.facts->id.empty() && equals_ignore_ascii_case(ref, rule.facts->id)) || (!rule.name.empty() && ref == rule.name);
  });
}

void apply_filter(const Rule& filter, std::size_t ordinal, Rule& rule) {
  const std::string prefix = fmt::format("{}{}:", kFilterMark, ordinal);
  for (const auto& [name, detection] : filter.detections) rule.detections.emplace_back(prefix + name, detection);
  Condition mine = filter.condition;
  filtering::rename(mine, prefix);
  Condition both{Condition::Kind::And, {}, 1, {}};
  both.children.push_back(std::move(rule.condition));
  both.children.push_back(std::move(mine));
  rule.condition = std::move(both);
}

}  // namespace custos::rules
