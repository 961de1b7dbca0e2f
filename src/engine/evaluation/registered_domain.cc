#include "engine/evaluation/registered_domain.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace custos::engine {
namespace domain_suffixes {

// Second levels under which country registries give out names.
constexpr std::array kSecond =
    std::to_array<std::string_view>({"ac", "co", "com", "edu", "go", "gob", "gov", "gouv", "gv", "mil", "ne", "net", "nom", "or", "org", "sch"});

}  // namespace domain_suffixes

std::string_view registered_domain(std::string_view name) {
  while (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (name.find_first_not_of("0123456789.") == std::string_view::npos || name.find(':') != std::string_view::npos) return name;
  std::size_t at = name.rfind('.');
  if (at == std::string_view::npos || at == 0) return name;
  const std::string_view top = name.substr(at + 1);
  std::size_t second = name.rfind('.', at - 1);
  if (second == std::string_view::npos) return name;
  const std::string_view label = name.substr(second + 1, at - second - 1);
  const auto& known = domain_suffixes::kSecond;
  if (top.size() == 2 && std::find(known.begin(), known.end(), label) != known.end()) {
    if (second == 0) return name;
    const std::size_t third = name.rfind('.', second - 1);
    return third == std::string_view::npos ? name : name.substr(third + 1);
  }
  return name.substr(second + 1);
}

double information_bytes(std::string_view text) {
  if (text.empty()) return 0;
  std::array<double, 256> counts{};
  for (const char c : text) counts[static_cast<unsigned char>(c)] += 1;
  const auto n = static_cast<double>(text.size());
  double bits = 0;
  for (const double k : counts) {
    if (k > 0) bits -= k * std::log2(k / n);
  }
  return bits / 8;
}

}  // namespace custos::engine
