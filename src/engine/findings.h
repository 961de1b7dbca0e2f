// Findings of a scan: made from hits, equal ones folded, memory bounded.
// Fed by workers (one FindingSet each) and joined at the end; feeds exporters.
// Owns everything.
// One thread a set.
// Refuses to grow without bound: past max_bytes a new finding is folded into the one of its rule and file, and counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tsl/robin_map.h>

#include "base/hash.h"
#include "model/finding.h"
#include "rules/rules.h"

namespace custos::engine {

class FindingSet {
 public:
  explicit FindingSet(std::size_t max_bytes = 96u << 20) : max_bytes_(max_bytes) {}

  // Equal: same rule, file, log source, entities and matched values (whatever their offsets).
  void add(Finding finding);
  void join(FindingSet&& other);
  // By time, then rule, then place.
  std::vector<Finding> take();

  std::uint64_t total() const { return total_; }    // records behind all findings
  std::uint64_t crowded() const { return crowded_; }  // findings folded by rule and file because memory was full

 private:
  static constexpr std::size_t kOthersListed = 10'000;
  void fold(Finding& into, Finding&& more);

  std::size_t max_bytes_, bytes_ = 0;
  std::uint64_t total_ = 0, crowded_ = 0;
  std::vector<Finding> findings_;
  tsl::robin_map<std::string, std::size_t, TextHash, TextEqual> by_key_;
};

// A hit as a finding. `file` is the stream's name; `with_parts`: it says where the fields stand in its text.
Finding make_finding(const rules::Program& program, const rules::Hit& hit, const std::string& file, bool with_parts = false);

}  // namespace custos::engine
