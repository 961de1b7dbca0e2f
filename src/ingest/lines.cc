#include "ingest/lines.h"

#include <cstring>

#include <fmt/format.h>

namespace custos::ingest {
namespace {
namespace line_cutter {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

// How many NUL bytes stand at the front. Sparse files hold gigabytes of them: eight at a time.
std::size_t leading_nuls(std::string_view s) {
  std::size_t n = 0;
  for (std::uint64_t word = 0; n + 8 <= s.size(); n += 8) {
    std::memcpy(&word, s.data() + n, 8);
    if (word != 0) break;
  }
  while (n < s.size() && s[n] == '\0') ++n;
  return n;
}

bool all_ascii(std::string_view s) {
  std::uint64_t any = 0;
  std::size_t i = 0;
  for (; i + 8 <= s.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, s.data() + i, 8);
    any |= word;
  }
  for (; i < s.size(); ++i) any |= static_cast<unsigned char>(s[i]) & 0x80u;
  return (any & 0x8080808080808080u) == 0;
}

}  // namespace line_cutter
}  // namespace

void LineCutter::open(const Window& window) {
  // What was left unconsumed comes again: it need not be searched twice.
  if (window.offset != window_.offset + at_) scanned_ = 0;
  window_ = window;
  at_ = 0;
  if (scanned_ > window.bytes.size()) scanned_ = 0;
}

std::size_t LineCutter::line_end(std::size_t from) const {
  const char* const base = window_.bytes.data();
  const std::size_t size = window_.bytes.size();
  if (from >= size) return line_cutter::kNowhere;
  const auto* lf = static_cast<const char*>(std::memchr(base + from, '\n', size - from));
  const std::size_t end = lf != nullptr ? static_cast<std::size_t>(lf - base) : size;
  const auto* cr = static_cast<const char*>(std::memchr(base + from, '\r', end - from));
  if (cr != nullptr) return static_cast<std::size_t>(cr - base);
  return lf != nullptr ? end : line_cutter::kNowhere;
}

// at_ stands on a line end: consume it.
void LineCutter::pass_end() {
  const Bytes b = window_.bytes;
  if (b[at_] == '\r') {
    ++at_;
    if (at_ < b.size()) {
      at_ += b[at_] == '\n';
    } else {
      after_cr_ = true;
    }
  } else {
    ++at_;
  }
  scanned_ = 0;
  ++number_;
}

// Consumes line ends and NUL bytes before a line. False at the end of the window.
bool LineCutter::skip_blank(Report& report) {
  const Bytes b = window_.bytes;
  while (at_ < b.size()) {
    const char c = b[at_];
    if (after_cr_) {
      after_cr_ = false;
      if (c == '\n') {
        ++at_;
        continue;
      }
    }
    if (c == '\n' || c == '\r') {
      pass_end();
    } else if (c == '\0' && scanned_ == 0) {
      const std::size_t n = line_cutter::leading_nuls(b.substr(at_));
      report.note("NUL bytes between lines skipped", n);
      at_ += n;
    } else {
      return true;
    }
  }
  return false;
}

// Consumes the rest of a line that did not fit. False when it goes on behind the window.
bool LineCutter::skip_long(Report& report) {
  const std::size_t end = line_end(at_);
  const bool over = end != line_cutter::kNowhere || window_.more == More::Ended;
  at_ = end == line_cutter::kNowhere ? window_.bytes.size() : end;
  if (!over) return false;
  const std::uint64_t length = window_.offset + at_ - long_from_;
  report.reject(long_from_, length, fmt::format("a line of {} bytes is longer than any record may be", length));
  skipping_ = false;
  if (at_ < window_.bytes.size()) pass_end();
  return true;
}

bool LineCutter::next(Line& line, Report& report) {
  if (skipping_ && !skip_long(report)) return false;
  if (!skip_blank(report)) return false;
  const Bytes b = window_.bytes;
  const std::size_t end = line_end(at_ + scanned_);
  line.ended = end != line_cutter::kNowhere;
  if (!line.ended) {
    scanned_ = b.size() - at_;
    if (window_.more == More::Coming) return false;
    if (window_.more == More::Full) {
      if (at_ != 0) return false;  // with the bytes before it gone it may still fit
      skipping_ = true;
      long_from_ = window_.offset;
      at_ = b.size();
      scanned_ = 0;
      return false;
    }
  }
  const std::size_t stop = line.ended ? end : b.size();
  line.text = b.substr(at_, stop - at_);
  line.offset = window_.offset + at_;
  line.number = number_ + 1;
  at_ = stop;
  scanned_ = 0;
  if (line.ended) {
    pass_end();
  } else {
    ++number_;
    report.note("the last line has no line end");
  }
  return true;
}

bool LineCutter::grow(Line& line) {
  const Bytes b = window_.bytes;
  if (at_ >= b.size()) return false;
  const std::size_t end = line_end(at_);
  if (end == line_cutter::kNowhere && window_.more != More::Ended) return false;
  const std::size_t start = static_cast<std::size_t>(line.offset - window_.offset);
  at_ = end == line_cutter::kNowhere ? b.size() : end;
  line.text = b.substr(start, at_ - start);
  line.ended = at_ < b.size();
  if (line.ended) {
    pass_end();
  } else {
    ++number_;
  }
  return true;
}

void LineCutter::unget(const Line& line) {
  at_ = static_cast<std::size_t>(line.offset - window_.offset);
  number_ = line.number - 1;
  scanned_ = 0;
  after_cr_ = false;
}

void LineFields::begin(std::string_view raw, std::uint64_t offset, std::uint64_t number) {
  raw_ = placed_ = raw;
  count_ = 0;
  dropped_ = 0;
  dirty_ = !line_cutter::all_ascii(raw) && !is_valid_utf8(raw);
  batch_.begin(raw, offset, number);
}

std::uint32_t LineFields::place(std::string_view text) const {
  const bool inside = text.data() >= placed_.data() && text.data() + text.size() <= placed_.data() + placed_.size();
  return inside ? static_cast<std::uint32_t>(text.data() - placed_.data()) : kNoPlace;
}

bool LineFields::add(NameId name, std::string_view text, Type type) {
  if (count_ >= max_) {
    ++dropped_;
    return false;
  }
  ++count_;
  const std::uint32_t at = place(text);
  if (dirty_) text = valid_utf8(text, batch_.arena());
  batch_.add(name, text, type, at);
  return true;
}

bool LineFields::add_decoded(NameId name, std::string_view text, std::string_view from, Type type) {
  if (count_ >= max_) {
    ++dropped_;
    return false;
  }
  ++count_;
  const std::uint32_t at = place(from);
  if (!line_cutter::all_ascii(text)) text = valid_utf8(text, batch_.arena());
  batch_.add(name, text, type, at);
  return true;
}

NameId LineFields::name_id(std::string_view name) {
  if (dirty_) name = valid_utf8(name, batch_.arena());
  return batch_.names().intern(name);
}

void LineFields::end(Report& report) {
  if (dropped_ != 0) {
    const Record& r = batch_.pending_record();
    report.reject(r.offset, r.raw.size(),
                  fmt::format("a record of more than {} fields: the last {} were left out", max_, dropped_));
  }
  batch_.end();
}

}  // namespace custos::ingest
