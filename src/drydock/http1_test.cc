#include "drydock/http1.h"

#include <gtest/gtest.h>

namespace drydock {
namespace {

/// How much of `bytes`, fed `step` at a time, `body` says is its own.
std::size_t measured(BodyMeasure body, std::string_view bytes, std::size_t step) {
  std::size_t total = 0;
  while (total < bytes.size() && !body.done()) {
    const std::string_view piece = bytes.substr(total, step);
    const auto taken = body.take(piece);
    if (!taken) return std::string::npos;
    total += *taken;
    if (*taken < piece.size()) break;
  }
  return body.done() ? total : std::string::npos;
}

Http1Head head_of(std::string text) { return take_head(text).value(); }

std::string error_of(std::string text) {
  const auto head = take_head(text);
  if (!head) return head.error().message;
  const auto body = BodyMeasure::of_request(*head);
  return body ? "" : body.error().message;
}

TEST(Http1Test, AHeadIsTakenOffTheFrontAndWrittenAsItCame) {
  std::string bytes =
      "GET /api?watch=1 HTTP/1.1\r\nHost: a\r\nAccept:application/json \r\n\r\nrest";
  const Http1Head head = take_head(bytes).value();
  EXPECT_EQ(head.method(), "GET");
  EXPECT_EQ(head.target(), "/api?watch=1");
  EXPECT_EQ(head.to_string(),
            "GET /api?watch=1 HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n");
  EXPECT_EQ(bytes, "rest");
}

TEST(Http1Test, HalfAHeadIsLeftWhereItIs) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(take_head(bytes).value().start_line, "");
  EXPECT_EQ(bytes, "GET / HTTP/1.1\r\nHost: a\r\n");
}

TEST(Http1Test, WhatHasNoSingleEndIsRefused) {
  EXPECT_EQ(error_of("\r\n\r\n"), "HTTP/1.1: no start line");
  EXPECT_EQ(error_of("GET / HTTP/1.1\r\nno colon\r\n\r\n"), "HTTP/1.1: a header without a name");
  EXPECT_EQ(error_of("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), "HTTP/1.1: a header without a name");
  EXPECT_EQ(error_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            "HTTP/1.1: Content-Length makes no sense");
  EXPECT_EQ(error_of("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
            "HTTP/1.1: Content-Length makes no sense");
  EXPECT_EQ(error_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "HTTP/1.1: Content-Length beside Transfer-Encoding");
}

TEST(Http1Test, ABodyOfKnownLengthEndsThereHoweverItComes) {
  const Http1Head head = head_of("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
  for (const std::size_t step : {1, 2, 100}) {
    EXPECT_EQ(measured(BodyMeasure::of_request(head).value(), "12345GET / ", step), 5U) << step;
  }
}

TEST(Http1Test, AChunkedBodyEndsAfterItsTrailersHoweverItComes) {
  const Http1Head head = head_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string body = "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nDigest: x\r\n\r\n";
  for (const std::size_t step : {1, 3, 1000}) {
    EXPECT_EQ(measured(BodyMeasure::of_response(head, "GET").value(), body + "HTTP/1.1 200", step),
              body.size())
        << step;
  }
}

TEST(Http1Test, AChunkWithoutASizeIsAnError) {
  const Http1Head head = head_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  BodyMeasure body = BodyMeasure::of_response(head, "GET").value();
  EXPECT_EQ(body.take("xyz\r\n").error().message, "HTTP/1.1: a chunk without a size");
}

TEST(Http1Test, SomeAnswersHaveNoBodyWhateverTheirHeadersSay) {
  const Http1Head long_one = head_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(BodyMeasure::of_response(long_one, "HEAD").value().done());
  EXPECT_FALSE(BodyMeasure::of_response(long_one, "GET").value().done());
  const Http1Head none = head_of("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(BodyMeasure::of_response(none, "GET").value().done());
  const Http1Head open = head_of("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_TRUE(BodyMeasure::of_response(open, "GET").value().until_close());
}

}  // namespace
}  // namespace drydock
