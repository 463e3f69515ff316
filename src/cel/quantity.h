#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Internal to src/cel.
namespace cel {

/// A Kubernetes quantity ("1.5Gi", "100m", "1e3"), in thousand-millionths, exactly.
/// Source: k8s.io/apimachinery pkg/api/resource: what is finer than that is rounded away from zero,
/// what is larger than INT64_MAX is INT64_MAX.
class Quantity {
 public:
  static std::optional<Quantity> parse(std::string_view text);
  static Quantity of(std::int64_t whole) { return Quantity(__int128{whole} * kUnit); }

  /// Whether it is a whole number that an int64 holds.
  bool is_integer() const {
    return nanos_ % kUnit == 0 && nanos_ / kUnit <= INT64_MAX && nanos_ / kUnit >= INT64_MIN;
  }
  std::int64_t whole() const { return static_cast<std::int64_t>(nanos_ / kUnit); }
  double approximate() const { return static_cast<double>(nanos_) / 1e9; }
  int sign() const { return (nanos_ > 0) - (nanos_ < 0); }
  Quantity plus(Quantity other) const { return Quantity(nanos_ + other.nanos_); }
  Quantity minus(Quantity other) const { return Quantity(nanos_ - other.nanos_); }
  /// Decimal, with the largest suffix that leaves no fraction: "1500m", "3k".
  std::string to_string() const;
  auto operator<=>(const Quantity&) const = default;

 private:
  static constexpr __int128 kUnit = 1'000'000'000;
  explicit Quantity(__int128 nanos) : nanos_(nanos) {}
  __int128 nanos_;
};

}  // namespace cel
