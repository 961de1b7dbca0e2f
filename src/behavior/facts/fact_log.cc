#include "behavior/facts/fact_log.h"

#include <algorithm>
#include <tuple>

#include "base/files/merge_runs.h"

namespace custos::behavior {
bool before(const Fact& a, const Fact& b) { return std::tie(a.time, a.source, a.offset, a.kind) < std::tie(b.time, b.source, b.offset, b.kind); }

// One sorted run, from the file or from memory.
class FactCursor {
 public:
  FactCursor(FactLog& log, FactLog::Run run, const std::vector<TextId>& renumbered) : log_(log), run_(run), renumbered_(renumbered) {}
  FactCursor(FactLog& log, const std::vector<TextId>& renumbered) : log_(log), run_{0, 0}, renumbered_(renumbered), buffer_(std::move(log.facts_)) {}

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
    if (run_.first == run_.last) return false;
    const auto n = std::min<std::uint64_t>(log_.options_.read_facts, run_.last - run_.first);
    buffer_.resize(n);
    if (!log_.file_.read(run_.first * sizeof(Fact), reinterpret_cast<char*>(buffer_.data()), n * sizeof(Fact))) return failed_ = true, false;
    run_.first += n;
    at_ = 0;
    return true;
  }

  FactLog& log_;
  FactLog::Run run_;
  const std::vector<TextId>& renumbered_;
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
  facts_.insert(facts_.end(), facts.begin(), facts.end());
  facts.clear();
  return facts_.size() * sizeof(Fact) < options_.memory_bytes ? Result<void>{} : spill();
}

// Times and places are moved about, facts but once.
void FactLog::sort() {
  struct Key {
    Micros time;
    std::uint32_t at;
  };
  std::vector<Key> keys(facts_.size());
  for (std::uint32_t i = 0; i < keys.size(); ++i) keys[i] = {facts_[i].time, i};
  std::sort(keys.begin(), keys.end(), [this](const Key& a, const Key& b) {
    if (a.time != b.time) return a.time < b.time;
    const Fact &x = facts_[a.at], &y = facts_[b.at];
    return before(x, y) || (!before(y, x) && a.at < b.at);
  });
  std::vector<Fact> sorted;
  sorted.reserve(facts_.size());
  for (const Key& k : keys) sorted.push_back(facts_[k.at]);
  facts_ = std::move(sorted);
}

Result<void> FactLog::spill() {
  sort();
  const std::uint64_t first = file_.size() / sizeof(Fact);
  if (auto written = file_.append({reinterpret_cast<const char*>(facts_.data()), facts_.size() * sizeof(Fact)}); !written) return written;
  runs_.push_back({first, first + facts_.size()});
  facts_.clear();
  facts_.shrink_to_fit();
  return {};
}

// A new file rather than an emptied one: what was written stands where the first run begins.
void FactLog::forget_runs() {
  file_.clear();
  runs_.clear();
}

Result<void> FactLog::merge(std::span<FactLog* const> logs, Dictionary& texts, const std::function<void(const Fact&)>& sink) {
  std::vector<std::vector<TextId>> renumbered(logs.size());
  std::vector<std::unique_ptr<FactCursor>> cursors;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    FactLog& log = *logs[i];
    for (TextId t = 0; t < log.texts_.size(); ++t) renumbered[i].push_back(texts.intern(log.texts_.text(t)));
    log.sort();
    for (const Run& run : log.runs_) cursors.push_back(std::make_unique<FactCursor>(log, run, renumbered[i]));
    cursors.push_back(std::make_unique<FactCursor>(log, renumbered[i]));
  }
  // Facts of one event are in one log, those of an earlier run first.
  const bool whole = merge_runs(
      cursors, [](const FactCursor& a, const FactCursor& b) { return before(a.fact(), b.fact()); }, [&sink](const FactCursor& c) { sink(c.fact()); });
  for (FactLog* log : logs) log->forget_runs();
  if (!whole) return fail(Code::Unreadable, "the temporary file for behaviour analytics could not be read back; findings of behaviour are missing");
  return {};
}

}  // namespace custos::behavior
