// Collects a worker's facts in any order and hands out those of all workers in order of time.
// Called by the engine's workers (add) and at the end of reading (merge); feeds Analysis.
// A Fact given to the sink lives during the call; its texts are those of the dictionary given to merge().
// One thread a log; merge takes all logs and must be alone.
// Refuses nothing but a full or unreadable disk, as an error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/blocks.h"
#include "base/files/nameless_file.h"
#include "base/result.h"
#include "behavior/fact.h"

namespace custos::behavior {

struct FactLogOptions {
  std::size_t memory_bytes = 16u << 20;  // a log; beyond it a sorted run goes to the file
  std::size_t read_facts = 1u << 10;     // buffer of a run while merging
  std::string folder = "/tmp";           // where the file is made; it has no name there
};

class FactLog {
 public:
  explicit FactLog(FactLogOptions options = {}) : options_(std::move(options)), file_(options_.folder, "behaviour analytics") {}
  FactLog(const FactLog&) = delete;
  FactLog& operator=(const FactLog&) = delete;

  Dictionary& texts() { return texts_; }
  // Facts of one event, or of one flush of the reader: they stay together. Cleared.
  Result<void> add(std::vector<Fact>& facts);

  // All facts of all logs by (time, source, offset, kind). The order of logs decides nothing. The logs are empty afterwards.
  static Result<void> merge(std::span<FactLog* const> logs, Dictionary& texts, const std::function<void(const Fact&)>& sink);

  std::uint64_t added() const { return added_; }
  Micros first() const { return first_; }
  Micros last() const { return last_; }

 private:
  friend class FactCursor;
  struct Run {
    std::uint64_t first, last;  // facts [first, last) in the file
  };
  // Places of the facts in memory, as before() has them; of equals, the one that came first.
  std::vector<std::uint32_t> in_order() const;
  Result<void> spill();
  void forget();

  FactLogOptions options_;
  Dictionary texts_;
  Blocks<Fact> facts_;
  std::vector<Run> runs_;
  std::uint64_t added_ = 0;
  Micros first_ = kNoTime, last_ = kNoTime;
  NamelessFile file_;
};

// The order in which facts are taken.
bool before(const Fact& a, const Fact& b);

}  // namespace custos::behavior
