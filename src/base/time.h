// Points in time as microseconds since 1970-01-01T00:00:00Z, and the spellings logs use for them.
// Called by decoders, rules and exporters.
// Plain values.
// Any thread; never reads the clock (see base/clock.h).
// Refuses dates that are none: parsers return nothing, never a guess.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace custos {

using Micros = std::int64_t;
inline constexpr Micros kNoTime = std::numeric_limits<Micros>::min();
inline constexpr Micros kSecond = 1'000'000;
inline constexpr Micros kDay = 86'400 * kSecond;

struct Civil {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int micros = 0;
};

// Proleptic Gregorian calendar. Source of the formulas: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
// A second of 60 is taken as a leap second and counted as the next second. Nothing for a date that does not exist.
std::optional<Micros> from_civil(const Civil& c);
Civil to_civil(Micros t);

// ISO 8601 week of the year, 1..53.
int iso_week(const Civil& c);

// "2024-03-15T10:00:00.003Z"; fractions are printed only when there are any (3 or 6 digits). Empty for kNoTime.
std::string to_rfc3339(Micros t);

// "2024-03-15T10:00:00.003Z", with a space for the T, a comma for the point, any number of fraction digits, "+02:00" or
// "+0200" or no zone (taken as UTC), with or without seconds, or the date alone.
std::optional<Micros> parse_time(std::string_view s);

// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size: "1710496800", "1710496800.123".
std::optional<Micros> parse_epoch(std::string_view s);

// Windows FILETIME: 100 ns steps since 1601-01-01. Nothing beyond the year 9999.
std::optional<Micros> from_filetime(std::uint64_t filetime);

// "2024-03-15", "2024-03-15T10:00:00Z" and friends for the command line; same as parse_time plus epochs.
std::optional<Micros> parse_any_time(std::string_view s);

}  // namespace custos
