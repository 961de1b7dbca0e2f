// truth.ndjson of `custos simulate` as labels by file and record: streamed, eight bytes a label.
// Used by sets/simulated.cc.
// An owned value.
// One thread.
// Refuses a file without a row of truth, and one whose labels need more memory than is given; rows that are damaged are counted.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos::engine {

struct TruthFile {
  struct Row {
    std::string campaign, stage;
    bool background = false;
  };
  struct Label {
    std::uint64_t record : 40, row : 23, seen : 1;
  };
  std::vector<Row> rows;                                         // distinct ones
  std::map<std::string, std::vector<Label>, std::less<>> files;  // by record, then row
  std::size_t damaged = 0;

  std::size_t bytes() const;
  std::uint64_t unseen() const;
};

Result<TruthFile> read_truth_file(const std::string& path, std::size_t most_bytes);

// The labels of one file, asked for record after record: mostly in ascending order.
class LabelCursor {
 public:
  LabelCursor() = default;
  explicit LabelCursor(std::vector<TruthFile::Label>& labels) : labels_(labels) {}
  // Of that record, marked as seen.
  std::span<const TruthFile::Label> at(std::uint64_t record);

 private:
  std::span<TruthFile::Label> labels_;
  std::size_t next_ = 0;  // the first whose record is not below the last one asked for
};

}  // namespace custos::engine
