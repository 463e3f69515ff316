#include "net/scripted_transport.h"

#include <gtest/gtest.h>

namespace net {
namespace {

using base::ErrorCode;
using std::chrono::seconds;

Request get(std::string url) { return {.url = std::move(url)}; }

TEST(ScriptedTransportTest, AnswersInOrder) {
  ScriptedTransport server("two answers");
  server.expect("GET https://c/a").reply(200, "one", {{"ETag", "x"}});
  server.expect("POST https://c/b").with_body("{}").with_header("accept", "*/*").reply(404, "");
  const Response first = send(server, get("https://c/a"), {}).value();
  EXPECT_EQ(first.body, "one");
  EXPECT_EQ(header(first.headers, "etag"), "x");
  EXPECT_EQ(send(server, {"POST", "https://c/b", {{"Accept", "*/*"}}, "{}"}, {}).value().status,
            404);
  EXPECT_EQ(server.unfinished(), "");
}

TEST(ScriptedTransportTest, SaysWhatWasNeverAskedAndWhatWasNotExpected) {
  ScriptedTransport server("a surprise");
  server.expect("GET https://c/a").with_header("Authorization", "").reply(200, "");
  EXPECT_EQ(send(server, get("https://c/b"), {}).error().message,
            "scenario 'a surprise': expected GET https://c/a\n  but got GET https://c/b");
  EXPECT_FALSE(send(server, {"GET", "https://c/a", {{"Authorization", "secret"}}, ""}, {}));
  EXPECT_EQ(server.unfinished(),
            "scenario 'a surprise' did not finish:\n"
            "  expected GET https://c/a\n  but got GET https://c/b\n"
            "  expected the header Authorization: \n  but got 'secret'\n"
            "  never asked: GET https://c/a");
}

TEST(ScriptedTransportTest, AnUnfinishedScenarioThatNobodyAskedAboutAborts) {
  EXPECT_DEATH(
      {
        ScriptedTransport server("forgotten");
        server.expect("GET https://c/a");
      },
      "scenario 'forgotten' did not finish:\n  never asked: GET https://c/a");
}

TEST(ScriptedTransportTest, AStreamIsReadInChunksAndMayBeLost) {
  ScriptedTransport server("a stream");
  server.expect("GET https://c/w").stream().chunk("a").chunk("b").then_lose_connection();
  std::string seen;
  const base::Result<void> ended = stream(server, get("https://c/w"), {},
                                          {[&](const ResponseHead& head) {
                                             seen += std::to_string(head.status) + ":";
                                             return true;
                                           },
                                           [&](std::string_view bytes) {
                                             seen += bytes;
                                             return true;
                                           }});
  EXPECT_EQ(seen, "200:ab");
  EXPECT_EQ(ended.error().message, "the connection was lost: Connection reset by peer");
  EXPECT_EQ(server.unfinished(), "");
}

TEST(ScriptedTransportTest, AReaderThatHasEnoughEndsTheStreamInSuccess) {
  ScriptedTransport server("enough");
  server.expect("GET https://c/w").stream().chunk("a").then_stay_open();
  EXPECT_TRUE(
      stream(server, get("https://c/w"), {}, {nullptr, [](std::string_view) { return false; }}));
  EXPECT_EQ(server.unfinished(), "");
}

TEST(ScriptedTransportTest, SilenceEndsWithTheDeadlineOrAStop) {
  base::FakeClock clock;
  ScriptedTransport server("silence", &clock);
  server.expect("GET https://c/a").then_hang();
  server.expect("GET https://c/b").then_stay_open();
  const auto start = clock.steady();
  EXPECT_EQ(send(server, get("https://c/a"), {.until = within(clock, seconds(9))}).error().code,
            ErrorCode::deadline_exceeded);
  EXPECT_EQ(clock.steady() - start, seconds(9));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(send(server, get("https://c/b"), {.until = {.stop = stop.get_token()}}).error().code,
            ErrorCode::cancelled);
  EXPECT_EQ(server.unfinished(), "");
}

TEST(ScriptedTransportTest, ABodyAboveTheLimitIsRefused) {
  ScriptedTransport server("too much");
  server.expect("GET https://c/a").reply(200, "12345");
  const base::Error error = send(server, get("https://c/a"), {.body_bytes_max = 4}).error();
  EXPECT_EQ(error.code, ErrorCode::resource_exhausted);
  EXPECT_EQ(error.message, "the response is larger than 4 bytes");
  EXPECT_EQ(server.unfinished(), "");
}

}  // namespace
}  // namespace net
