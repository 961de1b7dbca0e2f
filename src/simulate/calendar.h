// The institution's days: local midnights, weekends and holidays.
// Called by life/ and campaigns/; feeds their wake-up times.
// A value.
// Any thread.
// Refuses nothing. Summer time is that of the European Union: last Sundays of March and October, 01:00 UTC (Directive 2000/84/EC).
#pragma once

#include <limits>
#include <set>
#include <string>

#include "base/time.h"

namespace custos::simulate {

inline constexpr Micros kMinute = 60 * kSecond;
inline constexpr Micros kHour = 60 * kMinute;
inline constexpr Micros kNever = std::numeric_limits<Micros>::max();

class Calendar {
 public:
  Calendar() = default;
  // `offset`: winter time in minutes east of Greenwich. Holidays: "2026-12-25".
  Calendar(int offset, bool summer_time, std::set<std::string> holidays) : offset_(offset), summer_time_(summer_time), holidays_(std::move(holidays)) {}

  Micros offset(Micros t) const;    // to be added to UTC for local time
  Micros midnight(Micros t) const;  // the local midnight at or before t, in UTC
  Micros next_midnight(Micros t) const;
  double hour(Micros t) const;  // local, 0 to 24
  int weekday(Micros t) const;  // 1 Monday .. 7 Sunday
  bool workday(Micros t) const { return weekday(t) <= 5 && !holiday(t); }
  bool holiday(Micros t) const { return holidays_.contains(date(t)); }
  std::string date(Micros t) const;  // local, "2026-11-10"

 private:
  int offset_ = 0;
  bool summer_time_ = false;
  std::set<std::string> holidays_;
};

std::string utc_date(Micros t);  // "2026-11-10"

}  // namespace custos::simulate
