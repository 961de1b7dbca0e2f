// An event as the correlations see it: when, which record, which base rules it matched, and the texts they need of it.
// Made by the matcher; kept by ObservationLog or ReorderBuffer; feeds Correlator.
// Observation is a view: its spans and texts live as long as whoever made it says, at most until the next event.
// Any thread.
// Refuses nothing itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "base/time.h"

namespace custos::rules::correlation {

// Which record: the ordinal of its source and its index there. Breaks ties of time and names contributing events.
struct EventId {
  std::uint32_t source = 0;
  std::uint64_t record = 0;
  bool operator==(const EventId&) const = default;
  auto operator<=>(const EventId&) const = default;
};

// An id with this source is no event but the episode (Fired::episode) of an inner correlation, in `record`.
inline constexpr std::uint32_t kEpisodeSource = 0xFFFFFFFF;

// The text of a field of CorrelationPlan::fields(). A field that is missing or null in the event is not there.
struct FieldText {
  std::uint32_t field = 0;
  std::string_view text;
};

struct Observation {
  Micros time = kNoTime;
  EventId id;
  std::span<const std::uint32_t> rules;  // base rules that matched, each once
  std::span<const FieldText> fields;     // each field at most once
};

inline bool before(const Observation& a, const Observation& b) {
  return std::tie(a.time, a.id) < std::tie(b.time, b.id);
}

// Texts longer than this are kept as their first bytes and a hash of the whole, so that they stay apart.
inline constexpr std::size_t kTextBytes = 1024;
std::string_view bounded_text(std::string_view text, std::string& scratch);

}  // namespace custos::rules::correlation
