#include "simulate/calendar.h"

namespace custos::simulate {
namespace {

int weekday_of(std::int64_t days_since_1970) { return static_cast<int>((days_since_1970 + 3) % 7) + 1; }  // 1970-01-01 was a Thursday

Micros last_sunday(int year, int month) {
  const Micros last = *from_civil({.year = year, .month = month, .day = 31});  // March and October have 31 days
  return last - (weekday_of(last / kDay) % 7) * kDay + kHour;
}

}  // namespace

Micros Calendar::offset(Micros t) const {
  const Micros base = offset_ * kMinute;
  if (!summer_time_) return base;
  const int year = to_civil(t).year;
  return t >= last_sunday(year, 3) && t < last_sunday(year, 10) ? base + kHour : base;
}

Micros Calendar::midnight(Micros t) const {
  const Micros local = t + offset(t);
  const Micros start = local - local % kDay;
  return start - offset(start - offset(t));
}

Micros Calendar::next_midnight(Micros t) const { return midnight(midnight(t) + 30 * kHour); }  // days have 23 to 25 hours

double Calendar::hour(Micros t) const { return static_cast<double>((t + offset(t)) % kDay) / static_cast<double>(kHour); }

int Calendar::weekday(Micros t) const { return weekday_of((t + offset(t)) / kDay); }

std::string Calendar::date(Micros t) const { return utc_date(t + offset(t)); }

std::string utc_date(Micros t) { return to_rfc3339(t - t % kDay).substr(0, 10); }

}  // namespace custos::simulate
