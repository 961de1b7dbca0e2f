// One scene while it is read: observations with their marks, counts by label, rule hits.
// Made by Joining::begin(), filled by a set through SceneReader.
// Lives until the scene was run.
// One thread.
// Refuses observations past the recording's bound; the scene is then cut, which truncated() says.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/evaluate.h"

namespace custos::engine {

// A source at work on the scene, whole or without one of its parts.
struct OpenRun {
  static constexpr std::size_t kWhole = static_cast<std::size_t>(-1);
  const evaluate::Source* source = nullptr;
  std::size_t part = kWhole;  // the one left out
  std::unique_ptr<evaluate::SourceRun> run;
};

class SceneBuilder {
 public:
  explicit SceneBuilder(std::string name) { scene_.name = std::move(name); }

  evaluate::Recording& recording() { return scene_.recording; }
  // Once the scene is cut, its observations are counted only, and so nothing new is kept for them.
  evaluate::TextId text(std::string_view s) { return truncated() ? evaluate::kNoText : scene_.recording.intern(s); }
  // The campaign of that name, new where there is none. At most 65,534.
  std::uint16_t campaign(const std::string& name);
  std::uint16_t phase(std::uint16_t campaign, const std::string& name);
  evaluate::Campaign& campaign_facts(std::uint16_t c) { return scene_.truth.campaigns[c]; }

  // An event begins: its label for the counts, no marks yet. Without a call it is not counted.
  void event(std::string_view label);
  void mark(std::uint16_t campaign, std::uint16_t phase) { marks_.push_back({0, campaign, phase}); }
  void mark_ignored() { marks_.push_back({0, evaluate::kIgnored, 0}); }
  // With the marks of the event.
  void observe(evaluate::Observation o);
  // Times of the first and the last observation.
  Micros first() const { return first_; }
  Micros last() const { return last_; }

  // Numbers of events: the reader counts them.
  std::uint32_t number() const { return number_; }
  void next_number() {
    ++number_;
    marks_.clear();
  }
  void forget_marks() { marks_.clear(); }
  // Of a rule of the program, by its number there.
  void hit(std::uint32_t event, std::size_t rule, const std::shared_ptr<const RuleFacts>& facts);

  std::vector<OpenRun>& runs() { return runs_; }
  evaluate::Scene& finish(const evaluate::Periods& periods, Micros bucket);
  const std::map<std::string, std::uint64_t>& counts() const { return scene_.truth.counts; }
  bool truncated() const { return scene_.recording.truncated(); }
  // Once finished: phases that had an event in the test period, but none of these fitted into memory.
  std::size_t phases_left_out() const;

 private:
  evaluate::Scene scene_;
  std::vector<OpenRun> runs_;
  std::string last_label_;
  std::uint64_t* last_count_ = nullptr;  // of that label: most events have the one of the event before
  std::map<std::string, std::uint16_t> campaigns_;
  std::map<std::pair<std::uint16_t, std::string>, std::uint16_t> phases_;
  std::map<std::size_t, std::uint32_t> rules_;
  std::vector<evaluate::Mark> marks_;
  std::map<std::pair<std::uint16_t, std::uint16_t>, Micros> left_out_;  // campaign and phase: the last time of what did not fit
  std::uint32_t number_ = 0, observed_ = 0, last_event_ = 0;
  Micros first_ = kNoTime, last_ = kNoTime;
};

}  // namespace custos::engine
