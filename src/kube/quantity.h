#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kube {

/// An amount of a resource ("500m", "16Gi", "1e3"), exact: a whole number of nano-units.
/// As apimachinery's resource.Quantity: what is finer than nano is rounded away from zero, what is
/// beyond 2^63-1 units is capped there.
class Quantity {
 public:
  /// How it was written, and so how it is printed.
  enum class Format : std::uint8_t { decimal_si, binary_si, decimal_exponent };

  Quantity() = default;
  static Quantity of(std::int64_t units, Format format = Format::decimal_si);
  /// Suffixes n u m "" k M G T P E, Ki Mi Gi Ti Pi Ei, and exponents e3, E-3.
  /// Errors: invalid_argument quoting the text.
  static base::Result<Quantity> parse(std::string_view text);

  /// Canonical, as the API server prints it: the largest suffix that leaves a whole number
  /// ("1.5Gi" is "1536Mi", "0.1" is "100m", "1024" is "1024").
  std::string to_string() const;
  /// Whole units, rounded up (away from zero), as Quantity.Value().
  std::int64_t units() const;
  /// Thousandths, rounded up, as Quantity.MilliValue(); capped at INT64_MAX.
  std::int64_t milli_units() const;
  double as_double() const;
  bool is_zero() const { return nano_ == 0; }
  Format format() const { return format_; }

  /// Exact, capped as above. The left side's format is kept, unless it is zero.
  friend Quantity operator+(const Quantity& a, const Quantity& b);
  friend Quantity operator-(const Quantity& a, const Quantity& b);
  /// By amount: "1000m" equals "1", "1Ki" is more than "1k".
  friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) {
    return a.nano_ <=> b.nano_;
  }
  friend bool operator==(const Quantity& a, const Quantity& b) { return a.nano_ == b.nano_; }

 private:
  __extension__ using Nano = __int128;
  static Nano capped(Nano nano);
  Nano nano_ = 0;
  Format format_ = Format::decimal_si;
};

}  // namespace kube
