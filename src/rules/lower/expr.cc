#include "rules/lower/expr.h"

#include <fmt/format.h>

namespace custos::rules {

std::string Leaf::describe() const {
  static constexpr std::array<std::string_view, 4> kOps{"lt", "lte", "gt", "gte"};
  static constexpr std::array<std::string_view, 6> kParts{"minute", "hour", "day", "week", "month", "year"};
  static constexpr std::array<std::string_view, 4> kHow{"", "|contains", "|startswith", "|endswith"};
  const std::string name = field.empty() ? "any value" : field;
  switch (kind) {
    case Kind::Text: return fmt::format("{}{}{}: {}", name, cased ? "|cased" : "", dash ? "|windash" : "", pattern.text());
    case Kind::Regex:
      return fmt::format("{}|re{}{}{}: {}", name, ignore_case ? "|i" : "", multiline ? "|m" : "", dot_all ? "|s" : "", text);
    case Kind::Cidr: return fmt::format("{}|cidr: {}", name, text);
    case Kind::Compare: return fmt::format("{}|{}: {}", name, kOps[static_cast<std::size_t>(op)], text);
    case Kind::Exists: return fmt::format("{}|exists: true", name);
    case Kind::Null: return fmt::format("{}: null", name);
    case Kind::FieldRef:
      return fmt::format("{}|fieldref{}{}: {}", name, kHow[static_cast<std::size_t>(how)], cased ? "|cased" : "", text);
    default: return fmt::format("{}|{}: {}", name, kParts[static_cast<std::size_t>(part)], number);
  }
}

}  // namespace custos::rules
