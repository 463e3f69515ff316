#include "net/websocket_frames.h"

#include <gtest/gtest.h>

namespace net {
namespace {

using base::ErrorCode;
using namespace std::string_literals;

/// What the reader makes of `bytes`: "text:Hello ping:x ", or the error's message.
std::string read(std::string_view bytes, std::size_t cut = 0, std::size_t max = 1000) {
  static constexpr std::string_view kNames[] = {
      "continuation", "text", "binary", "", "", "", "", "", "close", "ping", "pong"};
  FrameReader reader(max);
  std::string text;
  while (true) {
    const std::string_view piece = cut == 0 ? bytes : bytes.substr(0, cut);
    reader.feed(piece);
    bytes.remove_prefix(piece.size());
    while (true) {
      const base::Result<std::optional<Received>> next = reader.next();
      if (!next) return text + next.error().message;
      if (!next->has_value()) break;
      text += std::string(kNames[static_cast<int>((*next)->opcode)]) + ":" + (*next)->payload + " ";
    }
    if (bytes.empty()) return text;
  }
}

// RFC 6455, section 5.7.
TEST(WebSocketFramesTest, TheExamplesOfTheRfc) {
  EXPECT_EQ(read("\x81\x05Hello"), "text:Hello ");
  EXPECT_EQ(read("\x01\x03Hel\x80\x02lo"), "text:Hello ");
  EXPECT_EQ(read("\x89\x05Hello"), "ping:Hello ");
  EXPECT_EQ(encode_frame(Opcode::text, "Hello", {0x37, 0xfa, 0x21, 0x3d}),
            "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  EXPECT_EQ(read("\x82\x7e\x01\x00"s + std::string(256, 'x')),
            "binary:" + std::string(256, 'x') + " ");
  EXPECT_EQ(read("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s + std::string(65536, 'x'), 0, 70000),
            "binary:" + std::string(65536, 'x') + " ");
}

// RFC 6455, section 1.3.
TEST(WebSocketFramesTest, TheHandshakesProof) {
  EXPECT_EQ(accept_of_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketFramesTest, BytesMayComeInAnyCut) {
  const std::string bytes = "\x01\x03Hel\x89\x01!\x80\x02lo\x82\x00\x88\x02\x03\xe8"s;
  for (std::size_t cut = 1; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(read(bytes, cut), "ping:! text:Hello binary: close:\x03\xe8 ") << cut;
  }
}

TEST(WebSocketFramesTest, LengthsAreEncodedInTheirShortestForm) {
  const auto head = [](std::size_t length, std::size_t bytes) {
    return encode_frame(Opcode::binary, std::string(length, 'x'), {0, 0, 0, 0}).substr(0, bytes);
  };
  EXPECT_EQ(head(125, 2), "\x82\xfd");
  EXPECT_EQ(head(126, 4), "\x82\xfe\x00\x7e"s);
  EXPECT_EQ(head(65535, 4), "\x82\xfe\xff\xff");
  EXPECT_EQ(head(65536, 10), "\x82\xff\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(WebSocketFramesTest, APeerThatBreaksTheProtocolIsTold) {
  const std::string broken = "the server breaks the WebSocket protocol: ";
  EXPECT_EQ(read("\xc1\x00"s), broken + "a reserved bit is set");
  EXPECT_EQ(read("\x81\x80"s), broken + "a masked frame");
  EXPECT_EQ(read("\x09\x00"s), broken + "a control frame that is long or in fragments");
  EXPECT_EQ(read("\x89\x7e\x00\x7e"s), broken + "a control frame that is long or in fragments");
  EXPECT_EQ(read("\x83\x00"s), broken + "an unknown opcode");
  EXPECT_EQ(read("\x8b\x00"s), broken + "an unknown opcode");
  EXPECT_EQ(read("\x80\x00"s), broken + "fragments out of order");
  EXPECT_EQ(read("\x01\x00\x81\x00"s), broken + "fragments out of order");
}

TEST(WebSocketFramesTest, AMessageAboveTheLimitIsRefusedBeforeItIsHeld) {
  EXPECT_EQ(read("\x82\x0b"s, 0, 10), "a WebSocket message is larger than 10 bytes");
  EXPECT_EQ(read("\x02\x06xxxxxx\x80\x05"s, 0, 10), "a WebSocket message is larger than 10 bytes");
  EXPECT_EQ(read("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s, 0, 10),
            "a WebSocket message is larger than 10 bytes");
}

}  // namespace
}  // namespace net
