#include "cli/options.h"

#include <array>
#include <charconv>

namespace cli {
namespace {

struct Unit {
  char letter;
  int seconds;
};
constexpr std::array<Unit, 3> kUnits = {{{'h', 3600}, {'m', 60}, {'s', 1}}};
/// A year: longer is a typing error, and far from what a steady clock can hold.
constexpr long kDurationSecondsMax = 366L * 24 * 3600;

base::Error bad_duration(std::string_view text) {
  return base::Error{base::ErrorCode::invalid_argument,
                     "'" + std::string(text) + "' is not a duration"}
      .with_hint("write it as 90s, 15m or 1h30m");
}

}  // namespace

base::Result<std::chrono::seconds> parse_duration(std::string_view text) {
  long total = 0;
  std::string_view rest = text;
  for (const Unit& unit : kUnits) {
    long amount = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), amount);
    const bool read = error == std::errc() && end != rest.data() + rest.size();
    if (!read || *end != unit.letter) continue;
    if (amount < 0 || amount > kDurationSecondsMax) return bad_duration(text);
    total += amount * unit.seconds;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  }
  if (!rest.empty() || total <= 0 || total > kDurationSecondsMax) return bad_duration(text);
  return std::chrono::seconds(total);
}

std::string to_string(std::chrono::seconds duration) {
  long rest = duration.count();
  if (rest <= 0) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    if (rest >= unit.seconds) text += std::to_string(rest / unit.seconds) + unit.letter;
    rest %= unit.seconds;
  }
  return text;
}

}  // namespace cli
