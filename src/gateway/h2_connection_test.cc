#include "gateway/h2_connection.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include "base/fake_clock.h"
#include "base/limits.h"
#include "gateway/h2_frames.h"

namespace gateway {
namespace {

using std::chrono::seconds;
namespace limits = base::limits;

constexpr std::uint8_t kData = 0, kHeaders = 1, kPriority = 2, kReset = 3, kSettings = 4, kPing = 6,
                       kGoaway = 7, kContinuation = 9;
constexpr std::uint8_t kEndStream = 1, kEndHeaders = 4;

std::string request_fields() {
  return h2_field(":method", "POST") + h2_field(":scheme", "http") + h2_field(":path", "/x") +
         h2_field(":authority", "host");
}

struct Frame {
  std::uint8_t type, flags;
  std::uint32_t stream;
  std::string payload;
};

std::vector<Frame> parse_frames(std::string_view bytes) {
  std::vector<Frame> frames;
  const auto number = [&](std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
  };
  while (bytes.size() >= 9) {
    const std::uint32_t size = number(0, 3);
    frames.push_back({static_cast<std::uint8_t>(bytes[3]), static_cast<std::uint8_t>(bytes[4]),
                      number(5, 4), std::string(bytes.substr(9, size))});
    bytes.remove_prefix(9 + size);
  }
  return frames;
}

/// Streams that note what they hear, and answer when the test says so.
class Recorder final : public H2Handler {
 public:
  struct Heard {
    Headers headers;
    std::string body;
    bool ended = false, reset = false;
  };
  std::map<std::int32_t, Heard> streams;

  std::unique_ptr<H2Stream> open(H2Connection&, std::int32_t id, Headers headers) override {
    streams[id].headers = std::move(headers);
    class Stream final : public H2Stream {
     public:
      explicit Stream(Heard& heard) : heard_(&heard) {}
      void on_data(std::string_view bytes) override { heard_->body += bytes; }
      void on_end() override { heard_->ended = true; }
      void on_reset() override { heard_->reset = true; }

     private:
      Heard* heard_;
    };
    return std::make_unique<Stream>(streams[id]);
  }
};

struct H2ConnectionTest : testing::Test {
  base::FakeClock clock;
  Recorder recorder;
  H2Connection connection{recorder, clock, H2Limits::standard()};

  std::vector<Frame> output() { return parse_frames(connection.take_output(1 << 20)); }
  std::vector<Frame> exchange(const std::string& bytes) {
    connection.receive(bytes);
    return output();
  }
  void open_connection() { exchange(h2_preface()); }
  /// The error code of the GOAWAY among `frames`; nullopt when there is none.
  static std::optional<std::uint32_t> goaway(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
      if (frame.type == kGoaway) return static_cast<unsigned char>(frame.payload[7]);
    }
    return std::nullopt;
  }
  static const Frame* find(const std::vector<Frame>& frames, std::uint8_t type) {
    for (const Frame& frame : frames) {
      if (frame.type == type) return &frame;
    }
    return nullptr;
  }
};

constexpr auto kCalm = static_cast<std::uint32_t>(H2Error::enhance_your_calm);

TEST_F(H2ConnectionTest, ARequestIsHeardAndItsAnswerSent) {
  open_connection();
  connection.receive(h2_frame(kHeaders, kEndHeaders, 1, request_fields()) +
                     h2_frame(kData, kEndStream, 1, "hello"));
  EXPECT_EQ(recorder.streams[1].body, "hello");
  EXPECT_TRUE(recorder.streams[1].ended);
  connection.send_headers(1, {{":status", "200"}}, false);
  connection.send_data(1, "world");
  connection.send_trailers(1, {{"grpc-status", "0"}});
  const auto frames = output();
  const Frame* data = find(frames, kData);
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(data->payload, "world");
  EXPECT_EQ(frames.back().type, kHeaders);
  EXPECT_EQ(frames.back().flags & kEndStream, kEndStream);
  EXPECT_EQ(connection.open_streams(), 0U);
  EXPECT_FALSE(recorder.streams[1].reset);
}

TEST_F(H2ConnectionTest, AnswersFromOtherThreadsComeThroughTheMailbox) {
  open_connection();
  connection.receive(h2_frame(kHeaders, kEndHeaders | kEndStream, 1, request_fields()));
  int woken = 0;
  connection.mailbox()->set_wake([&] { ++woken; });
  connection.mailbox()->post([&] { connection.send_headers(1, {{":status", "204"}}, true); });
  connection.mailbox()->post([] {});
  EXPECT_EQ(woken, 1) << "one wake for a box that was empty";
  EXPECT_TRUE(output().empty() || find(output(), kHeaders) == nullptr);
  connection.mailbox()->run();
  EXPECT_NE(find(output(), kHeaders), nullptr);
}

TEST_F(H2ConnectionTest, AnAnswerBeforeTheRequestsEndSaysThatNoMoreIsWanted) {
  open_connection();
  connection.receive(h2_frame(kHeaders, kEndHeaders, 1, request_fields()));
  connection.send_trailers(1, {{":status", "200"}, {"grpc-status", "12"}});
  const auto frames = output();
  const Frame* reset = find(frames, kReset);
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(reset->payload, std::string(4, '\0'));
}

TEST_F(H2ConnectionTest, APeerThatGoesIsHeard) {
  open_connection();
  connection.receive(h2_frame(kHeaders, kEndHeaders, 1, request_fields()));
  connection.receive(h2_frame(kReset, 0, 1, std::string("\0\0\0\x8", 4)));
  EXPECT_TRUE(recorder.streams[1].reset);
  EXPECT_EQ(connection.open_streams(), 0U);
}

// --- The attacks (numbers: the shapes that the project's HTTP/2 corpus names) --------------------

TEST_F(H2ConnectionTest, A1_RapidResetEndsTheConnection) {
  open_connection();
  int sent = 0;
  for (std::uint32_t id = 1; !connection.finished() && sent < 50'000; id += 2, ++sent) {
    exchange(h2_frame(kHeaders, kEndHeaders | kEndStream, id, request_fields()) +
             h2_frame(kReset, 0, id, std::string("\0\0\0\x8", 4)));
  }
  EXPECT_EQ(connection.fault(), "too many streams that ended early");
  EXPECT_LE(sent, static_cast<int>(limits::kH2ResetsBurst) + 1);
}

TEST_F(H2ConnectionTest, A10_MalformedRequestsEndTheConnectionSooner) {
  open_connection();
  int sent = 0;
  for (std::uint32_t id = 1; !connection.finished() && sent < 50'000; id += 2, ++sent) {
    exchange(h2_frame(kHeaders, kEndHeaders | kEndStream, id,
                      request_fields() + h2_field("transfer-encoding", "chunked")));
  }
  EXPECT_EQ(connection.fault(), "too many malformed messages");
  EXPECT_LE(sent, static_cast<int>(limits::kH2ResetsBurst) / limits::kH2LieCost + 1);
}

TEST_F(H2ConnectionTest, A1_AClientThatCancelsNowAndThenIsNotTakenForIt) {
  open_connection();
  for (std::uint32_t id = 1; id < 4000; id += 2) {
    exchange(h2_frame(kHeaders, kEndHeaders, id, request_fields()) +
             h2_frame(kReset, 0, id, std::string("\0\0\0\x8", 4)));
    clock.advance(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(connection.fault(), "");
}

TEST_F(H2ConnectionTest, A2_AContinuationFloodEndsAfterAFewFrames) {
  open_connection();
  connection.receive(h2_frame(kHeaders, 0, 1, request_fields()));
  int sent = 0;
  while (connection.fault().empty() && sent < 1000) {
    connection.receive(h2_frame(kContinuation, 0, 1, h2_field("x", "y")));
    ++sent;
  }
  EXPECT_EQ(connection.fault(), "too many CONTINUATION frames");
  EXPECT_LE(sent, limits::kH2ContinuationsMax + 1);
  EXPECT_EQ(goaway(output()), kCalm);
}

TEST_F(H2ConnectionTest, A3_MadeToResetCountsLikeResetting) {
  open_connection();
  int sent = 0;
  for (std::uint32_t id = 1; !connection.finished() && sent < 50'000; id += 2, ++sent) {
    // A WINDOW_UPDATE of 0 on a stream makes the server reset it.
    exchange(h2_frame(kHeaders, kEndHeaders, id, request_fields()) +
             h2_frame(8, 0, id, std::string(4, '\0')));
  }
  EXPECT_LE(sent, static_cast<int>(limits::kH2ResetsBurst) + 1);
}

TEST_F(H2ConnectionTest, A4_APingOrSettingsFloodEnds) {
  for (const bool pings : {true, false}) {
    H2Connection flooded(recorder, clock, H2Limits::standard());
    flooded.receive(h2_preface());
    int sent = 0;
    while (flooded.fault().empty() && sent < 100'000) {
      flooded.receive(pings ? h2_frame(kPing, 0, 0, std::string(8, 'x'))
                            : h2_frame(kSettings, 0, 0, ""));
      flooded.take_output(1 << 20);
      ++sent;
    }
    EXPECT_LE(sent, static_cast<int>(limits::kH2ControlsBurst) + 1);
  }
}

TEST_F(H2ConnectionTest, A4_KeepaliveEveryTenSecondsForADayIsWelcome) {
  open_connection();
  for (int i = 0; i < 8640; ++i) {
    clock.advance(seconds(10));
    const auto frames = exchange(h2_frame(kPing, 0, 0, "keepaliv"));
    ASSERT_EQ(frames.size(), 1U);
    ASSERT_EQ(frames[0].type, kPing);
  }
  EXPECT_EQ(connection.fault(), "");
}

TEST_F(H2ConnectionTest, A4_AnswersThatNobodyTakesDoNotPileUp) {
  open_connection();
  for (int i = 0; i < 5000 && connection.fault().empty(); ++i) {
    connection.receive(h2_frame(kPing, 0, 0, std::string(8, 'x')));
  }
  EXPECT_FALSE(connection.fault().empty());
}

TEST_F(H2ConnectionTest, A5_OutputThatIsNotTakenEndsItsStream) {
  connection.receive(
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" +
      h2_frame(kSettings, 0, 0, std::string("\0\x4\0\0\0\x1", 6)));  // A window of 1.
  connection.receive(h2_frame(kHeaders, kEndHeaders | kEndStream, 1, request_fields()));
  connection.send_headers(1, {{":status", "200"}}, false);
  connection.send_data(1, std::string(100, 'x'));
  output();
  EXPECT_EQ(connection.queued(1), 99U);
  clock.advance(limits::kH2StalledTimeout + seconds(1));
  connection.check_deadlines();
  output();
  EXPECT_TRUE(recorder.streams[1].reset);
  EXPECT_EQ(connection.open_streams(), 0U);
}

TEST_F(H2ConnectionTest, A6_TooManyHeaderBytesEndTheConnection) {
  open_connection();
  std::string block = request_fields();
  block += h2_field("x", std::string(limits::kH2HeaderBytesMax, 'y'));
  std::string bytes = h2_frame(kHeaders, 0, 1, block.substr(0, 16'000)) +
                      h2_frame(kContinuation, kEndHeaders, 1, block.substr(16'000));
  EXPECT_EQ(goaway(exchange(bytes)), kCalm);
  EXPECT_EQ(connection.fault(), "its headers are too large");
  EXPECT_TRUE(recorder.streams.empty()) << "no request was begun";
}

TEST_F(H2ConnectionTest, A6_TheSameFieldAgainAndAgainCountsEachTime) {
  open_connection();
  // Indexed once (6.2.1), then referred to in one byte each: 4 KiB a byte.
  std::string block = request_fields() + "\x40" + h2_field("x", std::string(3000, 'y')).substr(1);
  block += std::string(10'000, static_cast<char>(0x80 | 62));
  EXPECT_EQ(goaway(exchange(h2_frame(kHeaders, kEndHeaders, 1, block))), kCalm);
}

TEST_F(H2ConnectionTest, A7_EndlessEmptyFramesEnd) {
  open_connection();
  connection.receive(h2_frame(kHeaders, kEndHeaders, 1, request_fields()));
  int sent = 0;
  while (connection.fault().empty() && sent < 1'000'000) {
    exchange(h2_frame(kData, 0, 1, ""));
    ++sent;
  }
  EXPECT_LE(sent, static_cast<int>(limits::kH2ControlsBurst) + 1);
}

TEST_F(H2ConnectionTest, A9_APrefaceThatDoesNotComeEnds) {
  connection.receive("PRI * HT");
  clock.advance(limits::kH2PrefaceTimeout + seconds(1));
  connection.check_deadlines();
  EXPECT_EQ(connection.fault(), "it did not finish its preface");
}

TEST_F(H2ConnectionTest, A9_ARequestThatDripsEndsAndALongAnswerDoesNot) {
  open_connection();
  connection.receive(h2_frame(kHeaders, kEndHeaders, 1, request_fields()));
  connection.receive(h2_frame(kHeaders, kEndHeaders | kEndStream, 3, request_fields()));
  for (int i = 0; i < 30; ++i) {
    clock.advance(seconds(10));
    if (connection.open_streams() == 2) connection.receive(h2_frame(kData, 0, 1, "x"));
    connection.check_deadlines();
    output();
  }
  EXPECT_TRUE(recorder.streams[1].reset);
  EXPECT_FALSE(recorder.streams[3].reset) << "five minutes of translating are allowed";
}

TEST_F(H2ConnectionTest, A17_OddHeadersDoNoHarm) {
  open_connection();
  const std::string block =
      request_fields() + h2_field("te", "x") + h2_field("y", std::string(9000, 'z'));
  exchange(h2_frame(kHeaders, kEndHeaders, 1, block));
  EXPECT_EQ(connection.fault(), "");
  exchange(h2_frame(kHeaders, kEndHeaders | kEndStream, 3, request_fields()));
  EXPECT_TRUE(recorder.streams[3].ended);
}

TEST_F(H2ConnectionTest, Http1IsRefused) {
  connection.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_FALSE(connection.fault().empty());
}

// --- Ending well --------------------------------------------------------------------------------

TEST_F(H2ConnectionTest, DrainingLosesNoRequest) {
  open_connection();
  connection.receive(h2_frame(kHeaders, kEndHeaders | kEndStream, 1, request_fields()));
  connection.drain();
  auto frames = output();
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].payload.substr(0, 4), "\x7f\xff\xff\xff") << "the first names no stream";
  // A request that crossed the first GOAWAY on its way is taken.
  connection.receive(h2_frame(kHeaders, kEndHeaders | kEndStream, 3, request_fields()));
  EXPECT_TRUE(recorder.streams[3].ended);
  connection.drain();
  frames = output();
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].payload.substr(0, 4), std::string("\0\0\0\x3", 4));
  EXPECT_FALSE(connection.finished());
  for (const std::int32_t id : {1, 3}) connection.send_trailers(id, {{":status", "200"}});
  output();
  EXPECT_TRUE(connection.finished());
}

TEST_F(H2ConnectionTest, PriorityAndUnknownFramesAreHarmless) {
  open_connection();
  exchange(h2_frame(kPriority, 0, 5, std::string("\0\0\0\0\x10", 5)) + h2_frame(0x77, 0, 0, "?"));
  EXPECT_EQ(connection.fault(), "");
}

}  // namespace
}  // namespace gateway
