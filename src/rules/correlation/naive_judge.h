// The second half of the naive twin: what a window's value is, and whether the condition holds.
// Included by naive_twin.h only.
// Values.
// One thread.
// Refuses nothing.
#pragma once

#include "rules/correlation/naive_twin.h"

namespace custos::rules::correlation::naive {

inline bool satisfied(const Correlation& rule, double value) {
  if (rule.limits.empty()) {
    const std::set<std::string> different(rule.rules.begin(), rule.rules.end());
    return value >=
           static_cast<double>(rule.type == Correlation::Type::TemporalOrdered ? rule.rules.size() : different.size());
  }
  bool all = true;
  for (const auto& limit : rule.limits) {
    using Op = Correlation::Op;
    const double l = limit.value;
    all = all && ((limit.op == Op::Gt && value > l) || (limit.op == Op::Gte && value >= l) ||
                  (limit.op == Op::Lt && value < l) || (limit.op == Op::Lte && value <= l) ||
                  (limit.op == Op::Eq && value == l) || (limit.op == Op::Neq && value != l));
  }
  return all;
}

struct EpisodeFacts {
  Micros last, window;
  std::uint64_t holds;
  double value, last_value;
};

// An episode as one comparable line. Which of several equal runs an order tells is open, and so is how often an inner
// episode is named.
inline std::string episode_line(const std::string& name, const EpisodeFacts& e, std::vector<std::string> ids,
                                bool with_ids) {
  std::string line = name + " last " + std::to_string(e.last) + " window " + std::to_string(e.window) + " holds " +
                     std::to_string(e.holds) + " value " + std::to_string(e.value) + " " + std::to_string(e.last_value);
  if (!with_ids) return line;
  const bool chained = std::any_of(ids.begin(), ids.end(), [](const std::string& id) { return id[0] == 'E'; });
  if (!chained) line += " count " + std::to_string(ids.size());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const auto& id : ids) line += " " + id;
  return line;
}

inline void Twin::judge(std::size_t c, Group& group, const Input& through, std::vector<Input>& fired) {
  const Correlation& rule = correlations_[c];
  const Arrival& now = group.arrivals.back();
  std::vector<Arrival> window;
  for (const Arrival& a : group.arrivals) {
    if (a.time >= now.time - rule.timespan) window.push_back(a);
  }
  Micros start = now.time;
  std::vector<std::string> ids;
  const double v = value(rule, window, start, ids);
  if (!satisfied(rule, v)) {
    end(c, group);
    return;
  }
  const bool began = !group.episode;
  const auto note = [&](const std::string& id) {
    auto& list = group.episode->ids;
    if (!list.empty() && id[0] == 'E' && list.back() == id) return;
    list.push_back(id);
  };
  if (began) {
    std::string name = "E" + std::to_string(c) + "@" + std::to_string(now.time);
    for (const auto& text : group.values) name += "/" + text;
    group.episode = Episode{name, now.time, now.time, start, {}, 1, v, v};
    for (const auto& id : ids) note(id);
  } else {
    group.episode->last = now.time;
    group.episode->last_value = v;
    ++group.episode->holds;
    note(now.ids[0]);
  }
  Input out;
  out.fields = through.fields;
  for (std::size_t i = 0; i < rule.group_by.size(); ++i) out.fields[rule.group_by[i]] = group.values[i];
  out.id = group.episode->name;
  out.began = began;
  fired.push_back(out);
}

inline double Twin::value(const Correlation& rule, const std::vector<Arrival>& window, Micros& start,
                          std::vector<std::string>& ids) const {
  if (rule.type == Type::TemporalOrdered) return ordered(rule, window, start, ids);
  if (rule.type == Type::Temporal) {
    std::map<std::size_t, std::tuple<Micros, std::size_t, std::string>> last;
    for (std::size_t a = 0; a < window.size(); ++a) {
      for (std::size_t i = 0; i < window[a].positions.size(); ++i)
        last[window[a].positions[i]] = {window[a].time, a, window[a].ids[i]};
    }
    std::set<std::tuple<Micros, std::size_t, std::string>> events;
    for (const auto& [position, event] : last) events.insert(event);
    start = std::get<0>(*events.begin());
    for (const auto& event : events) ids.push_back(std::get<2>(event));
    return static_cast<double>(last.size());
  }
  start = window.front().time;
  std::set<std::string> values;
  std::vector<double> numbers;
  double sum = 0;
  for (const Arrival& a : window) {
    ids.push_back(a.ids[0]);
    values.insert(a.value);
    numbers.push_back(a.number);
    sum += a.number;
  }
  const auto n = static_cast<double>(window.size());
  if (rule.type == Type::EventCount) return n;
  if (rule.type == Type::ValueCount) return static_cast<double>(values.size());
  if (rule.type == Type::ValueSum) return sum;
  if (rule.type == Type::ValueAvg) return sum / n;
  std::sort(numbers.begin(), numbers.end());
  const double rank = (n - 1) * (rule.type == Type::ValueMedian ? 50 : rule.percentile) / 100;
  const auto low = static_cast<std::size_t>(rank);
  const double part = rank - static_cast<double>(low);
  return part == 0 ? numbers[low] : numbers[low] + part * (numbers[low + 1] - numbers[low]);
}

// The latest start of a run of each length ending at each (event, step), by looking at all earlier ones.
inline double Twin::ordered(const Correlation& rule, const std::vector<Arrival>& window, Micros& start,
                            std::vector<std::string>& ids) const {
  const std::size_t steps = rule.rules.size();
  std::vector<std::map<std::pair<std::size_t, std::size_t>, Micros>> runs(
      window.size());  // event -> (step, length) -> start
  std::map<std::size_t, Micros> best;                                                      // length -> latest start
  for (std::size_t a = 0; a < window.size(); ++a) {
    for (const std::size_t step : window[a].positions) {
      if (!rule.limits.empty() || step == 0) runs[a][{step, 1}] = window[a].time;
      for (std::size_t b = 0; b < a; ++b) {
        for (const auto& [at, began] : runs[b]) {
          if (at.first >= step || (rule.limits.empty() && at.first + 1 != step)) continue;
          auto& mine = runs[a].try_emplace({step, at.second + 1}, began).first->second;
          mine = std::max(mine, began);
        }
      }
    }
    for (const auto& [at, began] : runs[a]) {
      auto& mine = best.try_emplace(at.second, began).first->second;
      mine = std::max(mine, began);
    }
  }
  if (best.empty()) return 0;
  start = best.rbegin()->second;
  ids.assign(std::min(best.rbegin()->first, steps), "?");  // which of several equal runs is told is open
  return static_cast<double>(best.rbegin()->first);
}

inline void Twin::end(std::size_t c, Group& group) {
  if (!group.episode) return;
  const Episode& e = *group.episode;
  said_.push_back(episode_line(e.name, {e.last, e.window, e.holds, e.value, e.last_value}, e.ids,
                               correlations_[c].type != Correlation::Type::TemporalOrdered));
  group.episode.reset();
}

}  // namespace custos::rules::correlation::naive
