#include "cel/ip_address.h"

#include <algorithm>
#include <charconv>

#include "base/strings.h"

namespace cel {
namespace {

/// A number without leading zeros; -1 where the text is none.
int decimal(std::string_view text, int max) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return -1;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value <= max ? value : -1;
}

bool parse_v4(std::string_view text, std::uint8_t* bytes) {
  const auto parts = base::split(text, '.');
  if (parts.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    const int value = decimal(parts[i], 255);
    if (value < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(value);
  }
  return true;
}

/// Appends the bytes of "a:b:c", the last part maybe a dotted IPv4.
bool parse_groups(std::string_view text, std::string& bytes) {
  if (text.empty()) return true;
  const auto parts = base::split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
      std::uint8_t v4[4];
      if (!parse_v4(parts[i], v4)) return false;
      bytes.append(reinterpret_cast<const char*>(v4), 4);
      return true;
    }
    unsigned value = 0;
    const char* end = parts[i].data() + parts[i].size();
    const auto result = std::from_chars(parts[i].data(), end, value, 16);
    if (parts[i].empty() || parts[i].size() > 4 || result.ec != std::errc() || result.ptr != end) {
      return false;
    }
    bytes += static_cast<char>(value >> 8);
    bytes += static_cast<char>(value & 0xFF);
  }
  return true;
}

bool parse_v6(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
  const std::size_t gap = text.find("::");
  std::string head;
  std::string tail;
  if (!parse_groups(text.substr(0, gap), head)) return false;
  if (gap == std::string_view::npos) {
    if (head.size() != 16) return false;
  } else {
    // "::" stands for one group of zeros at least; a dotted part can only be the last.
    const std::string_view first = text.substr(0, gap);
    if (first.find('.') != std::string_view::npos) return false;
    if (!parse_groups(text.substr(gap + 2), tail) || head.size() + tail.size() > 14) return false;
  }
  std::copy(head.begin(), head.end(), bytes.begin());
  std::copy(tail.begin(), tail.end(), bytes.end() - static_cast<std::ptrdiff_t>(tail.size()));
  return true;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  IpAddress address;
  address.v6 = text.find(':') != std::string_view::npos;
  const bool valid =
      address.v6 ? parse_v6(text, address.bytes) : parse_v4(text, address.bytes.data());
  if (!valid) return std::nullopt;
  return address;
}

std::string IpAddress::to_string() const {
  if (!v6) {
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) text += (i > 0 ? "." : "") + std::to_string(bytes[i]);
    return text;
  }
  const auto group = [&](std::size_t i) { return bytes[2 * i] << 8 | bytes[2 * i + 1]; };
  // The longest run of at least two zero groups, the first of equal ones.
  std::size_t gap = 8;
  std::size_t gap_size = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && group(end) == 0) ++end;
    if (end - i > gap_size) {
      gap = i;
      gap_size = end - i;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, group(i), 16);
    text.append(digits, end.ptr);
  }
  return text;
}

bool IpAddress::is_mapped() const {
  return v6 && std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
         bytes[10] == 0xFF && bytes[11] == 0xFF;
}

IpAddress IpAddress::unmapped() const {
  if (!is_mapped()) return *this;
  IpAddress address;
  std::copy(bytes.begin() + 12, bytes.end(), address.bytes.begin());
  return address;
}

IpAddress IpAddress::masked(int bits) const {
  IpAddress address = *this;
  for (int i = bits; i < bit_count(); ++i) {
    address.bytes[static_cast<std::size_t>(i / 8)] &= static_cast<std::uint8_t>(~(0x80 >> i % 8));
  }
  return address;
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes.begin(), bytes.end(), [](auto b) { return b == 0; });
}
bool IpAddress::is_loopback() const {
  if (!v6) return bytes[0] == 127;
  return std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; }) &&
         bytes[15] == 1;
}
bool IpAddress::is_multicast() const { return v6 ? bytes[0] == 0xFF : bytes[0] >> 4 == 0xE; }
bool IpAddress::is_link_local_multicast() const {
  if (v6) return bytes[0] == 0xFF && (bytes[1] & 0x0F) == 2;
  return bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0;
}
bool IpAddress::is_link_local_unicast() const {
  if (v6) return bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
  return bytes[0] == 169 && bytes[1] == 254;
}
bool IpAddress::is_global_unicast() const {
  const bool broadcast =
      !v6 && std::all_of(bytes.begin(), bytes.begin() + 4, [](auto b) { return b == 0xFF; });
  return !broadcast && !is_unspecified() && !is_loopback() && !is_multicast() &&
         !is_link_local_unicast();
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const int bits = decimal(text.substr(slash + 1), address->bit_count());
  if (bits < 0) return std::nullopt;
  return IpPrefix{*address, bits};
}

bool IpPrefix::contains(const IpAddress& other) const {
  return other.v6 == address.v6 && other.masked(bits) == address.masked(bits);
}

}  // namespace cel
