#include "base/time.h"

#include <gtest/gtest.h>

namespace custos {
namespace {

TEST(Time, ParsesTheSpellingsOfLogs) {
  const Micros t = *parse_time("2024-03-15T10:00:00.003Z");
  EXPECT_EQ(to_rfc3339(t), "2024-03-15T10:00:00.003Z");
  EXPECT_EQ(parse_time("2024-03-15 12:00:00,003+02:00"), t);
  EXPECT_EQ(parse_time("2024-03-15T10:00:00.0030000Z"), t);
  EXPECT_EQ(parse_epoch("1710496800.003"), t);
  EXPECT_EQ(parse_epoch("1710496800003"), t);
  EXPECT_EQ(from_filetime(133549704000030000), t);
}

TEST(Time, RefusesWhatIsNoDate) {
  for (const char* s : {"0000-00-00T00:00:00Z", "2024-02-30T00:00:00Z", "2024-03-15T25:61:61Z", "", "-1", "2024-03-15T10:00:00+99:99", "AAAA-03-15"}) {
    EXPECT_FALSE(parse_time(s)) << s;
  }
  EXPECT_FALSE(from_filetime(~0ull));
  EXPECT_FALSE(parse_epoch("99999999999999999999"));
  EXPECT_FALSE(parse_epoch("9223372036854775808"));  // nineteen digits, beyond 63 bits
}

TEST(Time, RoundTripsEveryDayOfFourCenturies) {
  for (Micros t = *parse_time("1800-01-01"); t < *parse_time("2200-01-01"); t += kDay) ASSERT_EQ(from_civil(to_civil(t)), t);
}

TEST(Time, IsoWeeks) {
  EXPECT_EQ(iso_week({2024, 1, 3}), 1);
  EXPECT_EQ(iso_week({2021, 1, 3}), 53);
  EXPECT_EQ(iso_week({2024, 12, 30}), 1);
}

}  // namespace
}  // namespace custos
