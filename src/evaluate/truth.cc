#include "evaluate/truth.h"

#include <algorithm>
#include <tuple>

namespace custos::evaluate {

void Truth::finish(const std::vector<std::uint32_t>& moved) {
  for (Mark& m : marks) m.observation = moved[m.observation];
  std::sort(marks.begin(), marks.end(),
            [](const Mark& a, const Mark& b) { return std::tuple(a.observation, a.campaign, a.phase) < std::tuple(b.observation, b.campaign, b.phase); });
  marked_.assign(moved.size(), false);
  for (const Mark& m : marks) marked_[m.observation] = true;
}

std::span<const Mark> Truth::found(std::uint32_t observation) const {
  const auto [from, to] = std::equal_range(marks.begin(), marks.end(), Mark{observation, 0, 0},
                                           [](const Mark& a, const Mark& b) { return a.observation < b.observation; });
  return {from, to};
}

}  // namespace custos::evaluate
