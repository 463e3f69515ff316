#include "base/clock.h"

#include <cstdio>

namespace base {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::year_month_day;

struct Fields {
  int year, month, day, hour, minute, second;
  long nanosecond;
};

Fields split(WallTime time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss<nanoseconds> clock{time - day};
  return {int(date.year()),
          int(unsigned(date.month())),
          int(unsigned(date.day())),
          int(clock.hours().count()),
          int(clock.minutes().count()),
          int(clock.seconds().count()),
          long(clock.subseconds().count())};
}

/// Takes exactly `count` digits off the front of `text`; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// ".123" and nothing else, in nanoseconds; 0 when there is no fraction, -1 when it is malformed.
long take_fraction(std::string_view& text) {
  if (!take(text, ".")) return 0;
  long value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (++digits > 9) return -1;
    value = value * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0) return -1;
  for (; digits < 9; ++digits) value *= 10;
  return value;
}

/// "Z" or "+hh:mm"; false when neither.
bool take_offset(std::string_view& text, seconds& offset) {
  if (take(text, "Zz")) return true;
  const bool negative = !text.empty() && text.front() == '-';
  if (!take(text, "+-")) return false;
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take(text, ":")) return false;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59) return false;
  offset = seconds((hours * 60 + minutes) * 60);
  if (negative) offset = -offset;
  return true;
}

}  // namespace

std::string to_rfc3339(WallTime time) {
  const Fields f = split(time);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", f.year, f.month, f.day, f.hour,
                f.minute, f.second);
  return text;
}

std::string to_rfc3339_micro(WallTime time) {
  const Fields f = split(time);
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ", f.year, f.month, f.day,
                f.hour, f.minute, f.second, f.nanosecond / 1000);
  return text;
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  const Error bad{ErrorCode::invalid_argument,
                  "'" + std::string(text) + "' is not an RFC 3339 time"};
  std::string_view rest = text;
  const int year = take_digits(rest, 4);
  if (year < 0 || !take(rest, "-")) return bad;
  const int month = take_digits(rest, 2);
  if (month < 0 || !take(rest, "-")) return bad;
  const int day = take_digits(rest, 2);
  if (day < 0 || !take(rest, "Tt")) return bad;
  const int hour = take_digits(rest, 2);
  if (hour < 0 || hour > 23 || !take(rest, ":")) return bad;
  const int minute = take_digits(rest, 2);
  if (minute < 0 || minute > 59 || !take(rest, ":")) return bad;
  const int second = take_digits(rest, 2);
  const long fraction = take_fraction(rest);
  seconds offset{0};
  if (second < 0 || second > 59 || fraction < 0 || !take_offset(rest, offset) || !rest.empty()) {
    return bad;
  }
  const year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                            std::chrono::day(unsigned(day))};
  if (!date.ok()) return bad;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + seconds(second) + nanoseconds(fraction) - offset;
}

}  // namespace base
