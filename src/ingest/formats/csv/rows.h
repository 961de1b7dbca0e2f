// Rows and cells of separated values: RFC 4180 quotes, any separator.
// Called by the CSV decoder and its recogniser.
// Rows and cells are views into the window.
// One thread per RowCutter.
// Refuses a quote that never closes: the line it stands on is one reject, and reading goes on with the next line.
#pragma once

#include <cstdint>
#include <string_view>

#include "ingest/lines.h"

namespace custos::ingest::csv {

struct Cell {
  std::string_view text;  // without its quotes
  bool quoted = false;
  bool doubled = false;  // holds "" for "
};

// Takes the cells off one row.
class CellReader {
 public:
  CellReader(std::string_view row, char separator) : rest_(row), separator_(separator) {}
  bool next(Cell& cell);

 private:
  std::string_view rest_;
  char separator_;
  bool done_ = false;
};

// Where the quoting of a row stands; fed with ever longer views of it.
class QuoteScan {
 public:
  explicit QuoteScan(char separator) : separator_(separator) {}
  // True when the row may end where `row` ends: no quote is open.
  bool closed(std::string_view row);

 private:
  char separator_;
  std::size_t at_ = 0;
  bool cell_start_ = true;
  bool inside_ = false;
};

class RowCutter {
 public:
  static constexpr std::size_t kQuoteSpan = 1u << 20;  // bytes a row with line ends inside quotes may have

  void set_separator(char separator) { separator_ = separator; }
  void open(const Window& window) { cutter_.open(window); }
  // The next row that is not empty. Its text may hold line ends.
  bool next(Line& row, Report& report);
  std::size_t consumed() const { return cutter_.consumed(); }

 private:
  LineCutter cutter_;
  char separator_ = ',';
  std::uint64_t unclosed_until_ = 0;  // source offset up to which no open quote can close
};

}  // namespace custos::ingest::csv
