#include "evaluate/figures.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "evaluate/random.h"

namespace custos::evaluate {
namespace judging {

// Which phases of which campaigns have an event in the test period, and when the first one is.
struct Tested {
  std::set<std::uint16_t> phases, found;
  Micros first = kNoTime;
  std::optional<double> seconds;
};

std::vector<Tested> tested_campaigns(const Scene& scene) {
  std::vector<Tested> out(scene.truth.campaigns.size());
  const auto observations = scene.recording.observations();
  for (const Mark& m : scene.truth.marks) {
    if (m.campaign == kIgnored) continue;
    const Micros t = observations[m.observation].time;
    if (scene.recording.periods().at(t) != Period::Test) continue;
    Tested& c = out[m.campaign];
    c.phases.insert(m.phase);
    if (c.first == kNoTime || t < c.first) c.first = t;
  }
  return out;
}

enum class Verdict : std::uint8_t { True, False, Ignored };

struct Weighed {
  Verdict verdict;
  double attack_share;
};

Weighed weigh(const Scene& scene, const Alarm& alarm, std::vector<Tested>& campaigns) {
  std::size_t attack = 0;
  bool ignored = false;
  std::set<std::uint16_t> touched;
  Micros last = alarm.time;
  for (const std::uint32_t o : alarm.events) {
    last = std::max(last, scene.recording.observations()[o].time);
    bool of_attack = false;
    for (const Mark& m : scene.truth.of(o)) {
      if (m.campaign == kIgnored) {
        ignored = true;
        continue;
      }
      of_attack = true;
      touched.insert(m.campaign);
      campaigns[m.campaign].found.insert(m.phase);
    }
    attack += of_attack ? 1 : 0;
  }
  for (const std::uint16_t c : touched) {
    if (campaigns[c].first == kNoTime) continue;
    const double seconds = std::max(0.0, static_cast<double>(last - campaigns[c].first) / kSecond);
    campaigns[c].seconds = std::min(seconds, campaigns[c].seconds.value_or(seconds));
  }
  if (attack == 0) return {ignored ? Verdict::Ignored : Verdict::False, 0};
  return {Verdict::True, static_cast<double>(attack) / static_cast<double>(alarm.events.size())};
}

}  // namespace judging

std::vector<std::size_t> worst_of_each_day(const std::vector<Alarm>& alarms, const Periods& periods, unsigned budget) {
  std::map<Micros, std::vector<std::size_t>> days;
  for (std::size_t i = 0; i < alarms.size(); ++i) {
    if (alarms[i].raised && periods.at(alarms[i].time) == Period::Test && alarms[i].time < periods.end) days[bucket_of(alarms[i].time, kDay)].push_back(i);
  }
  const auto key = [&](std::size_t i) {
    const Alarm& a = alarms[i];
    return std::tuple<double, Micros, const std::string&, const std::string&, std::size_t>(-a.score, a.time, a.entity, a.what, i);
  };
  std::vector<std::size_t> chosen;
  for (auto& [day, of_day] : days) {
    const auto end = of_day.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(budget, of_day.size()));
    std::partial_sort(of_day.begin(), end, of_day.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    chosen.insert(chosen.end(), of_day.begin(), end);
  }
  return chosen;
}

SceneOutcome judge(const Scene& scene, const std::vector<Alarm>& alarms, unsigned budget) {
  SceneOutcome out;
  auto campaigns = judging::tested_campaigns(scene);
  for (const std::size_t i : worst_of_each_day(alarms, scene.recording.periods(), budget)) {
    const judging::Weighed weighed = judging::weigh(scene, alarms[i], campaigns);
    switch (weighed.verdict) {
      case judging::Verdict::True:
        ++out.true_alarms;
        out.attack_shares.push_back(weighed.attack_share);
        break;
      case judging::Verdict::False: ++out.false_alarms; break;
      case judging::Verdict::Ignored: ++out.ignored_alarms; break;
    }
    out.alarm_events.push_back(static_cast<double>(alarms[i].events.size()));
  }
  out.days = scene.recording.periods().test_days();
  for (std::size_t c = 0; c < campaigns.size(); ++c) {
    const Campaign& facts = scene.truth.campaigns[c];
    if (campaigns[c].phases.empty()) {
      ++out.untested;
      continue;
    }
    CampaignOutcome o{scene.name, facts.name, {}, {}, campaigns[c].seconds, facts.traits};
    for (const std::uint16_t p : campaigns[c].phases) {
      o.phases.push_back(facts.phases[p]);
      if (campaigns[c].found.contains(p)) o.found.push_back(facts.phases[p]);
    }
    out.campaigns.push_back(std::move(o));
  }
  return out;
}

Figures sum_up(std::span<const SceneOutcome> scenes, unsigned budget, std::uint64_t seed) {
  Figures f;
  f.budget = budget;
  std::vector<std::pair<double, double>> shares;
  std::vector<double> delays, sizes, attack_shares;
  for (const SceneOutcome& s : scenes) {
    f.true_alarms += s.true_alarms;
    f.false_alarms += s.false_alarms;
    f.ignored_alarms += s.ignored_alarms;
    f.untested += s.untested;
    f.days += s.days;
    sizes.insert(sizes.end(), s.alarm_events.begin(), s.alarm_events.end());
    attack_shares.insert(attack_shares.end(), s.attack_shares.begin(), s.attack_shares.end());
    for (const CampaignOutcome& c : s.campaigns) {
      ++f.campaigns;
      f.campaigns_found += c.found.empty() ? 0 : 1;
      f.phases += c.phases.size();
      f.phases_found += c.found.size();
      shares.emplace_back(c.found.size(), c.phases.size());
      if (c.seconds_to_first) delays.push_back(*c.seconds_to_first);
    }
  }
  if (f.phases > 0) f.recall = static_cast<double>(f.phases_found) / static_cast<double>(f.phases);
  if (const auto judged = f.true_alarms + f.false_alarms; judged > 0) f.precision = static_cast<double>(f.true_alarms) / static_cast<double>(judged);
  if (f.days > 0) f.false_per_day = static_cast<double>(f.false_alarms) / static_cast<double>(f.days);
  if (!delays.empty()) f.seconds_to_first = median(std::move(delays));
  if (!attack_shares.empty()) f.attack_share = median(std::move(attack_shares));
  f.events_per_alarm = median(std::move(sizes));
  f.interval = bootstrap(shares, seed);
  return f;
}

Interval bootstrap(std::span<const std::pair<double, double>> found_of_all, std::uint64_t seed, unsigned resamples) {
  if (found_of_all.size() < 2 || resamples == 0) return {};
  Random random(seed);
  std::vector<double> shares;
  shares.reserve(resamples);
  for (unsigned r = 0; r < resamples; ++r) {
    double found = 0, all = 0;
    for (std::size_t i = 0; i < found_of_all.size(); ++i) {
      const auto& [f, a] = found_of_all[random.below(found_of_all.size())];
      found += f;
      all += a;
    }
    shares.push_back(all > 0 ? found / all : 0);
  }
  std::sort(shares.begin(), shares.end());
  const auto rank = [&](double share) {
    const auto n = static_cast<double>(shares.size());
    return shares[static_cast<std::size_t>(std::clamp(std::ceil(share * n) - 1, 0.0, n - 1))];
  };
  return {rank(0.025), rank(0.975)};
}

Interval wilson(std::uint64_t found, std::uint64_t all) {
  if (all == 0) return {};
  constexpr double z = 1.959963984540054;  // the normal's 97.5 %
  const auto n = static_cast<double>(all);
  const double p = static_cast<double>(found) / n, middle = (p + z * z / (2 * n)) / (1 + z * z / n),
               half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace custos::evaluate
