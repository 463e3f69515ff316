#include "kube/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace kube {
namespace {

__extension__ using Nano = __int128;
using base::Error;
using base::ErrorCode;
using base::Result;
using Format = Quantity::Format;

constexpr Nano kNanoPerUnit = 1'000'000'000;
constexpr Nano kNanoMax = Nano{std::numeric_limits<std::int64_t>::max()} * kNanoPerUnit;

/// A multiplier of the text form: 10^power or 1024^power.
struct Suffix {
  std::string_view text;
  Format format;
  int power;
};
constexpr std::array<Suffix, 16> kSuffixes = {{
    {"n", Format::decimal_si, -9},
    {"u", Format::decimal_si, -6},
    {"m", Format::decimal_si, -3},
    {"", Format::decimal_si, 0},
    {"k", Format::decimal_si, 3},
    {"M", Format::decimal_si, 6},
    {"G", Format::decimal_si, 9},
    {"T", Format::decimal_si, 12},
    {"P", Format::decimal_si, 15},
    {"E", Format::decimal_si, 18},
    {"Ki", Format::binary_si, 1},
    {"Mi", Format::binary_si, 2},
    {"Gi", Format::binary_si, 3},
    {"Ti", Format::binary_si, 4},
    {"Pi", Format::binary_si, 5},
    {"Ei", Format::binary_si, 6},
}};

std::optional<Suffix> parse_suffix(std::string_view text) {
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.text == text) return suffix;
  }
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  std::string_view digits = text.substr(1);
  if (digits[0] == '+') digits.remove_prefix(1);
  int power = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), power);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return Suffix{text, Format::decimal_exponent, power};
}

/// Digits before and after the point, without the zeros that say nothing.
struct Digits {
  std::string whole;
  std::string fraction;
};

/// `digits` times 10^power, in nano-units, rounded up and capped.
Nano scale_decimal(const Digits& digits, int power) {
  const std::string all = digits.whole + digits.fraction;
  const std::size_t first = all.find_first_not_of('0');
  if (first == std::string::npos) return 0;
  // The value is 0.<all> * 10^(whole + power); in nano-units the point stands this many digits in.
  const long point = static_cast<long>(digits.whole.size()) + power + 9;
  if (point - static_cast<long>(first) > 29) return kNanoMax;
  Nano nano = 0;
  for (long i = static_cast<long>(first); i < point; ++i) {
    const bool known = i >= 0 && i < static_cast<long>(all.size());
    nano = nano * 10 + (known ? all[static_cast<std::size_t>(i)] - '0' : 0);
  }
  const std::size_t rest = static_cast<std::size_t>(std::max(point, long{0}));
  const bool cut = point < static_cast<long>(all.size()) &&
                   all.find_first_not_of('0', std::max(rest, first)) != std::string::npos;
  return std::min(nano + (cut ? 1 : 0), kNanoMax);
}

/// `digits` times 1024^power, in nano-units, rounded up and capped.
Nano scale_binary(const Digits& digits, int power) {
  const Nano factor = Nano{1} << (10 * power);
  Nano whole = 0;
  for (const char c : digits.whole) {
    whole = whole * 10 + (c - '0');
    if (whole > kNanoMax / kNanoPerUnit) return kNanoMax;
  }
  if (whole > kNanoMax / kNanoPerUnit / factor) return kNanoMax;
  // 18 digits of the fraction are exact: 10^18 * 2^60 fits. What comes after only rounds up.
  constexpr std::size_t kExact = 18;
  Nano fraction = 0, divisor = 1;
  for (std::size_t i = 0; i < std::min(digits.fraction.size(), kExact); ++i) {
    fraction = fraction * 10 + (digits.fraction[i] - '0');
    divisor *= 10;
  }
  const bool more = digits.fraction.size() > kExact &&
                    digits.fraction.find_first_not_of('0', kExact) != std::string::npos;
  const Nano product = fraction * factor;
  const Nano units = product / divisor;
  const Nano remainder = (product % divisor) * kNanoPerUnit;
  Nano nano = (whole * factor + units) * kNanoPerUnit + remainder / divisor;
  if (remainder % divisor != 0 || more) ++nano;
  return std::min(nano, kNanoMax);
}

std::string print(Nano value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  std::string text;
  for (Nano rest = negative ? -value : value; rest > 0; rest /= 10) {
    text.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (negative) text.push_back('-');
  std::reverse(text.begin(), text.end());
  return text;
}

std::string_view decimal_suffix(int power) {
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.format == Format::decimal_si && suffix.power == power) return suffix.text;
  }
  return "";
}

std::string print_decimal(Nano nano, Format format) {
  int power = -9;
  while (power < 18 && nano % 1000 == 0) {
    nano /= 1000;
    power += 3;
  }
  std::string text = print(nano);
  if (format == Format::decimal_si) return text + std::string(decimal_suffix(power));
  return power == 0 ? text : text + "e" + std::to_string(power);
}

std::string print_binary(Nano units) {
  static constexpr std::array<std::string_view, 7> kNames = {"",   "Ki", "Mi", "Gi",
                                                             "Ti", "Pi", "Ei"};
  std::size_t power = 0;
  while (power + 1 < kNames.size() && units % 1024 == 0) {
    units /= 1024;
    ++power;
  }
  return print(units) + std::string(kNames[power]);
}

Nano round_up(Nano nano, Nano unit) {
  const Nano whole = nano / unit;
  if (nano % unit == 0) return whole;
  return nano > 0 ? whole + 1 : whole - 1;
}

}  // namespace

Nano Quantity::capped(Nano nano) { return std::clamp(nano, -kNanoMax, kNanoMax); }

Quantity Quantity::of(std::int64_t units, Format format) {
  Quantity quantity;
  quantity.nano_ = capped(Nano{units} * kNanoPerUnit);
  quantity.format_ = format;
  return quantity;
}

Result<Quantity> Quantity::parse(std::string_view text) {
  const auto refuse = [&] {
    return Error{ErrorCode::invalid_argument, "'" + std::string(text) + "' is no quantity",
                 "write it like 500m, 2, 16Gi or 1e3"};
  };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const auto take_digits = [&rest] {
    const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const std::string digits(rest.substr(0, end));
    rest.remove_prefix(end);
    return digits;
  };
  Digits digits{take_digits(), ""};
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    digits.fraction = take_digits();
  }
  const std::optional<Suffix> suffix = parse_suffix(rest);
  if ((digits.whole.empty() && digits.fraction.empty()) || !suffix) return refuse();
  if (suffix->power > 1000 || suffix->power < -1000) return refuse();

  Quantity quantity;
  quantity.format_ = suffix->format;
  const Nano nano = suffix->format == Format::binary_si ? scale_binary(digits, suffix->power)
                                                        : scale_decimal(digits, suffix->power);
  quantity.nano_ = negative ? -nano : nano;
  return quantity;
}

std::string Quantity::to_string() const {
  if (nano_ == 0) return "0";
  if (format_ == Format::binary_si && nano_ % kNanoPerUnit == 0) {
    const Nano units = nano_ / kNanoPerUnit;
    if (units >= 1024 || units <= -1024) return print_binary(units);
  }
  return print_decimal(nano_, format_ == Format::binary_si ? Format::decimal_si : format_);
}

std::int64_t Quantity::units() const {
  return static_cast<std::int64_t>(round_up(nano_, kNanoPerUnit));
}

std::int64_t Quantity::milli_units() const {
  constexpr Nano kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(round_up(nano_, 1'000'000), -kMax, kMax));
}

double Quantity::as_double() const {
  return static_cast<double>(nano_) / static_cast<double>(kNanoPerUnit);
}

Quantity operator+(const Quantity& a, const Quantity& b) {
  Quantity sum;
  sum.nano_ = Quantity::capped(a.nano_ + b.nano_);
  sum.format_ = a.is_zero() ? b.format_ : a.format_;
  return sum;
}

Quantity operator-(const Quantity& a, const Quantity& b) {
  Quantity difference;
  difference.nano_ = Quantity::capped(a.nano_ - b.nano_);
  difference.format_ = a.is_zero() ? b.format_ : a.format_;
  return difference;
}

}  // namespace kube
