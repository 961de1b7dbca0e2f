#include "behavior/facts/fact_log.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

#include "base/files/merge_runs.h"

namespace custos::behavior {
bool before(const Fact& a, const Fact& b) { return std::tie(a.time, a.source, a.offset, a.kind) < std::tie(b.time, b.source, b.offset, b.kind); }

namespace fact_logging {

constexpr std::size_t kWritten = 1u << 12;  // facts at once

struct Key {
  std::uint64_t since;  // the first of them
  std::uint32_t at;
};

// By time, stable: digit by digit, the lowest first (radix sort); as many passes as the span of time has digits.
void sort_by_time(std::vector<Key>& keys, std::uint64_t span) {
  constexpr unsigned kDigit = 11;
  constexpr std::size_t kDigits = std::size_t{1} << kDigit;
  std::vector<Key> other(keys.size());
  for (unsigned shift = 0; shift < 64 && span >> shift != 0; shift += kDigit) {
    std::array<std::uint32_t, kDigits> from{};
    for (const Key& k : keys) ++from[k.since >> shift & (kDigits - 1)];
    std::exclusive_scan(from.begin(), from.end(), from.begin(), 0u);
    for (const Key& k : keys) other[from[k.since >> shift & (kDigits - 1)]++] = k;
    keys.swap(other);
  }
}

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
  bool fill() {
    buffer_.clear();
    at_ = 0;
    for (; in_memory_ < order_.size() && buffer_.size() < log_.options_.read_facts; ++in_memory_) buffer_.push_back(log_.facts_[order_[in_memory_]]);
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

// Facts stay where they are: 16 bytes of each are moved about, not 56.
std::vector<std::uint32_t> FactLog::in_order() const {
  using namespace fact_logging;
  std::vector<Key> keys(facts_.size());
  Micros first = keys.empty() ? 0 : facts_[0].time, last = first;
  for (std::size_t i = 0; i < keys.size(); ++i) first = std::min(first, facts_[i].time), last = std::max(last, facts_[i].time);
  const auto since_first = [first](Micros t) { return static_cast<std::uint64_t>(t) - static_cast<std::uint64_t>(first); };
  for (std::uint32_t i = 0; i < keys.size(); ++i) keys[i] = {since_first(facts_[i].time), i};
  sort_by_time(keys, since_first(last));
  const auto earlier = [this](const Key& a, const Key& b) {
    const Fact &x = facts_[a.at], &y = facts_[b.at];
    return before(x, y) || (a.at < b.at && !before(y, x));
  };
  for (auto from = keys.begin(); from != keys.end();) {
    const auto to = std::find_if(from, keys.end(), [from](const Key& k) { return k.since != from->since; });
    if (to - from > 1) std::sort(from, to, earlier);
    from = to;
  }
  std::vector<std::uint32_t> order;
  order.reserve(keys.size());
  for (const Key& k : keys) order.push_back(k.at);
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
