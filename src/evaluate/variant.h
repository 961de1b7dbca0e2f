// Recordings made from another one in memory: without one kind of log, or disturbed as clocks, losses, newcomers and patience do it.
// Made by engine/evaluation/variations.cc; sources see the variant, the truth stays with the original.
// A Variant shares texts with its original and may outlive it.
// One thread.
// Refuses a disturbance that makes no sense for a recording, with the reason.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluate/alarm.h"
#include "evaluate/truth.h"

namespace custos::evaluate {

enum class Disturbance : std::uint8_t { Clock, Loss, Newcomers, Poison };

struct DisturbanceFacts {
  Disturbance kind;
  std::string_view name;
  std::string_view does;  // with its parameters
};
std::span<const DisturbanceFacts> disturbances();

// Parameters. Entities are chosen by a seeded hash of their name; one at least.
inline constexpr double kTouchedEntities = 0.1, kLostEvents = 0.2;
inline constexpr double kLeastShift = 60, kMostShift = 6 * 3600;  // seconds, either way, even on the logarithm

struct Variant {
  Recording recording;
  std::vector<std::uint32_t> origin;  // by observation: the one of the original it was made from
  std::uint64_t changed = 0;          // observations left out, moved or added
};

// The kinds of log of a recording, by name, with their observations; those that name none are not among them.
std::vector<std::pair<TextId, std::uint64_t>> logs_of(const Recording& recording);

Variant without_log(const Recording& full, TextId log);

// Why it can't be done to this recording; empty: it can.
std::string makes_no_sense(const Scene& full, Disturbance kind);
Variant disturbed(const Scene& full, Disturbance kind, std::uint64_t seed);

// The alarms as alarms about the original, so that they are judged by its truth: what a variant lost is not found, but still counts.
void to_original(const Variant& variant, std::vector<Alarm>& alarms);

}  // namespace custos::evaluate
