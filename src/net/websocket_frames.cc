#include "net/websocket_frames.h"

#include <openssl/sha.h>

#include "base/encoding.h"

namespace net {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::uint8_t kFinal = 0x80, kReserved = 0x70, kOpcode = 0x0f;
constexpr std::uint8_t kMasked = 0x80, kLength = 0x7f;
constexpr std::size_t kControlMax = 125;

bool is_control(std::uint8_t opcode) { return opcode >= 8; }

/// The first two bytes and the length that may follow.
struct Header {
  std::uint8_t first = 0;
  std::uint64_t length = 0;
  std::size_t size = 0;  ///< Of the header itself.
};

/// nullopt when `bytes` do not hold the whole header.
std::optional<Header> read_header(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  Header header{byte(0), static_cast<std::uint64_t>(byte(1) & kLength), 2};
  const std::size_t more = header.length == 126 ? 2 : header.length == 127 ? 8 : 0;
  if (bytes.size() < header.size + more) return std::nullopt;
  if (more > 0) header.length = 0;
  for (std::size_t i = 0; i < more; ++i) header.length = header.length << 8 | byte(2 + i);
  header.size += more;
  return header;
}

Error broken(std::string_view how) {
  return Error{ErrorCode::data_loss,
               "the server breaks the WebSocket protocol: " + std::string(how)};
}

}  // namespace

std::string encode_frame(Opcode opcode, std::string_view payload,
                         const std::array<std::uint8_t, 4>& mask) {
  std::string frame;
  frame.push_back(static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode)));
  const std::uint64_t length = payload.size();
  const int more = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const std::uint64_t head = more == 0 ? length : more == 2 ? 126 : 127;
  frame.push_back(static_cast<char>(kMasked | head));
  for (int i = more - 1; i >= 0; --i) frame.push_back(static_cast<char>(length >> (8 * i)));
  for (const std::uint8_t byte : mask) frame.push_back(static_cast<char>(byte));
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ mask[i % 4]));
  }
  return frame;
}

std::string accept_of_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base::to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<std::optional<Received>> FrameReader::next() {
  while (const std::optional<Header> header = read_header(buffer_)) {
    const std::uint8_t code = header->first & kOpcode;
    const bool final = (header->first & kFinal) != 0;
    if ((header->first & kReserved) != 0) return broken("a reserved bit is set");
    if ((static_cast<std::uint8_t>(buffer_[1]) & kMasked) != 0) return broken("a masked frame");
    if (is_control(code) && (!final || header->length > kControlMax)) {
      return broken("a control frame that is long or in fragments");
    }
    if (code > 10 || (code > 2 && code < 8)) return broken("an unknown opcode");
    if (header->length > max_ || message_.size() + header->length > max_) {
      return Error{ErrorCode::resource_exhausted,
                   "a WebSocket message is larger than " + std::to_string(max_) + " bytes"};
    }
    if (buffer_.size() < header->size + header->length) return std::optional<Received>();
    std::string payload = buffer_.substr(header->size, header->length);
    buffer_.erase(0, header->size + header->length);
    if (is_control(code)) return Received{static_cast<Opcode>(code), std::move(payload)};
    const bool continues = static_cast<Opcode>(code) == Opcode::continuation;
    if (continues != opcode_.has_value()) return broken("fragments out of order");
    if (!continues) opcode_ = static_cast<Opcode>(code);
    message_ += payload;
    if (!final) continue;
    Received received{*opcode_, std::move(message_)};
    opcode_.reset();
    message_.clear();
    return received;
  }
  return std::optional<Received>();
}

}  // namespace net
