#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cel/value.h"

/// Internal to src/cel: timestamps and durations as texts and numbers.
namespace cel {

/// Years 1 to 9999.
inline constexpr std::int64_t kTimestampMin = -62'135'596'800;
inline constexpr std::int64_t kTimestampMax = 253'402'300'799;
inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// A timestamp, or an error where it is out of range.
Value make_timestamp(std::int64_t seconds, std::uint32_t nanos);
/// RFC 3339. An error where the text is none.
Value parse_timestamp(std::string_view text);
std::string format_timestamp(std::int64_t seconds, std::uint32_t nanos);

/// Go's time.ParseDuration: "1h30m", "-1.5s", "100ms". An error where the text is none.
Value parse_duration(std::string_view text);
/// Protobuf's JSON form: "5400s", "1.500s" without trailing zeros.
std::string format_duration(std::int64_t nanos);

struct Civil {
  std::int64_t year;
  int month;  ///< 1 to 12
  int day;    ///< 1 to 31
};
/// Days since 1970-01-01 and back (Howard Hinnant's algorithms, proleptic Gregorian).
std::int64_t days_of(Civil civil);
Civil civil_of(std::int64_t days);

}  // namespace cel
