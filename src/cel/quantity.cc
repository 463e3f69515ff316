#include "cel/quantity.h"

#include <algorithm>
#include <array>

namespace cel {
namespace {

struct Suffix {
  std::string_view text;
  __int128 nanos;  ///< Of one.
};

constexpr __int128 kUnit = 1'000'000'000;
constexpr __int128 kThousand = 1000;
constexpr __int128 kKibi = 1024;

constexpr std::array<Suffix, 16> kSuffixes = {{
    {"", kUnit},
    {"n", 1},
    {"u", kThousand},
    {"m", kThousand* kThousand},
    {"k", kUnit* kThousand},
    {"M", kUnit* kThousand* kThousand},
    {"G", kUnit* kThousand* kThousand* kThousand},
    {"T", kUnit* kThousand* kThousand* kThousand* kThousand},
    {"P", kUnit* kThousand* kThousand* kThousand* kThousand* kThousand},
    {"E", kUnit* kThousand* kThousand* kThousand* kThousand* kThousand* kThousand},
    {"Ki", kUnit* kKibi},
    {"Mi", kUnit* kKibi* kKibi},
    {"Gi", kUnit* kKibi* kKibi* kKibi},
    {"Ti", kUnit* kKibi* kKibi* kKibi* kKibi},
    {"Pi", kUnit* kKibi* kKibi* kKibi* kKibi* kKibi},
    {"Ei", kUnit* kKibi* kKibi* kKibi* kKibi* kKibi* kKibi},
}};

/// Digits before and after the point.
struct Decimal {
  std::string whole;
  std::string fraction;

  /// Times ten to the `exponent`.
  void shift(int exponent) {
    for (; exponent > 0; --exponent) {
      whole += fraction.empty() ? '0' : fraction[0];
      if (!fraction.empty()) fraction.erase(0, 1);
    }
    for (; exponent < 0; ++exponent) {
      fraction.insert(fraction.begin(), whole.empty() ? '0' : whole.back());
      if (!whole.empty()) whole.pop_back();
    }
  }

  /// Times `unit`, rounded up, at most `max`.
  __int128 times(__int128 unit, __int128 max) const {
    __int128 total = 0;
    for (const char c : whole) {
      total = total * 10 + (c - '0');
      if (total * unit > max) return max;
    }
    total *= unit;
    __int128 part = 0;
    bool rest = false;
    for (auto digit = fraction.rbegin(); digit != fraction.rend(); ++digit) {
      part += (*digit - '0') * unit;
      rest = rest || part % 10 != 0;
      part /= 10;
    }
    return std::min(total + part + (rest ? 1 : 0), max);
  }
};

std::string take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  std::string digits(text.substr(0, count));
  text.remove_prefix(count);
  return digits;
}

/// "e3", "E-2"; nullopt where `text` is no exponent.
std::optional<int> exponent_of(std::string_view text) {
  constexpr std::size_t kDigitsMax = 3;
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  text.remove_prefix(1);
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  const std::string digits = take_digits(text);
  if (digits.empty() || !text.empty() || digits.size() > kDigitsMax) return std::nullopt;
  const int value = std::stoi(digits);
  return negative ? -value : value;
}

}  // namespace

std::optional<Quantity> Quantity::parse(std::string_view text) {
  constexpr std::size_t kTextMax = 1000;
  if (text.empty() || text.size() > kTextMax) return std::nullopt;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  Decimal decimal{take_digits(text), ""};
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    decimal.fraction = take_digits(text);
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) return std::nullopt;
  __int128 unit = kUnit;
  if (const auto exponent = exponent_of(text)) {
    decimal.shift(*exponent);
  } else {
    const auto* suffix = std::find_if(kSuffixes.begin(), kSuffixes.end(),
                                      [&](const Suffix& known) { return known.text == text; });
    if (suffix == kSuffixes.end()) return std::nullopt;
    unit = suffix->nanos;
  }
  const __int128 nanos = decimal.times(unit, __int128{INT64_MAX} * kUnit);
  return Quantity(negative ? -nanos : nanos);
}

std::string Quantity::to_string() const {
  constexpr std::array<std::string_view, 10> kDecimal = {"E", "P", "T", "G", "M",
                                                         "k", "",  "m", "u", "n"};
  if (nanos_ == 0) return "0";
  for (const std::string_view name : kDecimal) {
    for (const Suffix& suffix : kSuffixes) {
      if (suffix.text != name || nanos_ % suffix.nanos != 0) continue;
      __int128 count = nanos_ / suffix.nanos;
      const bool negative = count < 0;
      if (negative) count = -count;
      std::string digits;
      for (; count > 0; count /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + count % 10));
      return (negative ? "-" : "") + digits + std::string(name);
    }
  }
  return "0";
}

}  // namespace cel
