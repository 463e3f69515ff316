#include "base/clock.h"

#include <gtest/gtest.h>

#include "base/fake_clock.h"

namespace base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ClockTest, WritesTimesAsKubernetesDoes) {
  FakeClock clock;
  clock.advance(seconds(61) + std::chrono::nanoseconds(123456789));
  EXPECT_EQ(to_rfc3339(clock.now()), "2026-01-01T00:01:01Z");
  EXPECT_EQ(to_rfc3339_micro(clock.now()), "2026-01-01T00:01:01.123456Z");
}

TEST(ClockTest, ReadsEveryOffsetAndFraction) {
  const auto text = [](std::string_view time) {
    return to_rfc3339_micro(parse_rfc3339(time).value());
  };
  EXPECT_EQ(text("2026-11-25T06:52:42Z"), "2026-11-25T06:52:42.000000Z");
  EXPECT_EQ(text("2026-11-25T06:52:42.5+01:30"), "2026-11-25T05:22:42.500000Z");
  EXPECT_EQ(text("2024-02-29t23:59:59.123456789-00:00"), "2024-02-29T23:59:59.123456Z");
}

TEST(ClockTest, RefusesWhatIsNoTime) {
  for (const char* time :
       {"", "2026-11-25", "2026-02-29T00:00:00Z", "2026-11-25T24:00:00Z", "2026-11-25T00:00:60Z",
        "2026-11-25T00:00:00", "2026-11-25T00:00:00.Z", "2026-11-25T00:00:00Zx",
        "2026-11-25 00:00:00Z", "2026-11-25T00:00:00.1234567890Z", "2026-11-25T00:00:00+24:00"}) {
    const auto result = parse_rfc3339(time);
    ASSERT_FALSE(result) << time;
    EXPECT_EQ(result.error().message, "'" + std::string(time) + "' is not an RFC 3339 time");
  }
}

TEST(ClockTest, TheFakeMovesOnlyWhenTold) {
  FakeClock clock;
  const auto start = clock.steady();
  EXPECT_EQ(clock.steady(), start);
  clock.advance(milliseconds(5));
  EXPECT_EQ(clock.steady() - start, milliseconds(5));
}

}  // namespace
}  // namespace base
