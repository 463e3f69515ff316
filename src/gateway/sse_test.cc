#include "gateway/sse.h"

#include <gtest/gtest.h>

#include <vector>

namespace gateway {
namespace {

std::vector<std::string> events(std::string_view stream, std::size_t piece_size) {
  SseReader reader;
  std::vector<std::string> list;
  for (std::size_t at = 0; at < stream.size(); at += piece_size) {
    EXPECT_TRUE(reader.feed(stream.substr(at, piece_size), [&](std::string_view data) {
      list.emplace_back(data);
      return true;
    }));
  }
  return list;
}

TEST(SseTest, TheSameEventsWhereverThePiecesAreCut) {
  const std::string_view stream =
      "\xEF\xBB\xBF"
      ": a comment\r\n"
      "event: message\n"
      "data: {\"a\":1}\n\n"
      "data:two\r\ndata:  lines\r\n\r\n"
      "data\n\n"
      "database: no\n\n"
      "id: 7\n\n"
      "data: [DONE]\r\r";
  const std::vector<std::string> expected = {"{\"a\":1}", "two\n lines", "", "[DONE]"};
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    EXPECT_EQ(events(stream, size), expected) << size;
  }
}

TEST(SseTest, AnEventThatIsNeverFinishedIsNoEvent) {
  EXPECT_TRUE(events("data: half\n", 100).empty());
}

TEST(SseTest, AnEndlessEventIsRefused) {
  SseReader reader;
  const std::string piece(1 << 20, 'x');
  base::Result<bool> result = true;
  for (int i = 0; i < 64 && result; ++i) {
    result = reader.feed(piece, [](std::string_view) { return true; });
  }
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "an event of the stream is too large");
}

TEST(ChatPieceTest, ReadsContentAndUsage) {
  EXPECT_EQ(parse_chat_piece(R"({"choices":[{"delta":{"content":"Hola"}}]})")->content, "Hola");
  EXPECT_EQ(
      parse_chat_piece(R"({"choices":[{"delta":{},"finish_reason":"length"}]})")->finish_reason,
      "length");
  const auto usage =
      parse_chat_piece(R"({"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}})");
  EXPECT_EQ(usage->prompt_tokens, 7);
  EXPECT_EQ(usage->completion_tokens, 9);
}

TEST(ChatPieceTest, LiesAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"<html>", "the model's stream holds an event that is no JSON object"},
      {"[1]", "the model's stream holds an event that is no JSON object"},
      {R"({"choices":1})", "the model's stream holds an event without choices"},
      {R"({"choices":NaN})", "the model's stream holds an event that is no JSON object"},
      {R"({"error":{"message":"no such model"}})", "the model's server says: no such model"}};
  for (const auto& [data, message] : cases) {
    EXPECT_EQ(parse_chat_piece(data).error().message, message) << data;
  }
  const std::string deep(100000, '[');
  EXPECT_FALSE(parse_chat_piece("{\"choices\":" + deep));
}

}  // namespace
}  // namespace gateway
