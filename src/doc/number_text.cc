#include "doc/number_text.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/check.h"

namespace doc {

void append_number(std::string& text, double value) {
  CHECK(std::isfinite(value));
  if (value == 0) {
    text += '0';
    return;
  }
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view shortest(buffer, std::size_t(end.ptr - buffer));
  if (shortest.front() == '-') {
    text += '-';
    shortest.remove_prefix(1);
  }
  // "d.ddde[+-]xx": the digits, and the decimal point's place n as ECMA-262 names it.
  const std::size_t e = shortest.find('e');
  int exponent = 0;
  const char* exponent_text = shortest.data() + e + (shortest[e + 1] == '+' ? 2 : 1);
  std::from_chars(exponent_text, shortest.data() + shortest.size(), exponent);
  std::string digits(1, shortest[0]);
  if (e > 2) digits += shortest.substr(2, e - 2);
  const int k = int(digits.size()), n = exponent + 1;
  if (k <= n && n <= 21) {
    text += digits;
    text.append(std::size_t(n - k), '0');
  } else if (0 < n && n <= 21) {
    text.append(digits, 0, std::size_t(n)).append(1, '.').append(digits, std::size_t(n));
  } else if (-6 < n && n <= 0) {
    text.append("0.").append(std::size_t(-n), '0').append(digits);
  } else {
    text += digits[0];
    if (k > 1) text.append(1, '.').append(digits, 1);
    text.append(1, 'e').append(1, n - 1 < 0 ? '-' : '+').append(std::to_string(std::abs(n - 1)));
  }
}

void append_readable_number(std::string& text, double value) {
  CHECK(std::isfinite(value));
  if (std::fabs(value) < 0x1p53) return append_number(text, value);
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  text.append(buffer, end.ptr);
}

}  // namespace doc
