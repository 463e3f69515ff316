#include "cli/options.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

using std::chrono::seconds;

TEST(DurationTest, ReadsHoursMinutesAndSeconds) {
  EXPECT_EQ(parse_duration("90s").value(), seconds(90));
  EXPECT_EQ(parse_duration("15m").value(), seconds(900));
  EXPECT_EQ(parse_duration("1h30m").value(), seconds(5400));
  EXPECT_EQ(parse_duration("2h0m1s").value(), seconds(7201));
}

TEST(DurationTest, RefusesWhatIsNone) {
  for (const char* text : {"", "0s", "90", "s", "1m1m", "1s1m", "-5s", "1.5h", "5d", "10 m",
                           "9999999h", "99999999999999999999s"}) {
    const auto read = parse_duration(text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(base::to_string(read.error()), "error: '" + std::string(text) +
                                                 "' is not a duration\n"
                                                 "hint: write it as 90s, 15m or 1h30m");
  }
}

TEST(DurationTest, IsWrittenInTheShortestForm) {
  EXPECT_EQ(to_string(seconds(-3)), "0s");
  EXPECT_EQ(to_string(seconds(0)), "0s");
  EXPECT_EQ(to_string(seconds(45)), "45s");
  EXPECT_EQ(to_string(seconds(60)), "1m");
  EXPECT_EQ(to_string(seconds(3661)), "1h1m1s");
}

TEST(DurationTest, WhatIsWrittenReadsBack) {
  for (const int n : {1, 59, 60, 61, 3599, 3600, 3601, 86399, 86400}) {
    EXPECT_EQ(parse_duration(to_string(seconds(n))).value(), seconds(n));
  }
}

}  // namespace
}  // namespace cli
