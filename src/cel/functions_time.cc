#include "cel/frame.h"
#include "cel/libraries.h"
#include "cel/time.h"
#include "cel/time_zone.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

/// A moment on the calendar and clock of a zone.
struct Reading {
  std::int64_t days;  ///< Since 1970-01-01.
  int second_of_day;
  std::uint32_t nanos;
  Civil civil;
};

enum class Part {
  year,
  month,
  day_of_year,
  day_of_month,
  date,
  day_of_week,
  hours,
  minutes,
  seconds,
  milliseconds
};

std::int64_t part_of(const Reading& reading, Part part) {
  switch (part) {
    case Part::year:
      return reading.civil.year;
    case Part::month:
      return reading.civil.month - 1;
    case Part::day_of_year:
      return reading.days - days_of({reading.civil.year, 1, 1});
    case Part::day_of_month:
      return reading.civil.day - 1;
    case Part::date:
      return reading.civil.day;
    case Part::day_of_week:
      return ((reading.days + 4) % 7 + 7) % 7;
    case Part::hours:
      return reading.second_of_day / 3600;
    case Part::minutes:
      return reading.second_of_day / 60 % 60;
    case Part::seconds:
      return reading.second_of_day % 60;
    case Part::milliseconds:
      return reading.nanos / 1'000'000;
  }
  return 0;
}

template <Part kPart>
Value timestamp_part(Args args, Frame& frame) {
  std::int32_t offset = 0;
  if (args.size() == 2) {
    const auto found = frame.time_zones().offset(args[1].text(), args[0].seconds());
    if (!found) {
      return Value::error("unknown time zone " + std::string(args[1].text()));
    }
    offset = *found;
  }
  const std::int64_t second = args[0].seconds() + offset;
  const std::int64_t days = (second >= 0 ? second : second - 86'399) / 86'400;
  return Value::integer(part_of(
      {days, static_cast<int>(second - days * 86'400), args[0].nanos(), civil_of(days)}, kPart));
}

template <std::int64_t kUnit>
Value duration_in(Args args, Frame&) {
  return Value::integer(args[0].duration_nanos() / kUnit);
}
Value duration_milliseconds(Args args, Frame&) {
  return Value::integer(args[0].duration_nanos() % kNanosPerSecond / 1'000'000);
}

template <Part kPart>
void add_part(FunctionTable& table, const std::string& name) {
  table.member("timestamp." + name + "() -> int", timestamp_part<kPart>);
  table.member("timestamp." + name + "(string) -> int", timestamp_part<kPart>);
}

}  // namespace

void add_time(FunctionTable& table) {
  add_part<Part::year>(table, "getFullYear");
  add_part<Part::month>(table, "getMonth");
  add_part<Part::day_of_year>(table, "getDayOfYear");
  add_part<Part::day_of_month>(table, "getDayOfMonth");
  add_part<Part::date>(table, "getDate");
  add_part<Part::day_of_week>(table, "getDayOfWeek");
  add_part<Part::hours>(table, "getHours");
  add_part<Part::minutes>(table, "getMinutes");
  add_part<Part::seconds>(table, "getSeconds");
  add_part<Part::milliseconds>(table, "getMilliseconds");
  table.member("duration.getHours() -> int", duration_in<3600 * kNanosPerSecond>);
  table.member("duration.getMinutes() -> int", duration_in<60 * kNanosPerSecond>);
  table.member("duration.getSeconds() -> int", duration_in<kNanosPerSecond>);
  table.member("duration.getMilliseconds() -> int", duration_milliseconds);
}

}  // namespace cel
