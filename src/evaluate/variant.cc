#include "evaluate/variant.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/hash.h"
#include "evaluate/random.h"

namespace custos::evaluate {
namespace varying {

constexpr std::array kAll = std::to_array<DisturbanceFacts>({
    {Disturbance::Clock, "clock", "a tenth of the entities have clocks that are wrong by 1 minute to 6 hours, each by its own amount"},
    {Disturbance::Loss, "loss", "20 % of the events are lost"},
    {Disturbance::Newcomers, "newcomers", "a tenth of the entities have no event before the test"},
    {Disturbance::Poison, "poison", "the attacks were there in the learning period too, as far as they fit into it"},
});

// Even in [0, 1), of a name or a number under a seed.
double share_of(std::uint64_t hash, std::uint64_t seed) { return Random(hash ^ (seed * 0x9E3779B97F4A7C15ull)).uniform(); }

// By text: is it the name of a chosen entity?
std::vector<bool> choose_entities(const Recording& r, std::uint64_t seed) {
  std::map<TextId, double> shares;
  for (const Observation& o : r.observations()) {
    if (!shares.contains(o.entity)) shares[o.entity] = share_of(hash64(r.text(o.entity)), seed);
  }
  std::vector<bool> chosen;
  const auto choose = [&](TextId id) {
    chosen.resize(std::max<std::size_t>(chosen.size(), id + 1), false);
    chosen[id] = true;
  };
  for (const auto& [id, share] : shares) {
    if (share < kTouchedEntities) choose(id);
  }
  if (chosen.empty() && !shares.empty()) choose(std::min_element(shares.begin(), shares.end(), [](auto& a, auto& b) { return a.second < b.second; })->first);
  return chosen;
}

bool is_in(const std::vector<bool>& chosen, TextId id) { return id < chosen.size() && chosen[id]; }

// Takes in any order; finish() sorts, and the origins follow.
class Maker {
 public:
  explicit Maker(const Recording& full) : full_(full) { out_.recording = Recording::like(full); }
  void take(std::uint32_t i, Micros time) {
    out_.recording.take(full_, i, time);
    origin_.push_back(i);
  }
  void change() { ++out_.changed; }
  Variant finish() {
    out_.recording.take_hits(full_);
    std::vector<std::uint32_t> moved;
    out_.recording.finish(full_.periods(), full_.bucket(), moved);
    out_.origin.resize(origin_.size());
    for (std::size_t i = 0; i < origin_.size(); ++i) out_.origin[moved[i]] = origin_[i];
    return std::move(out_);
  }

 private:
  const Recording& full_;
  Variant out_{Recording(), {}, 0};
  std::vector<std::uint32_t> origin_;
};

void keep(Maker& maker, bool kept, std::uint32_t i, Micros time) {
  if (kept) maker.take(i, time);
  if (!kept) maker.change();
}

void clock(const Recording& full, std::uint64_t seed, Maker& maker) {
  const auto chosen = choose_entities(full, seed);
  const auto observations = full.observations();
  for (std::uint32_t i = 0; i < observations.size(); ++i) {
    const Observation o = observations[i];
    Micros time = o.time;
    if (is_in(chosen, o.entity)) {
      const std::uint64_t name = hash64(full.text(o.entity));
      const double seconds = kLeastShift * std::pow(kMostShift / kLeastShift, share_of(name, seed + 1)) * (share_of(name, seed + 2) < 0.5 ? -1 : 1);
      // What a shift would carry out of the data stands at its edge.
      time = std::clamp(time + static_cast<Micros>(seconds * kSecond), full.periods().begin, full.periods().end - 1);
      maker.change();
    }
    maker.take(i, time);
  }
}

void loss(const Recording& full, std::uint64_t seed, Maker& maker) {
  const auto observations = full.observations();
  for (std::uint32_t i = 0; i < observations.size(); ++i) {
    keep(maker, share_of((std::uint64_t{observations[i].event} + 1) * 0xD1342543DE82EF95ull, seed) >= kLostEvents, i, observations[i].time);
  }
}

void newcomers(const Recording& full, std::uint64_t seed, Maker& maker) {
  const auto chosen = choose_entities(full, seed);
  const auto observations = full.observations();
  for (std::uint32_t i = 0; i < observations.size(); ++i) {
    const Observation o = observations[i];
    keep(maker, o.time >= full.periods().test || !is_in(chosen, o.entity), i, o.time);
  }
}

// Of each phase as much, from its first event in the test on, as the learning period is long; at the same distance from that period's
// beginning as from a multiple of its length: with whole days to learn from, at the same time of the day.
void poison(const Scene& full, Maker& maker) {
  const auto observations = full.recording.observations();
  const Periods& p = full.recording.periods();
  const Micros length = p.calibrate - p.begin;
  std::map<std::pair<std::uint16_t, std::uint16_t>, Micros> first;
  const auto of_attack = [&](const Mark& m) { return m.campaign != kIgnored && p.at(observations[m.observation].time) == Period::Test; };
  for (const Mark& m : full.truth.marks) {
    const Micros t = of_attack(m) ? observations[m.observation].time : kNoTime;
    if (t == kNoTime) continue;
    const auto [it, fresh] = first.try_emplace({m.campaign, m.phase}, t);
    if (!fresh) it->second = std::min(it->second, t);
  }
  std::vector<bool> copied(observations.size(), false);
  for (std::uint32_t i = 0; i < observations.size(); ++i) maker.take(i, observations[i].time);
  for (const Mark& m : full.truth.marks) {
    if (!of_attack(m) || copied[m.observation]) continue;
    const Micros t = observations[m.observation].time;
    if (t - first[{m.campaign, m.phase}] >= length) continue;
    copied[m.observation] = true;
    maker.take(m.observation, p.begin + (t - p.begin) % length);
    maker.change();
  }
}

}  // namespace varying

std::span<const DisturbanceFacts> disturbances() { return varying::kAll; }

std::vector<std::pair<TextId, std::uint64_t>> logs_of(const Recording& r) {
  std::map<TextId, std::uint64_t> counts;
  TextId last = kNoText;
  std::uint64_t* count = nullptr;
  for (const Observation& o : r.observations()) {
    if (o.log == kNoText) continue;
    if (o.log != last) count = &counts[last = o.log];
    ++*count;
  }
  std::vector<std::pair<TextId, std::uint64_t>> out(counts.begin(), counts.end());
  std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return r.text(a.first) < r.text(b.first); });
  return out;
}

Variant without_log(const Recording& full, TextId log) {
  varying::Maker maker(full);
  const auto observations = full.observations();
  for (std::uint32_t i = 0; i < observations.size(); ++i) varying::keep(maker, observations[i].log != log, i, observations[i].time);
  return maker.finish();
}

std::string makes_no_sense(const Scene& full, Disturbance kind) {
  const Periods& p = full.recording.periods();
  const bool learns = p.begin != kNoTime && p.calibrate > p.begin;
  switch (kind) {
    case Disturbance::Clock:
      return p.end - p.test < kDay ? "the test is shorter than a day: shifts of hours would carry events out of it" : "";
    case Disturbance::Loss: return "";
    case Disturbance::Newcomers: return p.test > p.begin ? "" : "nothing lies before the test: all are newcomers";
    case Disturbance::Poison:
      if (!learns) return "there is no learning period";
      for (const Mark& m : full.truth.marks) {
        if (m.campaign != kIgnored) return "";
      }
      return "no event is of an attack";
  }
  return "";
}

Variant disturbed(const Scene& full, Disturbance kind, std::uint64_t seed) {
  varying::Maker maker(full.recording);
  switch (kind) {
    case Disturbance::Clock: varying::clock(full.recording, seed, maker); break;
    case Disturbance::Loss: varying::loss(full.recording, seed, maker); break;
    case Disturbance::Newcomers: varying::newcomers(full.recording, seed, maker); break;
    case Disturbance::Poison: varying::poison(full, maker); break;
  }
  return maker.finish();
}

void to_original(const Variant& variant, std::vector<Alarm>& alarms) {
  for (Alarm& a : alarms) {
    for (std::uint32_t& e : a.events) e = variant.origin[e];
  }
}

}  // namespace custos::evaluate
