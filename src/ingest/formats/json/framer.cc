#include "ingest/formats/json/framer.h"

#include <algorithm>
#include <cstring>

namespace custos::ingest::json {
namespace framing {
namespace {

constexpr std::size_t kTrustedLine = 64u << 10;   // longer lines are cut by their brackets before anyone parses them
constexpr std::size_t kExportReach = 64u << 10;   // how far into a large object its records must begin
constexpr std::size_t kLongestFirstKey = 64;
constexpr std::size_t kOverlap = 128;             // kept while searching, so that nothing is missed between two windows
constexpr std::uint64_t kFreeWaste = 32u << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr const char* kNul = "NUL bytes";
constexpr const char* kNoJson = "not JSON";
constexpr const char* kNoObjects = "values in an array that are no objects";
constexpr const char* kTooDeep = "nested too deep";
constexpr const char* kOpenArray = "an array that is not closed";
constexpr const char* kOpenExport = "a document that is not closed";

}  // namespace
}  // namespace framing

void Framer::open(const Window& window) {
  window_ = window;
  bytes_ = window.bytes;
  at_ = 0;
  if (!line_mark_known_ && !bytes_.empty()) {
    line_mark_ = bytes_.find('\n') != Bytes::npos || bytes_.find('\r') == Bytes::npos ? '\n' : '\r';
    line_mark_known_ = true;
  }
}

bool Framer::next(Candidate& candidate, Report& report) {
  report_ = &report;
  for (;;) {
    if (at_ >= bytes_.size()) {
      if (ended()) finish();
      return false;
    }
    Step step = Step::Wait;
    switch (mode_) {
      case Mode::Top: step = top(); break;
      case Mode::Array: step = array(); break;
      case Mode::Tail: step = tail(); break;
      case Mode::Skip: step = skip(); break;
    }
    if (step == Step::Wait) return false;
    if (step == Step::Again) continue;
    candidate = candidate_;
    return true;
  }
}

void Framer::finish() {
  if (mode_ == Mode::Array) unclosed(framing::kOpenArray);
  if (mode_ == Mode::Tail) unclosed(framing::kOpenExport);
  flush();
}

void Framer::lose(std::size_t from, std::size_t to, const char* why) {
  if (lost_why_ != why || lost_to_ != place(from)) {
    flush();
    lost_why_ = why;
    lost_from_ = place(from);
  }
  lost_to_ = place(to);
}

void Framer::flush() {
  if (lost_why_ != nullptr) report_->reject(lost_from_, lost_to_ - lost_from_, lost_why_);
  lost_why_ = nullptr;
}

// What was open ends here, without having been closed.
void Framer::unclosed(const char* why) {
  flush();
  report_->reject(place(at_), 0, why);
  mode_ = Mode::Top;
  array_depth_ = tail_depth_ = 0;
  comma_due_ = false;
}

bool Framer::begins_line(std::size_t at) const { return at > 0 && (bytes_[at - 1] == '\n' || bytes_[at - 1] == '\r'); }

Framer::Step Framer::top() {
  if (in_junk_) return junk_line();
  at_ = skip_spaces(bytes_, at_);
  if (at_ == bytes_.size()) return Step::Again;
  const char c = bytes_[at_];
  if (c == '{') return object();
  if (c == '\0') return pass(framing::kNul, [](char x) { return x != '\0'; });
  if (c == '\x1E' || c == ',') {  // the record separator of RFC 7464; commas left over when an array was taken apart
    if (c == ',') report_->note("comma between documents");
    ++at_;
    return Step::Again;
  }
  if (c == '[') {
    const std::size_t inner = skip_spaces(bytes_, at_ + 1);
    if (inner == bytes_.size() && may_wait()) return Step::Wait;
    if (inner == bytes_.size() || bytes_[inner] == '{' || bytes_[inner] == '[' || bytes_[inner] == ']') {
      enter(at_, 0);
      return Step::Again;
    }
  }
  if (c == framing::kByteOrderMark[0]) {
    if (bytes_.size() - at_ < framing::kByteOrderMark.size() && !ended()) return Step::Wait;
    if (bytes_.substr(at_, framing::kByteOrderMark.size()) == framing::kByteOrderMark) {
      at_ += framing::kByteOrderMark.size();
      return Step::Again;
    }
  }
  return junk_line();
}

Framer::Step Framer::array() {
  at_ = skip_spaces(bytes_, at_);
  if (at_ == bytes_.size()) return Step::Again;
  const char c = bytes_[at_];
  if (c == ',') {
    comma_due_ = false;
    ++at_;
  } else if (c == ']') {
    ++at_;
    comma_due_ = true;
    if (--array_depth_ == 0) mode_ = tail_depth_ > 0 ? Mode::Tail : Mode::Top;
  } else if (c == '[') {
    if (++array_depth_ > limits_.depth) lose(at_, at_ + 1, framing::kTooDeep);
    comma_due_ = false;
    ++at_;
  } else if (c == '{') {
    if (comma_due_ && begins_line(at_)) {
      unclosed(framing::kOpenArray);
      return Step::Again;
    }
    return object();
  } else if (c == '\0') {
    return pass(framing::kNul, [](char x) { return x != '\0'; });
  } else {
    return junk_values();
  }
  return Step::Again;
}

// Behind the records of an export: whatever else it says ends with the brackets that began it. Another array of objects is entered.
Framer::Step Framer::tail() {
  while (at_ < bytes_.size()) {
    const char c = bytes_[at_];
    if (c == '"') {
      std::size_t end = at_ + 1;
      while (end < bytes_.size() && bytes_[end] != '"') end += bytes_[end] == '\\' ? 2u : 1u;
      if (end >= bytes_.size() && may_wait()) return Step::Wait;
      at_ = std::min(end + 1, bytes_.size());
      continue;
    }
    if (c == '{' && begins_line(at_)) {
      unclosed(framing::kOpenExport);
      return Step::Again;
    }
    if (c == '[') {
      const std::size_t inner = skip_spaces(bytes_, at_ + 1);
      if (inner == bytes_.size() && may_wait()) return Step::Wait;
      if (inner < bytes_.size() && bytes_[inner] == '{') {
        enter(at_, tail_depth_);
        return Step::Again;
      }
    }
    ++at_;
    if (c == '{') ++tail_depth_;
    if (c == '}' && --tail_depth_ == 0) {
      mode_ = Mode::Top;
      return Step::Again;
    }
  }
  return Step::Again;
}

// Behind something broken: on to where a record may begin, all between being lost.
Framer::Step Framer::skip() {
  const std::size_t found = restart(at_);
  if (found != Bytes::npos) {
    lose(at_, found, lost_why_);
    flush();
    at_ = found;
    mode_ = after_skip_;
    comma_due_ = false;
    return Step::Again;
  }
  std::size_t keep = bytes_.size();
  if (!ended()) keep = bytes_.size() - std::min(bytes_.size() - at_, framing::kOverlap);
  if (keep == at_) return Step::Wait;
  lose(at_, keep, lost_why_);
  at_ = keep;
  return ended() ? Step::Again : Step::Wait;
}

// A record may begin on a line that is indented like the one that broke; inside a line, where the key begins it that began others.
std::size_t Framer::restart(std::size_t from) const {
  std::size_t best = Bytes::npos;
  for (std::size_t line = bytes_.find(line_mark_, from); line != Bytes::npos; line = bytes_.find(line_mark_, line + 1)) {
    const std::size_t begin = line + 1 + indent_.size();
    if (begin >= bytes_.size()) break;
    if (bytes_[begin] != '{' || bytes_.substr(line + 1, indent_.size()) != indent_) continue;
    best = begin;
    break;
  }
  if (!inline_ || first_key_.empty() || wasted_ > framing::kFreeWaste + 8 * place(from)) return best;
  const std::size_t same_key = bytes_.substr(0, best == Bytes::npos ? bytes_.size() : best).find(first_key_, from);
  return std::min(best, same_key);
}

void Framer::broken(std::size_t from, std::size_t searched, const char* why) {
  flush();
  wasted_ += searched - from;
  std::size_t line = from;
  while (line > 0 && (bytes_[line - 1] == ' ' || bytes_[line - 1] == '\t') && from - line < framing::kOverlap / 2) --line;
  inline_ = line > 0 && bytes_[line - 1] != '\n' && bytes_[line - 1] != '\r';
  indent_.assign(inline_ ? Bytes{} : bytes_.substr(line, from - line));
  // An object that ran over several lines in vain: what stands on those lines has to be whole on its line.
  if (bytes_.substr(from, searched - from).find(line_mark_) != Bytes::npos) lines_until_ = std::max(lines_until_, place(searched));
  lose(from, from + 1, why);
  at_ = from + 1;
  after_skip_ = mode_;
  mode_ = Mode::Skip;
}

// Most logs hold one object a line: then nothing but the line's end has to be found.
bool Framer::take_line(std::size_t end) {
  if (place(at_) < cut_until_ || end - at_ > framing::kTrustedLine) return false;
  std::size_t last = end;
  while (last > at_ + 1 && is_json_space(bytes_[last - 1])) --last;
  if (bytes_[last - 1] != '}') return false;
  candidate_ = {at_, last};
  candidate_is_line_ = true;
  return true;
}

Framer::Step Framer::object() {
  const std::size_t begin = at_;
  std::size_t line = Bytes::npos;
  if (mode_ == Mode::Top || place(begin) < lines_until_) {
    const void* const mark = std::memchr(bytes_.data() + begin, line_mark_, bytes_.size() - begin);
    if (mark != nullptr) line = static_cast<std::size_t>(static_cast<const char*>(mark) - bytes_.data());
    if (line == Bytes::npos && ended()) line = bytes_.size();
    if (mode_ == Mode::Top && line != Bytes::npos && take_line(line)) return Step::Found;
  }
  const bool line_only = place(begin) < lines_until_ && line != Bytes::npos;
  const std::size_t stop = line_only ? line : bytes_.size();
  const Cut cut = cut_object(bytes_.substr(0, stop), begin, limits_.depth);
  if (cut.kind == Cut::Kind::Broken) {
    if (!enter_export(begin, false)) broken(begin, cut.end, "an object that is broken");
    return Step::Again;
  }
  if (cut.kind == Cut::Kind::Unfinished) return unfinished(begin, stop, line_only);
  if (cut.deep) {
    flush();
    lose(begin, cut.end, framing::kTooDeep);
    flush();
    at_ = cut.end;
    comma_due_ = true;
    return Step::Again;
  }
  if (cut.end - begin > framing::kTrustedLine && enter_export(begin, false)) return Step::Again;
  candidate_ = {begin, cut.end};
  candidate_is_line_ = false;
  return Step::Found;
}

Framer::Step Framer::unfinished(std::size_t begin, std::size_t stop, bool line_only) {
  if (line_only && stop < bytes_.size()) {
    broken(begin, stop, "an object that does not end on its line");
    return Step::Again;
  }
  // A full window can't grow, but what stands in front of the object can still leave it.
  const bool last_chance = ended() || (window_.more == More::Full && begin == 0);
  if (enter_export(begin, last_chance)) return Step::Again;
  if (!last_chance) return Step::Wait;
  broken(begin, stop, ended() ? "an object that is not closed" : "an object larger than a record may be");
  return Step::Again;
}

void Framer::enter(std::size_t array_at, std::size_t objects) {
  at_ = array_at + 1;
  mode_ = Mode::Array;
  array_depth_ = 1;
  tail_depth_ = objects;
  comma_due_ = false;
}

// Goes into the records of a document that is too large to hold, or too broken to be read whole.
bool Framer::enter_export(std::size_t begin, bool any_first_key) {
  if (mode_ != Mode::Top) return false;
  std::size_t objects = 0;
  const std::size_t records = find_records(bytes_, begin, framing::kExportReach, any_first_key, objects);
  if (records == Bytes::npos) return false;
  enter(records, objects);
  return true;
}

Framer::Step Framer::pass(const char* why, bool (*wanted)(char)) {
  std::size_t end = at_;
  while (end < bytes_.size() && !wanted(bytes_[end])) ++end;
  lose(at_, end, why);
  at_ = end;
  return Step::Again;
}

// A line of something else, or its part before what may be an object.
Framer::Step Framer::junk_line() {
  std::size_t end = bytes_.find(line_mark_, at_);
  const bool open_end = end == Bytes::npos && !ended();
  if (end == Bytes::npos) end = bytes_.size();
  for (std::size_t i = in_junk_ ? at_ : at_ + 1; i < end; ++i) {
    if (bytes_[i] != '{') continue;
    const std::size_t inner = skip_spaces(bytes_, i + 1);
    if (inner < bytes_.size() ? bytes_[inner] == '"' : open_end) {
      in_junk_ = false;
      lose(at_, i, framing::kNoJson);
      at_ = i;
      return Step::Again;
    }
  }
  in_junk_ = open_end;
  lose(at_, end, framing::kNoJson);
  at_ = end;
  return Step::Again;
}

Framer::Step Framer::junk_values() {
  std::size_t i = at_;
  while (i < bytes_.size()) {
    const char c = bytes_[i];
    if (c == '{' || c == '[' || c == ']') break;
    ++i;
    if (c != '"') continue;
    while (i < bytes_.size() && bytes_[i] != '"' && bytes_[i] != '\n') i += bytes_[i] == '\\' ? 2u : 1u;
    i = std::min(i + 1, bytes_.size());
  }
  lose(at_, i, framing::kNoObjects);
  at_ = i;
  return Step::Again;
}

void Framer::remember() {
  const Bytes text = bytes_.substr(candidate_.begin, std::min(candidate_.end - candidate_.begin, framing::kLongestFirstKey));
  if (!first_key_.empty() && text.substr(0, first_key_.size()) == first_key_) return;
  const std::size_t quote = text.find('"');
  const std::size_t colon = quote == Bytes::npos ? quote : text.find("\":", quote + 1);
  first_key_.assign(colon == Bytes::npos ? Bytes{} : text.substr(0, colon + 2));
}

void Framer::accept() {
  at_ = candidate_.end;
  comma_due_ = true;
  if (!candidate_is_line_) remember();
}

void Framer::unpack(std::size_t array_at, std::size_t objects) { enter(candidate_.begin + array_at, objects); }

void Framer::refuse(const char* why, Report& report) {
  report_ = &report;
  if (candidate_is_line_) {
    // Perhaps several objects on one line, or the first line of an object of many.
    const std::size_t end = bytes_.find(line_mark_, candidate_.begin);
    cut_until_ = place(end == Bytes::npos ? bytes_.size() : end + 1);
    return;
  }
  if (enter_export(candidate_.begin, false)) return;
  const bool lines_before = candidate_.begin == 0 || begins_line(candidate_.begin);
  const Bytes body = bytes_.substr(0, candidate_.end);
  if (!lines_before && !first_key_.empty() && body.find(first_key_, candidate_.begin + 1) != Bytes::npos) {
    broken(candidate_.begin, candidate_.end, why);
    return;
  }
  flush();
  lose(candidate_.begin, candidate_.end, why);
  flush();
  at_ = candidate_.end;
  comma_due_ = true;
}

}  // namespace custos::ingest::json
