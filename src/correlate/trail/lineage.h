// Programs and what they started, on the computers of incidents: what came of the programs that findings speak of.
// Filled out of trails by incidents.cc; read by telling/context.cc.
// Owns its steps.
// One thread; no more steps after settle().
// Refuses to follow programs that everybody starts from: only shells, script hosts and what lies where any user can write hand something on.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/grouping/grouping.h"
#include "correlate/trail/step.h"

namespace custos::correlate {

struct ProgramStep {
  Step::Kind kind = Step::Kind::Start;
  Micros time = kNoTime;
  Place place;
  std::uint64_t process = 0, parent = 0;
  std::string user, image, text;
  std::vector<Place> twins;  // other records of the same start
};

// A step that hangs on a finding of the incident.
struct Kin {
  const ProgramStep* step = nullptr;
  std::string host, by;      // by: file name of the program that did it, or that started it
  std::uint32_t number = 0;  // of the finding
};

class Lineage {
 public:
  static constexpr std::size_t kMostSteps = 500'000, kMostKin = 300;

  // `host` as mentions name it.
  void add(const std::string& host, ProgramStep step);
  void settle();
  // In order of time; what findings of the group stand on already is left out.
  std::vector<Kin> kin(std::span<const Item> items, const Group& group) const;
  bool crowded() const { return steps_ >= kMostSteps; }

 private:
  struct Computer {
    std::vector<ProgramStep> steps;                            // by time
    std::map<std::uint64_t, std::vector<std::size_t>> starts;  // by number: its starts
    std::vector<std::vector<std::size_t>> children;            // by step: what it started or contacted
  };
  static const std::size_t* start_of(const Computer& c, std::uint64_t process, Micros at);
  static std::size_t origin_of(const Computer& c, std::size_t step);
  static bool hands_on(const std::string& image);

  std::map<std::string, Computer, std::less<>> computers_;
  std::size_t steps_ = 0;
};

}  // namespace custos::correlate
