#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Internal to src/cel: addresses as Go's net/netip reads and prints them.
namespace cel {

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  ///< The first four for IPv4.

  /// Dotted IPv4 without leading zeros, or RFC 4291 IPv6, without a zone. nullopt otherwise.
  static std::optional<IpAddress> parse(std::string_view text);
  /// RFC 5952.
  std::string to_string() const;
  bool operator==(const IpAddress&) const = default;

  int bit_count() const { return v6 ? 128 : 32; }
  /// ::ffff:a.b.c.d, which is an IPv4 address in other clothes.
  bool is_mapped() const;
  IpAddress unmapped() const;
  /// The address with all bits behind the first `bits` cleared.
  IpAddress masked(int bits) const;

  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_multicast() const;
  bool is_link_local_multicast() const;
  bool is_link_local_unicast() const;
  bool is_global_unicast() const;
};

struct IpPrefix {
  IpAddress address;
  int bits = 0;

  /// "10.0.0.0/8": no leading zeros or signs in the length.
  static std::optional<IpPrefix> parse(std::string_view text);
  std::string to_string() const { return address.to_string() + "/" + std::to_string(bits); }
  bool contains(const IpAddress& other) const;
  bool operator==(const IpPrefix&) const = default;
};

}  // namespace cel
