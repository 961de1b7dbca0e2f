#include "model/finding.h"

#include <array>

#include "base/text.h"

namespace custos {
namespace {
constexpr std::array<std::string_view, 5> kLevels{"informational", "low", "medium", "high", "critical"};
}

std::string_view level_name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<Level> parse_level(std::string_view s) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (equals_ignore_ascii_case(s, kLevels[i])) return static_cast<Level>(i);
  }
  return std::nullopt;
}

}  // namespace custos
