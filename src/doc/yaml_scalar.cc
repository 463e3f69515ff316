#include "doc/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "doc/json.h"

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

/// Whether the unquoted text can be nothing but itself to any reader: no number and no time begins
/// so, and every word with a meaning is shorter. Most scalars are such names.
bool is_name(std::string_view plain) {
  const char first = plain.front();
  return plain.size() > 5 && !is_digit(first) && first != '-' && first != '+' && first != '.';
}

constexpr std::array<std::string_view, 4> kNull = {"~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> kTrue = {"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalse = {"false", "False", "FALSE"};
// YAML 1.1 (yaml.org/type/bool.html) as go-yaml v2, which kubectl uses, has it.
constexpr std::array<std::string_view, 8> kOldTrue = {"y",   "Y",  "yes", "Yes",
                                                      "YES", "on", "On",  "ON"};
constexpr std::array<std::string_view, 8> kOldFalse = {"n",  "N",   "no",  "No",
                                                       "NO", "off", "Off", "OFF"};

/// Go's strconv.ParseInt with base 0 after '_' is left out: 0x, 0o, 0b, and a leading 0 is octal.
std::optional<Value> read_old_whole(std::string_view digits, bool negative) {
  if (digits.size() > 1 && digits[0] == '0') {
    const char letter = static_cast<char>(digits[1] | 0x20);
    if (letter == 'x') return read_whole(digits.substr(2), 16, negative);
    if (letter == 'o') return read_whole(digits.substr(2), 8, negative);
    if (letter == 'b') return read_whole(digits.substr(2), 2, negative);
    return read_whole(digits.substr(1), 8, negative);
  }
  return read_whole(digits, 10, negative);
}

std::optional<Value> read_old_number(std::string_view text) {
  if (text.find('.') != text.npos && text.find_first_of("iInN") != text.npos) {
    return text.starts_with("+.n") || text.starts_with("-.n") ? std::nullopt : read_number(text);
  }
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
  const bool negative = plain.starts_with('-');
  const std::string_view digits =
      std::string_view(plain).substr(negative || plain.starts_with('+') ? 1 : 0);
  if (digits.empty()) return std::nullopt;
  if (auto whole = read_old_whole(digits, negative)) return whole;
  if (is_decimal(digits)) return Value(read_double(digits, negative));
  return std::nullopt;
}

void note_ambiguous(std::string_view plain, Mark mark, std::vector<Diagnostic>& notes) {
  const Value core = resolve_core(plain), old = resolve_kubectl(plain);
  if (core == old || (core.is_double() && old.is_double())) return;
  notes.push_back(
      {mark,
       "'" + std::string(plain) + "' is " + to_json(old) + " to kubectl and " + to_json(core) +
           " in YAML 1.2",
       old.is_bool() ? "quote it for a text, or write true or false" : "write what you mean"});
}

}  // namespace

Value resolve_core(std::string_view plain) {
  if (plain.empty()) return Value();
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

Value resolve_kubectl(std::string_view plain) {
  if (plain.empty()) return Value();
  const char first = plain.front();
  if (is_digit(first) || first == '-' || first == '+' || first == '.') {
    if (auto number = read_old_number(plain)) return *number;
    return Value(plain);
  }
  if (plain.size() > 5) return Value(plain);
  if (is_any(plain, kNull)) return Value();
  if (is_any(plain, kTrue) || is_any(plain, kOldTrue)) return Value(true);
  if (is_any(plain, kFalse) || is_any(plain, kOldFalse)) return Value(false);
  return Value(plain);
}

bool is_ambiguous_plain(std::string_view plain) {
  if (!plain.empty() && is_name(plain)) return false;
  if (!resolve_core(plain).is_string() || plain == "<<" || !resolve_kubectl(plain).is_string()) {
    return true;
  }
  // What other readers of YAML 1.1 know besides: numbers to base 60 ("190:20:30") and times.
  std::string_view rest = plain;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  const std::size_t digits = count_digits(rest);
  if (digits == 0 || digits == rest.size()) return false;
  return rest[digits] == ':' || (digits == 4 && rest[digits] == '-');
}

Value resolve_plain(std::string_view plain, Mark mark, const YamlOptions& options) {
  const bool kubectl = options.reader == YamlOptions::Reader::kubectl;
  Value value = kubectl ? resolve_kubectl(plain) : resolve_core(plain);
  if (options.ambiguous != nullptr && is_ambiguous_plain(plain)) {
    note_ambiguous(plain, mark, *options.ambiguous);
  }
  return value;
}

}  // namespace doc
