#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Of the tests. HTTP/2 by hand, for what no client would send: frames as RFC 9113 has them, fields
/// as RFC 7541 has them.
namespace gateway {

/// A frame, its length that of `payload` (9 bytes of head, RFC 9113 4.1).
inline std::string h2_frame(int type, int flags, std::uint32_t stream, std::string_view payload) {
  std::string bytes;
  for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift & 255);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift & 255);
  return bytes.append(payload);
}

/// A header field as a literal that is not indexed (RFC 7541 6.2.2), of any length.
inline std::string h2_field(std::string_view name, std::string_view value) {
  std::string bytes(1, '\0');
  for (const std::string_view text : {name, value}) {
    if (text.size() < 127) {
      bytes += static_cast<char>(text.size());
    } else {  // An integer with a 7-bit prefix (5.1).
      bytes += '\x7f';
      std::size_t rest = text.size() - 127;
      for (; rest >= 128; rest >>= 7) bytes += static_cast<char>((rest & 127) | 128);
      bytes += static_cast<char>(rest);
    }
    bytes += text;
  }
  return bytes;
}

/// What a client says first (RFC 9113 3.4), its SETTINGS empty.
inline std::string h2_preface() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + h2_frame(4, 0, 0, "");
}

}  // namespace gateway
