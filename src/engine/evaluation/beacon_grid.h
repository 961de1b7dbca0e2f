// The beacons that are laid into a background: the whole grid of parameters, published here, and the log lines they make.
// Used by sets/beacons.cc. Written before and apart from any detector; it looks at no source and at nothing of the background but its days.
// Owned values.
// Any thread; the same seed gives the same bytes.
// Refuses nothing.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/time.h"

namespace custos::engine::beacons_grid {

struct Period {
  const char* name;
  int seconds;
};
// From the easiest to the hardest.
inline constexpr std::array<Period, 6> kPeriods{{{"60 s", 60}, {"5 min", 300}, {"15 min", 900}, {"1 h", 3'600}, {"4 h", 14'400}, {"8 h", 28'800}}};
// A gap is uniform between (1 - jitter) and 1 times the period, as sleep with jitter is configured in common implants.
inline constexpr std::array<int, 6> kJitters{0, 10, 20, 30, 50, 80};  // percent
// At work: contacts that fall due outside these hours (UTC) wait for the next morning and start anew there.
inline constexpr std::array<const char*, 2> kDuties{"all day", "work hours"};
inline constexpr int kWorkBegin = 8, kWorkEnd = 18;
// Bytes sent in a contact: always the same, or uniform between the two.
inline constexpr std::array<const char*, 2> kSizes{"constant size", "random size"};
inline constexpr int kConstantSize = 412, kLeastSize = 200, kMostSize = 4'000;

struct Beacon {
  std::size_t period = 0, jitter = 0, duty = 0, size = 0;  // places in the tables above
  std::size_t number = 0;                                  // in the grid, from 0
  std::string name() const;                                // "60 s, jitter 20 %, all day, constant size"
  std::string source() const;                              // addresses nobody else has: 10.66.x.y talks to 198.18.x.y
  std::string destination() const;
};

std::vector<Beacon> all_beacons();

// The beacon's contacts in [from, until) as a Zeek connection log. It begins at a random instant of its first period (of the first
// working day's morning where it keeps hours).
std::string connection_log(const Beacon& beacon, Micros from, Micros until, std::uint64_t seed);

}  // namespace custos::engine::beacons_grid
