// The truth about a recording: which observations belong to which campaign and phase. Sources never see it.
// Filled by engine/evaluation's sets; read by figures and calibration.
// A plain owned value.
// Immutable after finish(); then any thread.
// Refuses nothing: an observation without a mark is benign.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "evaluate/recording.h"

namespace custos::evaluate {

// One chain of attack. What a phase is, each set says in its report.
struct Campaign {
  std::string name;
  std::vector<std::string> phases;
  std::map<std::string, std::string> traits;  // axes of the detection surface: "period" -> "1 h"
};

inline constexpr std::uint16_t kIgnored = 0xFFFF;  // neither attack nor benign: daily noise, doubtful events

struct Mark {
  std::uint32_t observation = 0;
  std::uint16_t campaign = 0;  // kIgnored: the ignored class
  std::uint16_t phase = 0;
};

struct Truth {
  std::vector<Campaign> campaigns;
  std::vector<Mark> marks;
  std::map<std::string, std::uint64_t> counts;  // events by label, as the set writes labels

  // Moves the marks to the observations' new places and indexes them.
  void finish(const std::vector<std::uint32_t>& moved);
  std::span<const Mark> of(std::uint32_t observation) const { return marked_[observation] ? found(observation) : std::span<const Mark>(); }

 private:
  std::span<const Mark> found(std::uint32_t observation) const;
  std::vector<bool> marked_;  // by observation: most are not
};

// One stretch of data with its truth and its own budget: a test bed, a simulated institution.
struct Scene {
  std::string name;
  Recording recording;
  Truth truth;
};

}  // namespace custos::evaluate
