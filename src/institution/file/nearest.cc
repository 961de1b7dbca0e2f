#include "institution/file/nearest.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::institution {
namespace nearest_word {
namespace {

constexpr std::size_t kMost = 48;

// Insertions, deletions, changes and swaps of neighbours that make one of the other (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMost);
  b = b.substr(0, kMost);
  std::array<std::array<std::size_t, kMost + 1>, kMost + 1> d{};
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  const auto same = [](char x, char y) { return ascii_lower(x) == ascii_lower(y) || ((x == '-' || x == '_') && (y == '-' || y == '_')); };
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (same(a[i - 1], b[j - 1]) ? 0u : 1u)});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace
}  // namespace nearest_word

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, std::min(word.size(), nearest_word::kMost) / 3) + 1;
  for (const std::string_view k : known) {
    const std::size_t d = nearest_word::distance(word, k);
    if (d < least) {
      least = d;
      best = k;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known, std::string_view plural) {
  if (const std::string_view best = nearest(word, known); !best.empty()) return fmt::format("; did you mean '{}'?", best);
  std::string all;
  for (std::size_t i = 0; i < known.size(); ++i) all += fmt::format("{}{}", i == 0 ? "" : i + 1 == known.size() ? " and " : ", ", known[i]);
  return fmt::format("; the {} are {}", plural, all);
}

}  // namespace custos::institution
