#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

/// The bytes of RFC 6455, pure: frames out, frames in, and the handshake's proof.
namespace net {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// One whole frame of a client: final, masked with `mask` (section 5.3).
std::string encode_frame(Opcode opcode, std::string_view payload,
                         const std::array<std::uint8_t, 4>& mask);

/// What a server has to send as Sec-WebSocket-Accept for `key` (section 4.2.2).
std::string accept_of_key(std::string_view key);

/// A message or control frame, whole.
struct Received {
  Opcode opcode;  ///< text, binary, close, ping or pong.
  std::string payload;
};

/// Puts a server's bytes together again. Bytes may be fed in any cut.
class FrameReader {
 public:
  explicit FrameReader(std::size_t message_bytes_max) : max_(message_bytes_max) {}
  void feed(std::string_view bytes) { buffer_ += bytes; }
  /// The next message or control frame; nullopt when more bytes are needed. Errors: data_loss (the
  /// peer breaks the protocol), resource_exhausted (a message larger than the limit); final.
  base::Result<std::optional<Received>> next();

 private:
  const std::size_t max_;
  std::string buffer_;
  std::string message_;           // Fragments so far.
  std::optional<Opcode> opcode_;  // Of the message under way.
};

}  // namespace net
