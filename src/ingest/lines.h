// Cuts windows into lines for every line-based log, and adds fields of a line to a batch safely.
// Called by the line decoders of formats/; feeds them Line views and fills the pending event through LineFields.
// A Line is a view into the window it was cut from and dies with it.
// One thread per cutter.
// Refuses lines longer than the window can hold: each is one reject, and cutting goes on behind its end.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"
#include "ingest/format.h"
#include "ingest/report.h"
#include "model/batch.h"

namespace custos::ingest {

struct Line {
  std::string_view text;     // without its end; never empty
  std::uint64_t offset = 0;  // of its first byte in the source
  std::uint64_t number = 0;  // 1, 2, 3, ... counting empty lines too
  bool ended = true;         // false for a last line without a line end
};

// A line ends with LF, CR LF or a CR alone: writers that mean a CR inside a value escape it. NUL bytes at the start of
// a line (what a file system leaves after a crash, or space kept in advance) are skipped and noted.
//
//   cutter.open(window);
//   while (!batch.full() && cutter.next(line, report)) ...
//   return cutter.consumed();
class LineCutter {
 public:
  void open(const Window& window);
  // False: nothing whole is left in this window.
  bool next(Line& line, Report& report);
  // Makes `line`, just given by next(), reach over the line behind it too: records with line ends inside quotes. False
  // when that line is not whole in this window.
  bool grow(Line& line);
  // Puts `line` back: the next window, or next(), starts with it again.
  void unget(const Line& line);
  std::size_t consumed() const { return at_; }
  const Window& window() const { return window_; }

 private:
  bool skip_blank(Report& report);
  bool skip_long(Report& report);
  std::size_t line_end(std::size_t from) const;
  void pass_end();

  Window window_{};
  std::size_t at_ = 0;
  std::size_t scanned_ = 0;   // bytes behind at_ known to hold no line end, kept over calls that need a larger window
  std::uint64_t number_ = 0;  // of the last line that ended
  std::uint64_t long_from_ = 0;  // where a line that did not fit began
  bool skipping_ = false;        // inside such a line
  bool after_cr_ = false;        // the last byte consumed was a CR: an LF now belongs to it
};

// Adds values of one line to the pending event: offsets, UTF-8 and the bound on fields are kept in one place.
class LineFields {
 public:
  LineFields(Batch& batch, std::size_t max_fields) : batch_(batch), max_(max_fields) {}

  // Begins an event whose raw record is `raw`. Values given to add() as views into `raw` get their offset.
  void begin(std::string_view raw, std::uint64_t offset, std::uint64_t number);

  // Only views into the first `n` bytes of raw get an offset: for a raw record that is put together from several
  // places.
  void places(std::size_t n) { placed_ = raw_.substr(0, n); }

  // False when the record has no room for more fields.
  bool add(NameId name, std::string_view text, Type type = Type::Text);
  bool add(std::string_view name, std::string_view text, Type type = Type::Text) {
    return add(name_id(name), text, type);
  }
  // `text` was decoded from the bytes at `from`, a view into raw.
  bool add_decoded(NameId name, std::string_view text, std::string_view from, Type type = Type::Text);

  // Interns a name that came from the data.
  NameId name_id(std::string_view name);
  bool dirty() const { return dirty_; }  // raw is no valid UTF-8: texts are repaired as they are added
  std::uint64_t dropped() const { return dropped_; }
  // Ends the event; fields that had no room become one reject.
  void end(Report& report);
  Batch& batch() { return batch_; }

 private:
  Batch& batch_;
  std::size_t max_;
  std::size_t count_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint32_t place(std::string_view text) const;
  std::string_view raw_, placed_;
  bool dirty_ = false;
};

// Ids of a fixed list of names, looked up once per dictionary. `N` is an enum whose last value is kCount.
template <class N>
class KnownNames {
 public:
  explicit KnownNames(const std::array<std::string_view, static_cast<std::size_t>(N::kCount)>& texts) : texts_(texts) {}
  void bind(Names& names) {
    if (bound_ == &names) return;
    bound_ = &names;
    for (std::size_t i = 0; i < texts_.size(); ++i) ids_[i] = names.intern(texts_[i]);
  }
  NameId operator[](N n) const { return ids_[static_cast<std::size_t>(n)]; }

 private:
  const std::array<std::string_view, static_cast<std::size_t>(N::kCount)>& texts_;
  std::array<NameId, static_cast<std::size_t>(N::kCount)> ids_{};
  const Names* bound_ = nullptr;
};

// The lines at the head of a file, for recognise(): calls `see(line)` for at most `most` non-empty lines and returns
// how many there were. A last line that may be cut (`whole` is false) is left out unless it is the only one.
template <class See>
std::size_t head_lines(Bytes head, bool whole, std::size_t most, See&& see) {
  std::size_t seen = 0;
  while (!head.empty() && seen < most) {
    const std::size_t end = head.find_first_of("\r\n");
    if (end == Bytes::npos && !whole && seen > 0) break;
    std::string_view line = head.substr(0, end);
    head = end == Bytes::npos ? Bytes{} : head.substr(end + 1);
    while (!line.empty() && line.front() == '\0') line.remove_prefix(1);
    if (line.empty()) continue;
    see(line);
    ++seen;
  }
  return seen;
}

// `head` without a UTF-8 byte order mark.
inline Bytes without_bom(Bytes head) { return head.substr(0, 3) == "\xEF\xBB\xBF" ? head.substr(3) : head; }

}  // namespace custos::ingest
