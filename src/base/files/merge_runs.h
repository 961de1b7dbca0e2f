// Sorted runs to one sorted sequence.
// Called by the logs of observations and of facts, whose cursors go through runs in memory and in a file.
// What a cursor stands on is given to the sink and lives during the call.
// One thread.
// Refuses nothing: a cursor that fails ends the merge.
#pragma once

#include <cstddef>
#include <memory>
#include <queue>
#include <vector>

namespace custos {

// A Cursor has advance(), false at its end, and failed(), which then tells whether it was a true end. before(a, b): what cursor a stands on
// comes first; equal things come in the order of the cursors. False where a cursor failed.
template <class Cursor, class Before, class Sink>
bool merge_runs(const std::vector<std::unique_ptr<Cursor>>& cursors, Before before, Sink sink) {
  const auto later = [&](std::size_t a, std::size_t b) {
    return before(*cursors[b], *cursors[a]) || (!before(*cursors[a], *cursors[b]) && a > b);
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> heap(later);
  bool failed = false;
  const auto advance = [&](std::size_t i) {
    if (cursors[i]->advance()) {
      heap.push(i);
    } else {
      failed = failed || cursors[i]->failed();
    }
  };
  for (std::size_t i = 0; i < cursors.size(); ++i) advance(i);
  while (!heap.empty() && !failed) {
    const std::size_t i = heap.top();
    heap.pop();
    sink(*cursors[i]);
    advance(i);
  }
  return !failed;
}

}  // namespace custos
