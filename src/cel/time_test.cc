#include "cel/time.h"

#include <optional>

#include "cel/test_evaluate.h"
#include "cel/time_zone.h"

namespace cel {
namespace {

TEST(TimeTest, ReadsAndWritesTimestamps) {
  expect(
      {{"timestamp('2024-02-29T12:00:00.5+02:00')", R"("2024-02-29T10:00:00.5Z")"},
       {"timestamp('2023-02-29T12:00:00Z')", "error: invalid timestamp: 2023-02-29T12:00:00Z"},
       {"timestamp('2023-13-01T12:00:00Z')", "error: invalid timestamp: 2023-13-01T12:00:00Z"},
       {"timestamp('yesterday')", "error: invalid timestamp: yesterday"},
       {"timestamp('0000-12-31T23:59:59Z')", "error: timestamp overflow: out of range"},
       {"timestamp(1700000000)", R"("2023-11-14T22:13:20Z")"},
       {"timestamp('1969-12-31T23:59:59.999Z') < timestamp(0)", "true"},
       {"timestamp('2024-01-31T00:00:00Z') + duration('24h')", R"("2024-02-01T00:00:00Z")"},
       {"timestamp('9999-12-31T23:59:59Z') + duration('1s')",
        "error: timestamp overflow: out of range"},
       {"timestamp('2024-03-01T00:00:00Z') - timestamp('2024-02-01T00:00:00Z')", R"("2505600s")"}});
}

TEST(TimeTest, ReadsAndWritesDurations) {
  expect({{"duration('1h30m1.5s')", R"("5401.5s")"},
          {"duration('-100ms')", R"("-0.1s")"},
          {"duration('0')", R"("0s")"},
          {"duration('1')", "error: invalid duration: 1"},
          {"duration('')", "error: invalid duration: "},
          {"duration('1d')", "error: invalid duration: 1d"},
          {"duration('1h') + duration('1m') - duration('1s')", R"("3659s")"},
          {"-duration('1s')", R"("-1s")"},
          {"duration('2562047h') + duration('1h')", "error: duration overflow: out of range"},
          {"duration('3690s').getHours() + duration('3690s').getMinutes()", "62"},
          {"duration('1.234s').getMilliseconds()", "234"}});
}

TEST(TimeTest, PartsOfATimestamp) {
  expect({{"timestamp('2024-12-31T23:59:58.987Z').getFullYear()", "2024"},
          {"timestamp('2024-12-31T23:59:58.987Z').getMonth()", "11"},
          {"timestamp('2024-12-31T23:59:58.987Z').getDayOfYear()", "365"},
          {"timestamp('2024-12-31T23:59:58.987Z').getDayOfMonth()", "30"},
          {"timestamp('2024-12-31T23:59:58.987Z').getDate()", "31"},
          {"timestamp('2024-12-31T23:59:58.987Z').getDayOfWeek()", "2"},
          {"timestamp('2024-12-31T23:59:58.987Z').getMinutes()", "59"},
          {"timestamp('2024-12-31T23:59:58.987Z').getSeconds()", "58"},
          {"timestamp('2024-12-31T23:59:58.987Z').getMilliseconds()", "987"},
          {"timestamp('2024-12-31T23:59:58Z').getHours('+01:30')", "1"},
          {"timestamp('2024-12-31T23:59:58Z').getHours('-01:30')", "22"},
          {"timestamp('2024-12-31T23:59:58Z').getHours('UTC')", "23"},
          {"timestamp('2024-12-31T23:59:58Z').getHours('Not/AZone')",
           "error: unknown time zone Not/AZone"},
          {"timestamp('2024-12-31T23:59:58Z').getHours('../../etc/passwd')",
           "error: unknown time zone ../../etc/passwd"},
          {"timestamp('2024-12-31T23:59:58Z').getHours('+25:00')",
           "error: unknown time zone +25:00"}});
}

/// A version 2 TZif file without transitions whose footer is `rule`.
std::string zone_file(const std::string& rule) {
  const auto block = [](std::string_view types) {
    std::string text = "TZif2" + std::string(15, '\0');
    for (const char count : {0, 0, 0, 0, 1, 4}) text += std::string(3, '\0') + count;
    return text + std::string(types) + std::string("LMT\0", 4);
  };
  const std::string type(6, '\0');
  return block(type) + block(type) + "\n" + rule + "\n";
}

int offset_hours(const std::string& rule, std::string_view timestamp) {
  const TimeZones zones([&](std::string_view) { return std::optional(zone_file(rule)); });
  return zones.offset("Some/Where", parse_timestamp(timestamp).seconds()).value() / 3600;
}

TEST(TimeZoneTest, FollowsTheRuleOfTheFooter) {
  const std::string berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
  EXPECT_EQ(offset_hours(berlin, "2030-01-15T12:00:00Z"), 1);
  EXPECT_EQ(offset_hours(berlin, "2030-07-15T12:00:00Z"), 2);
  EXPECT_EQ(offset_hours(berlin, "2030-03-31T00:59:59Z"), 1);
  EXPECT_EQ(offset_hours(berlin, "2030-03-31T01:00:00Z"), 2);
  EXPECT_EQ(offset_hours(berlin, "2030-10-27T00:59:59Z"), 2);
  EXPECT_EQ(offset_hours(berlin, "2030-10-27T01:00:00Z"), 1);
  const std::string sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  EXPECT_EQ(offset_hours(sydney, "2030-01-15T12:00:00Z"), 11);
  EXPECT_EQ(offset_hours(sydney, "2030-07-15T12:00:00Z"), 10);
  EXPECT_EQ(offset_hours("<+0530>-5:30", "2030-07-15T12:00:00Z"), 5);
}

TEST(TimeZoneTest, ReadsAZoneOnce) {
  int reads = 0;
  const TimeZones zones([&](std::string_view) -> std::optional<std::string> {
    ++reads;
    return std::nullopt;
  });
  EXPECT_FALSE(zones.offset("Some/Where", 0));
  EXPECT_FALSE(zones.offset("Some/Where", 0));
  EXPECT_EQ(reads, 1);
}

TEST(TimeZoneTest, RefusesWhatIsNoZoneFile) {
  EXPECT_FALSE(TimeZone::parse(""));
  EXPECT_FALSE(TimeZone::parse("TZif"));
  EXPECT_FALSE(TimeZone::parse(std::string(100, 'x')));
  const std::string good = zone_file("UTC0");
  for (std::size_t size = 0; size + 6 < good.size(); ++size) {
    EXPECT_FALSE(TimeZone::parse(good.substr(0, size))) << size;
  }
}

TEST(TimeTest, DaysAndDatesAgree) {
  for (std::int64_t day = -800'000; day < 800'000; day += 97) {
    EXPECT_EQ(days_of(civil_of(day)), day);
  }
  EXPECT_EQ(days_of({1970, 1, 1}), 0);
  EXPECT_EQ(days_of({2000, 3, 1}), 11'017);
}

}  // namespace
}  // namespace cel
