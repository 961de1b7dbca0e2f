// Correlations as their definition reads, for tests and the fuzzer: keeps every event, recomputes every window from scratch.
// Called by stream_test.cc and fuzz/correlation_fuzz.cc; feeds nothing.
// Everything is owned.
// One thread.
// Refuses nothing; knows no bounds, so it is for small inputs. Shares no code with Correlator but the order of group keys.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rules/correlation/codec.h"
#include "rules/rule.h"

namespace custos::rules::correlation::naive {

using Fields = std::map<std::string, std::string>;

// Base rules are called "r0", "r1", ...; correlations "c0", "c1", ..., each referring to lower numbers only.
struct Event {
  Micros time = 0;
  EventId id;
  std::vector<std::uint32_t> rules;
  Fields fields;
};

class Twin {
 public:
  explicit Twin(std::vector<Correlation> correlations)
      : correlations_(std::move(correlations)), runs_(correlations_.size()) {}

  void feed(const Event& event) {
    std::vector<std::vector<Input>> firings(correlations_.size());  // by correlation; `began` among them
    for (std::size_t c = 0; c < correlations_.size(); ++c) {
      std::vector<Input> inputs;
      for (std::size_t p = 0; p < correlations_[c].rules.size(); ++p) collect(c, p, event, firings, inputs);
      arrive(c, event, std::move(inputs), firings[c]);
    }
  }

  // One line for each episode, sorted.
  std::vector<std::string> finish() {
    for (std::size_t c = 0; c < correlations_.size(); ++c) {
      for (auto& [key, group] : runs_[c]) end(c, group);
    }
    std::sort(said_.begin(), said_.end());
    return said_;
  }

 private:
  struct Input {
    std::size_t position = 0;
    Fields fields;
    std::string id;  // of the event, or of the inner episode
    bool began = true;
  };
  struct Arrival {
    Micros time = 0;
    std::vector<std::size_t> positions;
    std::vector<std::string> ids;
    std::string value;
    double number = 0;
  };
  struct Episode {
    std::string name;
    Micros first = 0, last = 0, window = 0;
    std::vector<std::string> ids;
    std::size_t holds = 1;
    double value = 0, last_value = 0;
  };
  struct Group {
    std::vector<std::string> values;
    std::vector<Arrival> arrivals;
    std::optional<Episode> episode;
  };
  using Type = Correlation::Type;

  static bool whether(Type t) { return t == Type::Temporal || t == Type::TemporalOrdered || t == Type::ValueCount; }

  void collect(std::size_t c, std::size_t p, const Event& event, const std::vector<std::vector<Input>>& firings,
               std::vector<Input>& out) {
    const Correlation& rule = correlations_[c];
    const std::string& name = rule.rules[p];
    const bool repeated = std::find(rule.rules.begin(), rule.rules.begin() + static_cast<std::ptrdiff_t>(p), name) !=
                          rule.rules.begin() + static_cast<std::ptrdiff_t>(p);
    if (repeated && rule.type != Type::TemporalOrdered) return;
    const auto number = static_cast<std::uint32_t>(std::stoul(name.substr(1)));
    if (name[0] == 'r') {
      if (std::find(event.rules.begin(), event.rules.end(), number) == event.rules.end()) return;
      out.push_back({p, event.fields, std::to_string(event.id.source) + ":" + std::to_string(event.id.record), true});
      return;
    }
    for (const Input& firing : firings[number]) {
      if (!whether(rule.type) && !firing.began) continue;
      out.push_back(firing);
      out.back().position = p;
    }
  }

  // The text of a name for an input, through the aliases for its rule.
  std::optional<std::string> text(const Correlation& rule, const Input& input, const std::string& name) const {
    std::string field = name;
    if (const auto alias = rule.aliases.find(name); alias != rule.aliases.end()) {
      if (const auto it = alias->second.find(rule.rules[input.position]); it != alias->second.end()) field = it->second;
    }
    const auto it = input.fields.find(field);
    return it == input.fields.end() ? std::nullopt : std::optional<std::string>(it->second);
  }

  std::optional<std::vector<std::string>> texts(const Correlation& rule, const Input& input,
                                                const std::vector<std::string>& names) const {
    std::vector<std::string> out;
    for (const auto& name : names) {
      const auto one = text(rule, input, name);
      if (!one) return std::nullopt;
      out.push_back(*one);
    }
    return out;
  }

  static std::string encode(const std::vector<std::string>& values) {
    if (values.size() == 1) return values[0];
    std::string out;
    for (const auto& value : values) put_text(out, value);
    return out;
  }

  void arrive(std::size_t c, const Event& event, std::vector<Input> inputs, std::vector<Input>& fired) {
    const Correlation& rule = correlations_[c];
    std::map<std::string, std::vector<Input>> by_group;
    for (auto& input : inputs) {
      if (const auto key = texts(rule, input, rule.group_by)) by_group[encode(*key)].push_back(input);
    }
    for (auto& [key, mine] : by_group) {
      Arrival arrival;
      arrival.time = event.time;
      if (!value_of(rule, mine, arrival)) continue;
      for (const auto& input : mine) {
        if (!arrival.positions.empty() && arrival.positions.back() == input.position) continue;
        arrival.positions.push_back(input.position);
        arrival.ids.push_back(input.id);
      }
      Group& group = runs_[c][key];
      group.values = *texts(rule, mine[0], rule.group_by);
      if (!group.arrivals.empty() && group.arrivals.back().time < event.time - rule.timespan) end(c, group);
      group.arrivals.push_back(arrival);
      judge(c, group, mine[0], fired);
    }
  }

  bool value_of(const Correlation& rule, const std::vector<Input>& inputs, Arrival& out) const {
    if (rule.type == Type::EventCount || rule.type == Type::Temporal || rule.type == Type::TemporalOrdered) return true;
    for (const Input& input : inputs) {
      const auto found = texts(rule, input, rule.fields);
      if (!found) continue;
      out.value = encode(*found);
      if (rule.type == Type::ValueCount) return true;
      char* end = nullptr;
      out.number = std::strtod(out.value.c_str(), &end);
      if (!out.value.empty() && *end == '\0') return true;
    }
    return false;
  }

  void judge(std::size_t c, Group& group, const Input& through, std::vector<Input>& fired);
  double value(const Correlation& rule, const std::vector<Arrival>& window, Micros& start,
               std::vector<std::string>& ids) const;
  double ordered(const Correlation& rule, const std::vector<Arrival>& window, Micros& start,
                 std::vector<std::string>& ids) const;
  void end(std::size_t c, Group& group);

  std::vector<Correlation> correlations_;
  std::vector<std::map<std::string, Group>> runs_;
  std::vector<std::string> said_;
};

}  // namespace custos::rules::correlation::naive

#include "rules/correlation/naive_judge.h"
