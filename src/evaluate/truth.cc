#include "evaluate/truth.h"

#include <algorithm>

namespace custos::evaluate {

void Truth::finish(const std::vector<std::uint32_t>& moved) {
  for (Mark& m : marks) m.observation = moved[m.observation];
  std::sort(marks.begin(), marks.end(),
            [](const Mark& a, const Mark& b) { return std::tuple(a.observation, a.campaign, a.phase) < std::tuple(b.observation, b.campaign, b.phase); });
  first_.assign(moved.size() + 1, 0);
  for (const Mark& m : marks) ++first_[m.observation + 1];
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
}

}  // namespace custos::evaluate
