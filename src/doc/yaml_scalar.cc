#include "doc/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

namespace doc {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  return std::size_t(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

std::optional<Value> read_whole(std::string_view digits, int radix, bool negative) {
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, radix);
  if (digits.empty() || result.ptr != end || result.ec != std::errc()) return std::nullopt;
  if (!negative) return Value(value);
  if (value > std::uint64_t{1} << 63) return std::nullopt;
  return Value(static_cast<std::int64_t>(~value + 1));
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?, the sign already taken.
bool is_decimal(std::string_view text) {
  const std::size_t whole = count_digits(text);
  text.remove_prefix(whole);
  std::size_t fraction = 0;
  if (text.starts_with('.')) {
    fraction = count_digits(text.substr(1));
    text.remove_prefix(1 + fraction);
  }
  if (whole + fraction == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
}

double read_double(std::string_view decimal, bool negative) {
  // from_chars knows no result for what is out of range; strtod gives infinity or zero.
  double value = 0;
  const auto result = std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
  if (result.ec != std::errc()) value = std::strtod(std::string(decimal).c_str(), nullptr);
  return negative ? -value : value;
}

std::optional<Value> read_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool sign = negative || text.starts_with('+');
  std::string_view rest = text.substr(sign ? 1 : 0);
  if (rest.empty()) return std::nullopt;
  if (!sign && rest.size() > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'o')) {
    return read_whole(rest.substr(2), rest[1] == 'x' ? 16 : 8, false);
  }
  if (count_digits(rest) == rest.size()) {
    if (auto whole = read_whole(rest, 10, negative)) return whole;
  }
  if (is_decimal(rest)) return Value(read_double(rest, negative));
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF") {
    const double infinity = std::numeric_limits<double>::infinity();
    return Value(negative ? -infinity : infinity);
  }
  if (!sign && (rest == ".nan" || rest == ".NaN" || rest == ".NAN")) {
    return Value(std::numeric_limits<double>::quiet_NaN());
  }
  return std::nullopt;
}

template <std::size_t count>
bool is_any(std::string_view text, const std::array<std::string_view, count>& of) {
  return std::find(of.begin(), of.end(), text) != of.end();
}

constexpr std::array<std::string_view, 4> kNull = {"~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> kTrue = {"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalse = {"false", "False", "FALSE"};
// YAML 1.1 (yaml.org/type/bool.html) as go-yaml v2, which kubectl uses, has it.
constexpr std::array<std::string_view, 17> kOldWords = {"y",  "Y",   "yes", "Yes", "YES", "n",
                                                        "N",  "no",  "No",  "NO",  "on",  "On",
                                                        "ON", "off", "Off", "OFF", "<<"};

}  // namespace

Value resolve_core(std::string_view plain) {
  if (plain.empty()) return Value();
  // Most scalars are names: their first letter rules out everything else.
  const char first = plain.front();
  if (is_digit(first) || first == '-' || first == '+' || first == '.') {
    if (auto number = read_number(plain)) return *number;
  } else if (plain.size() <= 5) {
    if (is_any(plain, kNull)) return Value();
    if (is_any(plain, kTrue)) return Value(true);
    if (is_any(plain, kFalse)) return Value(false);
  }
  return Value(plain);
}

bool is_ambiguous_plain(std::string_view plain) {
  if (!resolve_core(plain).is_string() || is_any(plain, kOldWords)) return true;
  // Numbers of YAML 1.1: "1_000", "0b11", "+0x1F", "190:20:30", and dates.
  std::string_view rest = plain;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest.empty() || !(is_digit(rest.front()) || rest.front() == '.')) return false;
  return rest.find_first_not_of("0123456789abcdefABCDEFxob_.:-+TtZz ") == std::string_view::npos;
}

}  // namespace doc
