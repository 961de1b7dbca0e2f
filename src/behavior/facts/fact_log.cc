#include "behavior/facts/fact_log.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <tuple>

#include "base/files/merge_runs.h"

namespace custos::behavior {
bool before(const Fact& a, const Fact& b) { return std::tie(a.time, a.source, a.offset, a.kind) < std::tie(b.time, b.source, b.offset, b.kind); }

namespace fact_logging {

constexpr std::size_t kWritten = 1u << 12;  // facts at once

// A time since the first, as coarse as leaves room for the fact's place below it: eight bytes to move about instead of 56.
struct Keys {
  static constexpr int kDigit = 11, kDigits = 3;  // of time: within two weeks, steps of 0.2 ms

  Keys(std::size_t facts, std::uint64_t span)
      : place_bits(static_cast<int>(std::bit_width(facts))), coarse(std::max(static_cast<int>(std::bit_width(span)) - kDigit * kDigits, 0)) {
    keys.reserve(facts);
  }
  void add(std::uint64_t since) { keys.push_back(since >> coarse << place_bits | keys.size()); }
  std::uint64_t time_of(std::uint64_t key) const { return key >> place_bits; }
  std::uint32_t place_of(std::uint64_t key) const { return static_cast<std::uint32_t>(key & ((std::uint64_t{1} << place_bits) - 1)); }

  // By time, stable: digit by digit, the lowest first (radix sort).
  void sort() {
    std::vector<std::uint64_t> other(keys.size());
    for (int shift = place_bits; shift < place_bits + kDigit * kDigits; shift += kDigit) {
      std::array<std::uint32_t, std::size_t{1} << kDigit> from{};
      const auto digit = [shift](std::uint64_t key) { return key >> shift & ((std::size_t{1} << kDigit) - 1); };
      for (const std::uint64_t k : keys) ++from[digit(k)];
      std::exclusive_scan(from.begin(), from.end(), from.begin(), 0u);
      for (const std::uint64_t k : keys) other[from[digit(k)]++] = k;
      keys.swap(other);
    }
  }

  int place_bits;
  int coarse;  // bits of time that are left out
  std::vector<std::uint64_t> keys;
};

}  // namespace fact_logging

// One sorted run, from the file or from memory.
class FactCursor {
 public:
  FactCursor(FactLog& log, FactLog::Run run, const std::vector<TextId>& renumbered) : log_(log), run_(run), renumbered_(renumbered) {}
  FactCursor(FactLog& log, const std::vector<TextId>& renumbered) : log_(log), run_{0, 0}, renumbered_(renumbered), order_(log.in_order()) {}

  const Fact& fact() const { return now_; }
  bool failed() const { return failed_; }
  bool advance() {
    if (at_ == buffer_.size() && !fill()) return false;
    now_ = buffer_[at_++];
    for (TextId* t : {&now_.host, &now_.user, &now_.peer, &now_.object, &now_.log}) *t = renumbered_[*t];
    return true;
  }

 private:
  static constexpr std::size_t kAhead = 16;

  bool fill() {
    buffer_.clear();
    at_ = 0;
    for (; in_memory_ < order_.size() && buffer_.size() < log_.options_.read_facts; ++in_memory_) {
      // They lie all over memory: each is asked for well before its turn.
      if (in_memory_ + kAhead < order_.size()) __builtin_prefetch(&log_.facts_[order_[in_memory_ + kAhead]]);
      buffer_.push_back(log_.facts_[order_[in_memory_]]);
    }
    if (run_.first == run_.last) return !buffer_.empty();
    const auto n = std::min<std::uint64_t>(log_.options_.read_facts, run_.last - run_.first);
    buffer_.resize(n);
    if (!log_.file_.read(run_.first * sizeof(Fact), reinterpret_cast<char*>(buffer_.data()), n * sizeof(Fact))) return failed_ = true, false;
    run_.first += n;
    return true;
  }

  FactLog& log_;
  FactLog::Run run_;
  const std::vector<TextId>& renumbered_;
  std::vector<std::uint32_t> order_;  // of facts in memory
  std::size_t in_memory_ = 0;         // how many of them were taken
  std::vector<Fact> buffer_;
  std::size_t at_ = 0;
  Fact now_;
  bool failed_ = false;
};

Result<void> FactLog::add(std::vector<Fact>& facts) {
  for (const Fact& f : facts) {
    first_ = first_ == kNoTime ? f.time : std::min(first_, f.time);
    last_ = last_ == kNoTime ? f.time : std::max(last_, f.time);
  }
  added_ += facts.size();
  for (const Fact& f : facts) facts_.push_back(f);
  facts.clear();
  return facts_.size() * sizeof(Fact) < options_.memory_bytes ? Result<void>{} : spill();
}

std::vector<std::uint32_t> FactLog::in_order() const {
  if (facts_.size() == 0) return {};
  Micros first = facts_[0].time, last = first;
  for (std::size_t i = 0; i < facts_.size(); ++i) first = std::min(first, facts_[i].time), last = std::max(last, facts_[i].time);
  const auto since_first = [first](Micros t) { return static_cast<std::uint64_t>(t) - static_cast<std::uint64_t>(first); };
  fact_logging::Keys by_time(facts_.size(), since_first(last));
  for (std::size_t i = 0; i < facts_.size(); ++i) by_time.add(since_first(facts_[i].time));
  by_time.sort();
  std::vector<std::uint32_t> order;
  order.reserve(facts_.size());
  for (const std::uint64_t key : by_time.keys) order.push_back(by_time.place_of(key));
  const auto earlier = [this](std::uint32_t a, std::uint32_t b) {
    const Fact &x = facts_[a], &y = facts_[b];
    return before(x, y) || (a < b && !before(y, x));
  };
  // Of about the same time: look closer.
  for (std::size_t from = 0, to; from < order.size(); from = to) {
    for (to = from + 1; to < order.size() && by_time.time_of(by_time.keys[to]) == by_time.time_of(by_time.keys[from]);) ++to;
    if (to - from > 1) std::sort(order.begin() + static_cast<std::ptrdiff_t>(from), order.begin() + static_cast<std::ptrdiff_t>(to), earlier);
  }
  return order;
}

Result<void> FactLog::spill() {
  const std::uint64_t first = file_.size() / sizeof(Fact);
  std::vector<Fact> buffer;
  const auto write = [&] { return file_.append({reinterpret_cast<const char*>(buffer.data()), buffer.size() * sizeof(Fact)}); };
  for (const std::uint32_t at : in_order()) {
    buffer.push_back(facts_[at]);
    if (buffer.size() < fact_logging::kWritten) continue;
    if (auto written = write(); !written) return written;
    buffer.clear();
  }
  if (auto written = write(); !written) return written;
  runs_.push_back({first, first + facts_.size()});
  facts_.clear();
  return {};
}

// A new file rather than an emptied one: what was written stands where the first run begins.
void FactLog::forget() {
  file_.clear();
  runs_.clear();
  facts_ = {};
}

Result<void> FactLog::merge(std::span<FactLog* const> logs, Dictionary& texts, const std::function<void(const Fact&)>& sink) {
  std::vector<std::vector<TextId>> renumbered(logs.size());
  std::vector<std::unique_ptr<FactCursor>> cursors;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    FactLog& log = *logs[i];
    for (TextId t = 0; t < log.texts_.size(); ++t) renumbered[i].push_back(texts.intern(log.texts_.text(t)));
    for (const Run& run : log.runs_) cursors.push_back(std::make_unique<FactCursor>(log, run, renumbered[i]));
    cursors.push_back(std::make_unique<FactCursor>(log, renumbered[i]));
  }
  // Facts of one event are in one log, those of an earlier run first.
  const bool whole = merge_runs(
      cursors, [](const FactCursor& a, const FactCursor& b) { return before(a.fact(), b.fact()); }, [&sink](const FactCursor& c) { sink(c.fact()); });
  for (FactLog* log : logs) log->forget();
  if (!whole) return fail(Code::Unreadable, "the temporary file for behaviour analytics could not be read back; findings of behaviour are missing");
  return {};
}

}  // namespace custos::behavior
