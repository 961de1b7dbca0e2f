#include "simulate/calendar.h"

#include <gtest/gtest.h>

namespace custos::simulate {
namespace {

const Calendar kTheHague(60, true, {"2026-12-25"});
Micros at(const char* text) { return *parse_time(text); }

TEST(Calendar, SummerTime) {
  EXPECT_EQ(kTheHague.offset(at("2026-03-29T00:59:59Z")), kHour);
  EXPECT_EQ(kTheHague.offset(at("2026-03-29T01:00:00Z")), 2 * kHour);
  EXPECT_EQ(kTheHague.offset(at("2026-10-25T00:59:59Z")), 2 * kHour);
  EXPECT_EQ(kTheHague.offset(at("2026-10-25T01:00:00Z")), kHour);
}

TEST(Calendar, Midnights) {
  EXPECT_EQ(to_rfc3339(kTheHague.midnight(at("2026-09-07T09:00:00Z"))), "2026-09-06T22:00:00Z");
  EXPECT_EQ(to_rfc3339(kTheHague.midnight(at("2026-09-06T22:00:00Z"))), "2026-09-06T22:00:00Z");
  EXPECT_EQ(to_rfc3339(kTheHague.midnight(at("2026-09-06T21:59:59Z"))), "2026-09-05T22:00:00Z");
  // The days of change have 23 and 25 hours.
  EXPECT_EQ(to_rfc3339(kTheHague.next_midnight(at("2026-03-28T23:00:00Z"))), "2026-03-29T22:00:00Z");
  EXPECT_EQ(to_rfc3339(kTheHague.next_midnight(at("2026-10-24T22:00:00Z"))), "2026-10-25T23:00:00Z");
}

TEST(Calendar, Days) {
  EXPECT_EQ(kTheHague.weekday(at("2026-09-07T00:00:00Z")), 1);
  EXPECT_EQ(kTheHague.weekday(at("2026-09-06T22:00:00Z")), 1);
  EXPECT_EQ(kTheHague.weekday(at("2026-09-06T21:00:00Z")), 7);
  EXPECT_TRUE(kTheHague.workday(at("2026-12-24T12:00:00Z")));
  EXPECT_FALSE(kTheHague.workday(at("2026-12-25T12:00:00Z")));
  EXPECT_FALSE(kTheHague.workday(at("2026-12-26T12:00:00Z")));
  EXPECT_DOUBLE_EQ(kTheHague.hour(at("2026-12-24T12:30:00Z")), 13.5);
  EXPECT_EQ(kTheHague.date(at("2026-12-24T23:30:00Z")), "2026-12-25");
}

}  // namespace
}  // namespace custos::simulate
