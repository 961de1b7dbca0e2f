// Random correlations and events for tests and the fuzzer, and a Correlator run that speaks the naive twin's lines.
// Called by stream_test.cc and fuzz/correlation_fuzz.cc.
// Everything is owned.
// One thread.
// Refuses nothing: any bytes, or any seed, give a scenario.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/correlation/correlator.h"
#include "rules/correlation/naive_twin.h"

namespace custos::rules::correlation::naive {

// Choices out of bytes, then out of a seed; a seed of zero chooses the first of everything.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed) {}
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t below(std::uint32_t n) {
    if (at_ < bytes_.size()) return static_cast<unsigned char>(bytes_[at_++]) % n;
    if (state_ == 0) return 0;
    state_ += 0x9E3779B97F4A7C15u;  // SplitMix64, S. Vigna
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) % n);
  }
  bool spent() const { return state_ == 0 && at_ >= bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::uint64_t state_ = 0;
};

struct Scenario {
  std::uint32_t bases = 3;
  std::vector<Correlation> correlations;
  std::vector<Event> events;
};

inline Correlation make_correlation(Choices& choose, std::uint32_t bases, std::uint32_t inner) {
  static const std::vector<std::string> kNames{"u", "h", "n", "x"};
  Correlation c;
  c.type = static_cast<Correlation::Type>(choose.below(8));
  const std::uint32_t rules = 1 + choose.below(3);
  for (std::uint32_t i = 0; i < rules; ++i) {
    const bool chained = inner > 0 && choose.below(3) == 0;
    c.rules.push_back(chained ? "c" + std::to_string(choose.below(inner)) : "r" + std::to_string(choose.below(bases)));
  }
  for (std::uint32_t i = choose.below(3); i > 0; --i)
    c.group_by.push_back(kNames[choose.below(2) + (choose.below(8) == 0 ? 2 : 0)]);
  if (choose.below(4) == 0) c.aliases[kNames[choose.below(4)]][c.rules[0]] = kNames[choose.below(3)];
  c.timespan = 1 + choose.below(12);
  const bool counts = c.type == Correlation::Type::EventCount || c.type == Correlation::Type::Temporal ||
                      c.type == Correlation::Type::TemporalOrdered;
  const bool temporal = counts && c.type != Correlation::Type::EventCount;
  if (!counts) c.fields.push_back(c.type == Correlation::Type::ValueCount ? kNames[choose.below(4)] : "n");
  if (c.type == Correlation::Type::ValueCount && choose.below(3) == 0) c.fields.push_back(kNames[choose.below(4)]);
  static constexpr double kPercentiles[] = {0, 10, 25, 50, 75, 99, 100};
  c.percentile = kPercentiles[choose.below(7)];
  for (std::uint32_t i = temporal ? choose.below(2) : 1 + choose.below(2); i > 0; --i) {
    c.limits.push_back(
        {static_cast<Correlation::Op>(choose.below(6)), choose.below(5) + (counts ? 0.0 : choose.below(3) / 4.0)});
  }
  return c;
}

inline Event make_event(Choices& choose, std::uint32_t bases, Micros& time, std::uint64_t record) {
  static const std::vector<std::string> kNumbers{"0", "1", "2", "3", "-1", "1.25", "0.5", "", "abc", "1e1"};
  Event e;
  time += choose.below(3) == 0 ? choose.below(9) : choose.below(3);
  e.time = time;
  e.id = {0, record};
  for (std::uint32_t r = 0; r < bases; ++r) {
    if (choose.below(3) == 0) e.rules.push_back(r);
  }
  if (choose.below(12) != 0) e.fields["u"] = std::string(1, static_cast<char>('a' + choose.below(2)));
  if (choose.below(12) != 0) e.fields["h"] = std::string(1, static_cast<char>('a' + choose.below(2)));
  if (choose.below(6) != 0) e.fields["n"] = kNumbers[choose.below(10)];
  if (choose.below(3) == 0) e.fields["x"] = std::string(choose.below(3), 'x');
  return e;
}

inline Scenario make_scenario(Choices& choose, std::size_t most_events) {
  Scenario s;
  const std::uint32_t correlations = 1 + choose.below(4);
  for (std::uint32_t c = 0; c < correlations; ++c) s.correlations.push_back(make_correlation(choose, s.bases, c));
  Micros time = 1'000'000;
  for (std::size_t i = 0; i < most_events && !(i > 0 && choose.spent()); ++i) {
    s.events.push_back(make_event(choose, s.bases, time, i));
  }
  return s;
}

inline std::shared_ptr<const CorrelationPlan> plan_of(const Scenario& s) {
  std::vector<RuleName> bases;
  for (std::uint32_t r = 0; r < s.bases; ++r) bases.push_back({"", "r" + std::to_string(r)});
  std::vector<CorrelationRule> rules;
  for (std::size_t c = 0; c < s.correlations.size(); ++c)
    rules.push_back({{"", "c" + std::to_string(c)}, &s.correlations[c]});
  return std::make_shared<CorrelationPlan>(CorrelationPlan::build(bases, rules).plan);
}

// Feeds an event as the matcher would: only the fields that its rules are asked for.
inline void feed(Correlator& correlator, const CorrelationPlan& plan, const Event& event) {
  std::vector<FieldText> fields;
  for (std::uint32_t f = 0; f < plan.fields().size(); ++f) {
    const auto it = event.fields.find(plan.fields()[f]);
    if (it == event.fields.end()) continue;
    for (const std::uint32_t rule : event.rules) {
      const auto wanted = plan.fields_of(rule);
      if (std::find(wanted.begin(), wanted.end(), f) == wanted.end()) continue;
      fields.push_back({f, it->second});
      break;
    }
  }
  correlator.feed({event.time, event.id, event.rules, fields});
}

// Collects episodes as the twin writes them.
class Lines {
 public:
  explicit Lines(const Scenario& scenario) : scenario_(&scenario) {}

  void take(const Fired& f) {
    std::string name = "E" + std::to_string(f.correlation) + "@" + std::to_string(f.time);
    for (const auto& text : f.group) name += "/" + text;
    names_[f.episode] = name;
    if (f.phase == Fired::Phase::Began) return;
    std::vector<std::string> ids;
    for (const EventId& id : f.events) {
      ids.push_back(id.source == kEpisodeSource ? names_[id.record]
                                                : std::to_string(id.source) + ":" + std::to_string(id.record));
    }
    lines_.push_back(episode_line(name, {f.last_time, f.window_start, f.holds, f.value, f.last_value}, std::move(ids),
                                  scenario_->correlations[f.correlation].type != Correlation::Type::TemporalOrdered));
  }
  std::vector<std::string> sorted() const {
    auto out = lines_;
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  const Scenario* scenario_;
  std::map<std::uint64_t, std::string> names_;
  std::vector<std::string> lines_;
};

// Runs a scenario; where `cut` lies inside, the state is saved there and another correlator goes on from it.
inline std::vector<std::string> run(const Scenario& s, std::size_t cut = static_cast<std::size_t>(-1)) {
  const auto plan = plan_of(s);
  Lines lines(s);
  CorrelatorOptions options;
  options.events_listed = 100'000;
  const auto sink = [&](const Fired& f) { lines.take(f); };
  auto correlator = std::make_unique<Correlator>(plan, options, sink);
  for (std::size_t i = 0; i < s.events.size(); ++i) {
    if (i == cut) {
      std::string saved;
      correlator->save(saved);
      correlator = std::make_unique<Correlator>(plan, options, sink);
      if (!correlator->load(saved)) return {"the saved state was refused"};
    }
    feed(*correlator, *plan, s.events[i]);
  }
  correlator->finish();
  return lines.sorted();
}

}  // namespace custos::rules::correlation::naive
