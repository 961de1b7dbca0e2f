#include "ingest/formats/csv/rows.h"

#include <cstring>

namespace custos::ingest::csv {
bool CellReader::next(Cell& cell) {
  if (done_) return false;
  cell = {};
  if (!rest_.empty() && rest_.front() == '"') {
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      at = rest_.find('"', at);
      if (at == std::string_view::npos) break;
      if (at + 1 < rest_.size() && rest_[at + 1] == '"') {
        cell.doubled = true;
        ++at;
        continue;
      }
      if (at + 1 != rest_.size() && rest_[at + 1] != separator_) continue;  // a stray quote is text
      cell.text = rest_.substr(1, at - 1);
      cell.quoted = true;
      done_ = at + 1 == rest_.size();
      rest_.remove_prefix(done_ ? at + 1 : at + 2);
      return true;
    }
    cell.doubled = false;
  }
  const std::size_t at = rest_.find(separator_);
  cell.text = rest_.substr(0, at);
  done_ = at == std::string_view::npos;
  rest_ = done_ ? rest_.substr(rest_.size()) : rest_.substr(at + 1);
  return true;
}

bool QuoteScan::closed(std::string_view s) {
  while (at_ < s.size()) {
    if (!inside_) {
      if (cell_start_ && s[at_] == '"') {
        inside_ = true;
        cell_start_ = false;
        ++at_;
        continue;
      }
      const std::size_t next = s.find(separator_, at_);
      if (next == std::string_view::npos) {
        at_ = s.size();
        return true;
      }
      at_ = next + 1;
      cell_start_ = true;
      continue;
    }
    const std::size_t quote = s.find('"', at_);
    if (quote == std::string_view::npos) {
      at_ = s.size();
      return false;
    }
    if (quote + 1 < s.size() && s[quote + 1] == '"') {
      at_ = quote + 2;
    } else {
      at_ = quote + 1;
      if (at_ >= s.size() || s[at_] == separator_) inside_ = false;  // else a stray quote: text
    }
  }
  return !inside_;
}

bool RowCutter::next(Line& row, Report& report) {
  while (cutter_.next(row, report)) {
    if (std::memchr(row.text.data(), '"', row.text.size()) == nullptr) return true;
    const Line first = row;
    QuoteScan scan(separator_);
    if (scan.closed(row.text)) return true;
    while (row.offset >= unclosed_until_ && row.text.size() < kQuoteSpan && cutter_.grow(row)) {
      if (scan.closed(row.text)) return true;
    }
    const Window& w = cutter_.window();
    const bool known = row.offset < unclosed_until_ || row.text.size() >= kQuoteSpan;
    if (!known && w.more == More::Coming && w.offset + w.bytes.size() - row.offset < kQuoteSpan) {
      cutter_.unget(first);
      return false;
    }
    if (row.offset >= unclosed_until_) unclosed_until_ = row.offset + row.text.size();
    report.reject(first.offset, first.text.size(), "a quote that is never closed");
    cutter_.unget(first);
    cutter_.next(row, report);
  }
  return false;
}

}  // namespace custos::ingest::csv
