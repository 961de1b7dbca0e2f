#include "institution/entities/timeline.h"

#include <algorithm>

namespace custos::institution {
void Timeline::add(const Evidence& e) {
  evidence_.push_back(e);
  if (evidence_.size() > 2 * most_) shrink();
}

void Timeline::end(std::uint64_t key, std::uint32_t value, Micros at) { ends_.push_back({key, value, at}); }

// Sightings in between say nothing new: of equal ones behind each other only the first and the last stay. What is still too much goes, oldest first.
void Timeline::shrink() {
  std::sort(evidence_.begin(), evidence_.end(), [](const Evidence& a, const Evidence& b) {
    return a.key != b.key ? a.key < b.key : a.at != b.at ? a.at < b.at : a.value < b.value;
  });
  std::vector<Evidence> kept;
  for (const Evidence& e : evidence_) {
    const std::size_t n = kept.size();
    const auto plain = [&](const Evidence& o) { return o.key == e.key && o.value == e.value && !o.begins && o.until == kNoTime; };
    if (n >= 2 && plain(e) && plain(kept[n - 1]) && plain(kept[n - 2]) && e.at - kept[n - 2].at <= hold_) {
      kept[n - 1] = e;
    } else {
      kept.push_back(e);
    }
  }
  if (kept.size() > most_) {
    const std::size_t gone = kept.size() - most_;
    std::nth_element(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(gone), kept.end(),
                     [](const Evidence& a, const Evidence& b) { return a.at < b.at; });
    evicted_until_ = std::max(evicted_until_, kept[gone].at);
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(gone));
    evicted_ += gone;
  }
  evidence_ = std::move(kept);
}

void Timeline::settle() {
  // Equal evidence in another order of files must give equal runs: every field takes part in the order.
  std::sort(evidence_.begin(), evidence_.end(), [](const Evidence& a, const Evidence& b) {
    if (a.key != b.key) return a.key < b.key;
    if (a.at != b.at) return a.at < b.at;
    if (a.value != b.value) return a.value < b.value;
    if (a.begins != b.begins) return a.begins;
    return a.source != b.source ? a.source < b.source : a.record < b.record;
  });
  runs_.clear();
  for (const Evidence& e : evidence_) {
    auto& runs = runs_[e.key];
    const Micros until = e.until != kNoTime ? e.until : e.at + hold_;
    if (!runs.empty() && runs.back().value == e.value && e.at <= runs.back().until) {
      runs.back().last = e.at;
      runs.back().until = std::max(runs.back().until, until);
    } else {
      runs.push_back({e.value, e.at, e.at, until, e.begins, e.source, e.record});
    }
  }
  for (const End& end : ends_) {
    const auto at = runs_.find(end.key);
    if (at == runs_.end()) continue;
    for (Run& r : at->second) {
      if (r.value == end.value && r.first <= end.at && r.until > end.at) r.until = r.last = std::max(r.first, end.at);
    }
  }
}

const std::vector<Timeline::Run>& Timeline::runs(std::uint64_t key) const {
  static const std::vector<Run> none;
  const auto at = runs_.find(key);
  return at == runs_.end() ? none : at->second;
}

Timeline::Found Timeline::find(std::uint64_t key, Micros t) const {
  Found found;
  const auto at = runs_.find(key);
  // Of what came before the first evidence that was kept nothing is known: whoever had it then may have been forgotten.
  if (at == runs_.end() || t == kNoTime || (evicted_ > 0 && t <= evicted_until_)) return found;
  const std::vector<Run>& runs = at->second;
  const auto after = std::upper_bound(runs.begin(), runs.end(), t, [](Micros when, const Run& r) { return when < r.first; });
  const Run* previous = after == runs.begin() ? nullptr : &*(after - 1);
  const Run* next = after == runs.end() ? nullptr : &*after;
  if (previous != nullptr && t > previous->until) previous = nullptr;  // too long ago
  const auto both = [&](const Run& a, const Run& b) {
    found.candidates = {a.value, b.value};
    return found;
  };
  if (previous == nullptr) {
    // A moment before the first sighting: it was there already, unless it began with it.
    if (next != nullptr && !next->begins && next->first - t <= hold_ / 8) found.run = next;
    if (next != nullptr && next->begins && next->first - t <= kTolerance) found.run = next;
  } else {
    if (next != nullptr && next->value != previous->value) {
      if (next->first - t <= kTolerance && previous->last < t) return both(*previous, *next);
      // Between the last sighting of one and the first of the other: it changed hands at a moment nobody saw.
      if (!next->begins && t > previous->last && next->first - previous->last < hold_) return both(*previous, *next);
    }
    if (previous != runs.data() && t - previous->first <= kTolerance) {
      const Run& before = *(previous - 1);
      if (before.value != previous->value && before.until >= previous->first - kTolerance) return both(before, *previous);
    }
    if (previous != runs.data() && (previous - 1)->first == previous->first && (previous - 1)->value != previous->value) {
      return both(*(previous - 1), *previous);  // both from the same moment on: neither is the later one
    }
    if (previous != runs.data() && next != nullptr) {
      // Seen before and behind another one's sightings, with nothing that says it was handed over: both have it at once.
      const Run& before = *(previous - 1);
      const bool between = before.value == next->value && before.value != previous->value;
      if (between && !previous->begins && !next->begins && next->first - before.last < hold_) return both(before, *previous);
    }
    found.run = previous;
  }
  if (found.run != nullptr) {
    found.candidates = {found.run->value};
    found.from = found.run->first;
    found.until = next != nullptr && next != found.run ? std::min(found.run->until, next->first) : found.run->until;
  }
  return found;
}

}  // namespace custos::institution
