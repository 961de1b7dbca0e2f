// Dates, times of the day and days of the week as the file spells them.
// Called by the reader, the tree and import/.
// Values.
// Any thread.
// Refuses what is none, and times outside the years 1 to 9999.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace custos::institution {

inline constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

enum class Edge : std::uint8_t { From, Until };

// "2026-03-15" or RFC 3339. A date alone is its midnight in UTC; as an end it means that the day still counts: the next midnight.
std::optional<Micros> parse_moment(std::string_view s, Edge edge);
// The shortest spelling that parse_moment() takes back to the same instant. `t` must be one that parse_moment() can give.
std::string moment_text(Micros t, Edge edge);

bool is_date(std::string_view s);  // "2026-12-25"

// "08:30", up to "24:00": minutes after midnight.
std::optional<int> parse_clock(std::string_view s);
std::string clock_text(int minutes);

}  // namespace custos::institution
