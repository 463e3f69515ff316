#include "cel/time.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace cel {
namespace {

/// Reads exactly `digits` decimal digits at `at`; -1 if they are not there.
int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

Value bad_timestamp(std::string_view text) {
  return Value::error("invalid timestamp: " + std::string(text));
}

int days_in_month(std::int64_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Reads ".123456789" at `at`, moves it behind; digits beyond the ninth are dropped.
bool read_fraction(std::string_view text, std::size_t& at, std::uint32_t& nanos) {
  nanos = 0;
  if (at >= text.size() || text[at] != '.') return true;
  std::uint32_t scale = 100'000'000;
  const std::size_t begin = ++at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    nanos += static_cast<std::uint32_t>(text[at] - '0') * scale;
    scale /= 10;
  }
  return at > begin;
}

/// "Z" or "+01:30" at the end of the text. nullopt-like: false.
bool read_offset(std::string_view text, std::size_t at, std::int64_t& seconds) {
  seconds = 0;
  if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) return true;
  if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') {
    return false;
  }
  const int hours = number_at(text, at + 1, 2);
  const int minutes = number_at(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  seconds = (hours * 60 + minutes) * 60 * (text[at] == '-' ? -1 : 1);
  return true;
}

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\xC2\xB5s", 1'000},
                                         {"\xCE\xBCs", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", kNanosPerSecond},
                                         {"m", 60 * kNanosPerSecond},
                                         {"h", 3600 * kNanosPerSecond}}};

const Unit* unit_at(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] != '.' &&
         (text[length] < '0' || text[length] > '9')) {
    ++length;
  }
  for (const Unit& unit : kUnits) {
    if (unit.name == text.substr(0, length)) return &unit;
  }
  return nullptr;
}

/// Reads "1.5h" from the front of `text` into `total` (in nanoseconds).
bool read_part(std::string_view& text, __int128& total) {
  __int128 whole = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    whole = whole * 10 + (text[at] - '0');
    if (whole > INT64_MAX) return false;
  }
  std::size_t digits = at;
  __int128 fraction = 0;
  __int128 scale = 1;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
      if (scale >= 1'000'000'000'000'000'000) continue;
      fraction = fraction * 10 + (text[at] - '0');
      scale *= 10;
    }
  }
  if (digits == 0) return false;
  text.remove_prefix(at);
  const Unit* unit = unit_at(text);
  if (unit == nullptr) return false;
  text.remove_prefix(unit->name.size());
  total += whole * unit->nanos + fraction * unit->nanos / scale;
  return total <= static_cast<__int128>(INT64_MAX) + 1;
}

}  // namespace

std::int64_t days_of(Civil civil) {
  const std::int64_t year = civil.year - (civil.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year =
      (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

Civil civil_of(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  const int calendar_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  return {year_of_era + era * 400 + (calendar_month <= 2 ? 1 : 0), calendar_month, day};
}

Value make_timestamp(std::int64_t seconds, std::uint32_t nanos) {
  if (seconds < kTimestampMin || seconds > kTimestampMax) {
    return Value::error("timestamp overflow: out of range");
  }
  return Value::timestamp(seconds, nanos);
}

Value parse_timestamp(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':' ||
      (text[10] != 'T' && text[10] != 't')) {
    return bad_timestamp(text);
  }
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return bad_timestamp(text);
  }
  std::size_t at = 19;
  std::uint32_t nanos = 0;
  std::int64_t offset = 0;
  if (!read_fraction(text, at, nanos) || !read_offset(text, at, offset)) {
    return bad_timestamp(text);
  }
  const std::int64_t days = days_of({year, month, day});
  return make_timestamp(days * 86'400 + hour * 3600 + minute * 60 + second - offset, nanos);
}

std::string format_timestamp(std::int64_t seconds, std::uint32_t nanos) {
  const std::int64_t days = (seconds >= 0 ? seconds : seconds - 86'399) / 86'400;
  const int of_day = static_cast<int>(seconds - days * 86'400);
  const Civil civil = civil_of(days);
  std::array<char, 64> buffer;
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02d",
                static_cast<int>(civil.year), civil.month, civil.day, of_day / 3600,
                of_day / 60 % 60, of_day % 60);
  std::string text = buffer.data();
  if (nanos != 0) {
    std::snprintf(buffer.data(), buffer.size(), ".%09u", nanos);
    text += buffer.data();
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

Value parse_duration(std::string_view text) {
  const std::string_view whole = text;
  const auto bad = [&] { return Value::error("invalid duration: " + std::string(whole)); };
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return Value::duration(0);
  if (text.empty()) return bad();
  __int128 total = 0;
  while (!text.empty()) {
    if (!read_part(text, total)) return bad();
  }
  if (negative) total = -total;
  if (total > INT64_MAX) return bad();
  return Value::duration(static_cast<std::int64_t>(total));
}

std::string format_duration(std::int64_t nanos) {
  const bool negative = nanos < 0;
  const std::uint64_t magnitude =
      negative ? ~static_cast<std::uint64_t>(nanos) + 1 : static_cast<std::uint64_t>(nanos);
  std::string text = (negative ? "-" : "") + std::to_string(magnitude / kNanosPerSecond);
  if (const auto rest = static_cast<unsigned>(magnitude % kNanosPerSecond); rest != 0) {
    std::array<char, 16> buffer;
    std::snprintf(buffer.data(), buffer.size(), ".%09u", rest);
    text += buffer.data();
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "s";
}

}  // namespace cel
