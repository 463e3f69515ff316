#include "cel/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace cel {

std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  constexpr int kExponentFrom = 6;
  std::array<char, 32> buffer;
  // The shortest digits that read back as the same number, with the exponent that says which of
  // the two forms Go's 'g' takes: %e below 1e-4 and from 1e6 on.
  auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                           std::chars_format::scientific);
  const std::string_view scientific(buffer.data(),
                                    static_cast<std::size_t>(end.ptr - buffer.data()));
  const int exponent = std::stoi(std::string(scientific.substr(scientific.find('e') + 1)));
  if (value != 0 && (exponent < -4 || exponent >= kExponentFrom)) return std::string(scientific);
  std::array<char, 64> fixed;
  end = std::to_chars(fixed.data(), fixed.data() + fixed.size(), value, std::chars_format::fixed);
  return {fixed.data(), end.ptr};
}

std::optional<double> parse_double(std::string_view text) {
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits[0] == '-';
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  std::string lower(digits);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (lower == "inf" || lower == "infinity") return negative ? -kInfinity : kInfinity;
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (digits.empty() || (!(digits[0] >= '0' && digits[0] <= '9') && digits[0] != '.')) {
    return std::nullopt;
  }
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace cel
