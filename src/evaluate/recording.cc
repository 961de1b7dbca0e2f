#include "evaluate/recording.h"

#include <algorithm>
#include <numeric>

namespace custos::evaluate {
namespace recording_order {

constexpr std::size_t kStretches = 1u << 16;

// Places by time, then by place. Spread over stretches of time first: a comparison sort of all would fetch two far places a step.
std::vector<std::uint32_t> by_time(const Blocks<Micros>& times) {
  const std::size_t n = times.size();
  Micros first = times[0], last = times[0];
  for (std::size_t i = 1; i < n; ++i) {
    first = std::min(first, times[i]);
    last = std::max(last, times[i]);
  }
  const auto from = static_cast<std::uint64_t>(first);
  const std::uint64_t length = (static_cast<std::uint64_t>(last) - from) / kStretches + 1;
  const auto stretch = [&](std::size_t i) { return (static_cast<std::uint64_t>(times[i]) - from) / length; };
  std::vector<std::size_t> at(kStretches + 1, 0);
  for (std::size_t i = 0; i < n; ++i) ++at[stretch(i) + 1];
  std::partial_sum(at.begin(), at.end(), at.begin());
  const std::vector<std::size_t> begins = at;
  std::vector<std::uint32_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[at[stretch(i)]++] = static_cast<std::uint32_t>(i);
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) { return std::pair(times[a], a) < std::pair(times[b], b); };
  for (std::size_t s = 0; s < kStretches; ++s) {
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(begins[s]), order.begin() + static_cast<std::ptrdiff_t>(begins[s + 1]), earlier);
  }
  return order;
}

// One column after the other, so that one at most is there twice.
template <class T>
void permute(Blocks<T>& column, const std::vector<std::uint32_t>& order) {
  if (column.size() == 0) return;
  Blocks<T> sorted;
  for (const std::uint32_t old : order) sorted.push_back(column[old]);
  column = std::move(sorted);
}

}  // namespace recording_order

Micros bucket_of(Micros t, Micros length) {
  const Micros rest = t % length;
  return t - (rest < 0 ? rest + length : rest);
}

std::uint64_t Periods::test_days() const {
  if (test == kNoTime || end == kNoTime || end <= test) return 0;
  return static_cast<std::uint64_t>((bucket_of(end - 1, kDay) - bucket_of(test, kDay)) / kDay + 1);
}

bool Recording::add(const Observation& o) {
  if (left_out_ > 0 || bytes() + kBytesOfAnObservation > most_bytes_ || times_.size() == std::numeric_limits<std::uint32_t>::max()) {
    ++left_out_;
    return false;
  }
  has_peers_ = has_peers_ || o.peer != kNoText;
  has_details_ = has_details_ || o.detail != kNoText;
  has_bytes_ = has_bytes_ || o.sent > 0;
  push(o.time, static_cast<float>(o.sent), static_cast<float>(o.received), words_->subject({o.unit, o.entity, o.peer, o.kind, o.detail, o.log, o.risk}),
       o.event);
  return true;
}

void Recording::push(Micros time, float sent, float received, std::uint32_t subject, std::uint32_t event) {
  if (sent_.size() == 0 && (sent != 0 || received != 0)) {
    while (sent_.size() < times_.size()) {
      sent_.push_back(0);
      received_.push_back(0);
    }
  }
  // Only the first observation of all can have bytes while the column is still empty.
  if (sent_.size() != 0 || sent != 0 || received != 0) {
    sent_.push_back(sent);
    received_.push_back(received);
  }
  times_.push_back(time);
  subjects_.push_back(subject);
  events_.push_back(event);
}

std::uint32_t Recording::add_rule(std::shared_ptr<const RuleFacts> facts) {
  rules_.push_back(std::move(facts));
  return static_cast<std::uint32_t>(rules_.size() - 1);
}

std::size_t Recording::bytes_wanted() const {
  const auto held = static_cast<double>(times_.size()), all = held + static_cast<double>(left_out_);
  return held > 0 ? static_cast<std::size_t>(static_cast<double>(bytes()) * all / held) : left_out_ * kBytesOfAnObservation;
}

Recording Recording::like(const Recording& other) {
  Recording r;
  r.words_ = other.words_;
  r.rules_ = other.rules_;
  r.has_peers_ = other.has_peers_;
  r.has_details_ = other.has_details_;
  r.has_bytes_ = other.has_bytes_;
  return r;
}

void Recording::take(const Recording& from, std::size_t i, Micros time) {
  const bool bytes = from.sent_.size() != 0;
  push(time, bytes ? from.sent_[i] : 0, bytes ? from.received_[i] : 0, from.subjects_[i], from.events_[i]);
}

void Recording::take_hits(const Recording& from) {
  for (const RuleHit& h : from.hits_) event_hits_.push_back({from.events_[h.observation], h.rule});
}

void Recording::finish(const Periods& periods, Micros bucket, std::vector<std::uint32_t>& moved) {
  periods_ = periods;
  bucket_ = bucket;
  sort(moved);
  form_groups();
  place_hits();
}

void Recording::sort(std::vector<std::uint32_t>& moved) {
  moved.resize(times_.size());
  std::iota(moved.begin(), moved.end(), 0u);
  bool sorted = true;
  for (std::size_t i = 1; i < times_.size() && sorted; ++i) sorted = times_[i - 1] <= times_[i];
  if (sorted) return;
  const auto order = recording_order::by_time(times_);
  recording_order::permute(times_, order);
  recording_order::permute(sent_, order);
  recording_order::permute(received_, order);
  recording_order::permute(subjects_, order);
  recording_order::permute(events_, order);
  for (std::uint32_t i = 0; i < order.size(); ++i) moved[order[i]] = i;
}

// A bucket is a stretch of the sorted observations. Its groups are numbered as they begin, counted, then filled.
void Recording::form_groups() {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  groups_.clear();
  members_.resize(times_.size());
  std::vector<std::uint32_t> group_of(words_->texts(), kNone);  // by unit, in this bucket
  std::uint32_t place = 0;
  for (std::size_t from = 0, to = 0; from < times_.size(); from = to) {
    const Micros at = bucket_of(times_[from], bucket_);
    const std::size_t first_group = groups_.size();
    for (to = from; to < times_.size() && times_[to] < at + bucket_; ++to) {
      const Subject& s = words_->subject_at(subjects_[to]);
      if (group_of[s.unit] == kNone) {
        group_of[s.unit] = static_cast<std::uint32_t>(groups_.size());
        groups_.push_back({at, s.unit, s.entity, s.peer, s.kind, 0, 0});
      }
      ++groups_[group_of[s.unit]].count;
    }
    for (std::size_t g = first_group; g < groups_.size(); ++g) {
      groups_[g].first = place;
      place += groups_[g].count;
      groups_[g].count = 0;
    }
    for (std::size_t i = from; i < to; ++i) {
      Group& g = groups_[group_of[words_->subject_at(subjects_[i]).unit]];
      members_[g.first + g.count++] = static_cast<std::uint32_t>(i);
    }
    for (std::size_t g = first_group; g < groups_.size(); ++g) group_of[groups_[g].unit] = kNone;
  }
}

void Recording::place_hits() {
  if (event_hits_.empty()) return;
  std::sort(event_hits_.begin(), event_hits_.end(),
            [](const RuleHit& a, const RuleHit& b) { return std::pair(a.observation, a.rule) < std::pair(b.observation, b.rule); });
  std::vector<bool> hit(std::size_t{event_hits_.back().observation} + 1);  // by event: few are
  for (const RuleHit& h : event_hits_) hit[h.observation] = true;
  for (std::uint32_t i = 0; i < times_.size(); ++i) {
    const std::uint32_t event = events_[i];
    if (event >= hit.size() || !hit[event]) continue;
    const auto from = std::lower_bound(event_hits_.begin(), event_hits_.end(), event, [](const RuleHit& h, std::uint32_t e) { return h.observation < e; });
    for (auto it = from; it != event_hits_.end() && it->observation == event; ++it) {
      if (it == from || it->rule != std::prev(it)->rule) hits_.push_back({i, it->rule});
    }
  }
  event_hits_ = {};
}

}  // namespace custos::evaluate
