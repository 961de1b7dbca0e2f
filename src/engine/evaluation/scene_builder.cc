#include "engine/evaluation/scene_builder.h"

#include <algorithm>
#include <set>

namespace custos::engine {

std::uint16_t SceneBuilder::campaign(const std::string& name) {
  const auto [it, fresh] = campaigns_.emplace(name, static_cast<std::uint16_t>(scene_.truth.campaigns.size()));
  if (fresh && scene_.truth.campaigns.size() >= evaluate::kIgnored) {
    campaigns_.erase(it);
    return evaluate::kIgnored - 1;  // more campaigns than anybody lays in: the last one takes the rest
  }
  if (fresh) scene_.truth.campaigns.push_back({name, {}, {}});
  return it->second;
}

std::uint16_t SceneBuilder::phase(std::uint16_t campaign, const std::string& name) {
  auto& phases = scene_.truth.campaigns[campaign].phases;
  const auto [it, fresh] = phases_.emplace(std::pair(campaign, name), static_cast<std::uint16_t>(std::min<std::size_t>(phases.size(), 65'534)));
  if (fresh && phases.size() < 65'535) phases.push_back(name);
  return it->second;
}

void SceneBuilder::event(std::string_view label) {
  if (last_count_ == nullptr || label != last_label_) {
    last_label_ = label;
    last_count_ = &scene_.truth.counts[last_label_];
  }
  ++*last_count_;
}

void SceneBuilder::observe(evaluate::Observation o) {
  o.event = number_;
  if (!scene_.recording.add(o)) {
    for (const evaluate::Mark& m : marks_) {
      if (m.campaign == evaluate::kIgnored) continue;
      const auto [it, fresh] = left_out_.emplace(std::pair(m.campaign, m.phase), o.time);
      if (!fresh) it->second = std::max(it->second, o.time);
    }
    return;
  }
  for (evaluate::Mark m : marks_) {
    m.observation = observed_;
    scene_.truth.marks.push_back(m);
  }
  ++observed_;
  last_event_ = o.event;
  first_ = first_ == kNoTime ? o.time : std::min(first_, o.time);
  last_ = last_ == kNoTime ? o.time : std::max(last_, o.time);
}

void SceneBuilder::hit(std::uint32_t event, std::size_t rule, const std::shared_ptr<const RuleFacts>& facts) {
  if (event > last_event_) return;  // nothing of it is observed
  auto it = rules_.find(rule);
  if (it == rules_.end()) it = rules_.emplace(rule, scene_.recording.add_rule(facts)).first;
  scene_.recording.add_hit(event, it->second);
}

std::size_t SceneBuilder::phases_left_out() const {
  const auto tested = [this](Micros t) { return scene_.recording.periods().at(t) == evaluate::Period::Test; };
  std::set<std::pair<std::uint16_t, std::uint16_t>> lost;
  for (const auto& [phase, last] : left_out_) {
    if (tested(last)) lost.insert(phase);
  }
  if (lost.empty()) return 0;
  for (const evaluate::Mark& m : scene_.truth.marks) {
    if (tested(scene_.recording.observations()[m.observation].time)) lost.erase(std::pair(m.campaign, m.phase));
  }
  return lost.size();
}

evaluate::Scene& SceneBuilder::finish(const evaluate::Periods& periods, Micros bucket) {
  std::vector<std::uint32_t> moved;
  scene_.recording.finish(periods, bucket, moved);
  scene_.truth.finish(moved);
  return scene_;
}

}  // namespace custos::engine
