#include "evaluate/recording.h"

#include <algorithm>
#include <numeric>

namespace custos::evaluate {

Micros bucket_of(Micros t, Micros length) {
  const Micros rest = t % length;
  return t - (rest < 0 ? rest + length : rest);
}

std::uint64_t Periods::test_days() const {
  if (test == kNoTime || end == kNoTime || end <= test) return 0;
  return static_cast<std::uint64_t>((bucket_of(end - 1, kDay) - bucket_of(test, kDay)) / kDay + 1);
}

TextId Recording::intern(std::string_view text) {
  if (const auto it = ids_.find(text); it != ids_.end()) return it->second;
  const auto id = static_cast<TextId>(texts_.size());
  texts_.push_back(arena_.keep(text));
  ids_.emplace(texts_.back(), id);
  return id;
}

bool Recording::add(const Observation& o) {
  if (observations_.size() >= most_) {
    truncated_ = true;
    return false;
  }
  observations_.push_back(o);
  has_peers_ = has_peers_ || o.peer != kNoText;
  has_details_ = has_details_ || o.detail != kNoText;
  has_bytes_ = has_bytes_ || o.sent > 0;
  return true;
}

std::uint32_t Recording::add_rule(std::shared_ptr<const RuleFacts> facts) {
  rules_.push_back(std::move(facts));
  return static_cast<std::uint32_t>(rules_.size() - 1);
}

void Recording::finish(const Periods& periods, Micros bucket, std::vector<std::uint32_t>& moved) {
  periods_ = periods;
  bucket_ = bucket;
  std::vector<std::uint32_t> order(observations_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return observations_[a].time < observations_[b].time; });
  moved.assign(order.size(), 0);
  std::vector<Observation> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t old : order) {
    moved[old] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(observations_[old]);
  }
  observations_ = std::move(sorted);
  form_groups();
  place_hits();
}

void Recording::form_groups() {
  members_.resize(observations_.size());
  std::iota(members_.begin(), members_.end(), 0u);
  const auto key = [&](std::uint32_t i) { return std::pair(bucket_of(observations_[i].time, bucket_), observations_[i].unit); };
  std::stable_sort(members_.begin(), members_.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  groups_.clear();
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    const Observation& o = observations_[members_[i]];
    const Micros at = bucket_of(o.time, bucket_);
    if (groups_.empty() || groups_.back().bucket != at || groups_.back().unit != o.unit) {
      groups_.push_back({at, o.unit, o.entity, o.peer, o.kind, i, 0});
    }
    ++groups_.back().count;
  }
  std::sort(groups_.begin(), groups_.end(),
            [&](const Group& a, const Group& b) { return std::pair(a.bucket, members_[a.first]) < std::pair(b.bucket, members_[b.first]); });
}

void Recording::place_hits() {
  if (event_hits_.empty()) return;
  std::sort(event_hits_.begin(), event_hits_.end(),
            [](const RuleHit& a, const RuleHit& b) { return std::pair(a.observation, a.rule) < std::pair(b.observation, b.rule); });
  for (std::uint32_t i = 0; i < observations_.size(); ++i) {
    const auto from = std::lower_bound(event_hits_.begin(), event_hits_.end(), observations_[i].event,
                                       [](const RuleHit& h, std::uint32_t event) { return h.observation < event; });
    for (auto it = from; it != event_hits_.end() && it->observation == observations_[i].event; ++it) {
      if (it == from || it->rule != std::prev(it)->rule) hits_.push_back({i, it->rule});
    }
  }
  event_hits_ = {};
}

}  // namespace custos::evaluate
