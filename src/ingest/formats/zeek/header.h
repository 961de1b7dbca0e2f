// The header lines of a Zeek log: separators, path, fields and their types.
// Called by the Zeek decoder for every line that begins with '#'; tells it how to read the rows that follow.
// Lives as long as its decoder; a new "#separator" line starts it afresh.
// One thread.
// Refuses nothing: a header that contradicts itself is noted, and rows are read as well as they can be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "ingest/lines.h"
#include "ingest/report.h"
#include "model/batch.h"

namespace custos::ingest::zeek {

enum class Kind : std::uint8_t { Text, Int, Float, Bool, Time };

struct Column {
  NameId name;
  Kind kind;
  bool many;  // a set, vector or table: several values in one column
};

class Header {
 public:
  explicit Header(const Limits& limits) : limits_(limits) {}

  // One '#' line. Names go into the batch's dictionary, the log source into its table.
  void line(const Line& line, Batch& batch, Report& report);
  bool ready() const { return !columns_.empty(); }

  char separator = '\t', set_separator = ',';
  std::string empty_field = "(empty)", unset_field = "-";
  const std::vector<Column>& columns() const { return columns_; }
  int time_column() const { return time_column_; }  // -1: none
  LogSourceId source() const { return source_; }

 private:
  void reset();
  void fields(std::string_view rest, const Line& line, Batch& batch, Report& report);
  void types(std::string_view rest);
  void settle();
  void path(std::string_view path, Batch& batch);

  Limits limits_;
  std::vector<Column> columns_;
  std::vector<bool> called_ts_;
  int time_column_ = -1;
  LogSourceId source_ = kUnknownSource;
};

// `\xHH` and plain characters: "\x09" is a tab.
std::string unescape(std::string_view s);

}  // namespace custos::ingest::zeek
