#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.h"

/// Internal to src/cel: time zones by name. g++ 12's std::chrono has no time zones.
namespace cel {

/// The offsets of one zone over time, read from a TZif file (RFC 8536).
class TimeZone {
 public:
  /// nullopt where the bytes are no TZif file of version 1 to 4.
  static std::optional<TimeZone> parse(std::string_view bytes);
  /// Seconds east of UTC at that second since 1970.
  std::int32_t offset_at(std::int64_t second) const;

 private:
  friend class TzifReader;
  /// One rule of the footer's POSIX string: "M3.2.0/2", "J60", "60".
  struct Rule {
    char kind = 0;  ///< 'M', 'J' or 'n'
    int month = 0, week = 0, day = 0;
    std::int32_t at = 7200;
  };
  std::int32_t by_footer(std::int64_t second) const;
  static std::int64_t rule_second(const Rule& rule, std::int64_t year);

  std::vector<std::int64_t> transitions_;
  std::vector<std::uint8_t> types_;
  std::vector<std::int32_t> offsets_;
  // What the footer says of the time after the last transition.
  bool has_footer_ = false;
  bool has_summer_ = false;
  std::int32_t standard_ = 0;
  std::int32_t summer_ = 0;
  Rule summer_begins_;
  Rule summer_ends_;
};

/// Zones by what CEL calls them: IANA names, "UTC", fixed offsets ("+02:00", "-9:30", "02:00").
/// Threading: any number of threads.
class TimeZones {
 public:
  explicit TimeZones(ZoneLoader loader) : loader_(std::move(loader)) {}
  /// Seconds east of UTC at that second; nullopt where there is no such zone.
  std::optional<std::int32_t> offset(std::string_view zone, std::int64_t second) const;

 private:
  const TimeZone* find(std::string_view name) const;

  ZoneLoader loader_;
  mutable std::mutex mutex_;
  /// Guarded by mutex_; entries are never removed. Null for a name that has no zone.
  mutable std::map<std::string, std::unique_ptr<const TimeZone>, std::less<>> zones_;
};

/// Those of /usr/share/zoneinfo, shared by the whole process.
std::shared_ptr<const TimeZones> system_time_zones();

}  // namespace cel
