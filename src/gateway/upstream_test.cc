// The replica chooser against scripted servers: what a real vLLM says and how it differs from our
// simulated one, waiting, hedging. Shapes of answers are those of vLLM 0.9 to 0.24.

#include "gateway/upstream.h"

#include <gtest/gtest.h>

#include "base/fake_clock.h"
#include "base/system_clock.h"
#include "net/fake_sleeper.h"
#include "net/scripted_transport.h"

namespace gateway {
namespace {

using base::ErrorCode;
using net::ScriptedTransport;

const net::Headers kEvents = {{"content-type", "text/event-stream; charset=utf-8"}};

std::string piece(const std::string& content, const std::string& finish = "null") {
  return R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",)"
         R"("choices":[{"index":0,"delta":{"content":")" +
         content + R"("},"logprobs":null,"finish_reason":)" + finish + "}]}\n\n";
}
const std::string kRole =
    R"(data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"role":"assistant","content":""},)"
    R"("logprobs":null,"finish_reason":null}]})"
    "\n\n";
const std::string kUsage =
    R"(data: {"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":9,"total_tokens":12,)"
    R"("completion_tokens":3,"prompt_tokens_details":null}})"
    "\n\n";
const std::string kDone = "data: [DONE]\n\n";

std::string models(const std::string& name) {
  return R"({"object":"list","data":[{"id":")" + name +
         R"(","object":"model","created":1,"owned_by":"vllm","root":"/mnt/models","parent":null,)"
         R"("max_model_len":8192,"permission":[]},{"id":"a-lora","object":"model","parent":")" +
         name + R"("}]})";
}

struct Asked {
  base::Result<ChatUsage> usage;
  std::string text;
};

class UpstreamTest : public testing::Test {
 protected:
  /// `url` is healthy and serves `name`.
  void healthy(const std::string& url, const std::string& name) {
    transport.expect("GET " + url + "/health").reply(200, "");
    transport.expect("GET " + url + "/v1/models").reply(200, models(name));
  }
  std::unique_ptr<Upstream> made(UpstreamOptions options) {
    options.health_interval = std::chrono::hours(1);
    auto upstream = std::make_unique<Upstream>(transport, base::system_clock(),
                                               net::system_sleeper(), std::move(options));
    while (transport.requests().size() < 2 * upstream->replicas() || !upstream->ready()) {
      std::this_thread::yield();
    }
    return upstream;
  }
  static Asked ask(Upstream& upstream) {
    Asked asked{ChatUsage{}, ""};
    asked.usage = upstream.complete(
        {"system", "user", 64, ""},
        [&](std::string_view text) {
          asked.text += text;
          return true;
        },
        net::within(base::system_clock(), std::chrono::seconds(20)));
    return asked;
  }
  ~UpstreamTest() override { EXPECT_EQ(transport.unfinished(), ""); }

  ScriptedTransport transport{"model servers"};
};

TEST_F(UpstreamTest, ARealVllmNeedsNoNameOfItsModel) {
  healthy("http://a", "granite-3.1-8b");
  auto upstream = made({.urls = {"http://a"}});
  EXPECT_EQ(upstream->model(), "granite-3.1-8b") << "its first; adapters come behind";
  transport.expect("POST http://a/v1/chat/completions")
      .stream(200, kEvents)
      .chunk(kRole + piece("Ho") + piece("") + piece("la") + piece("", "\"stop\""))
      .chunk(kUsage + kDone);
  const Asked asked = ask(*upstream);
  ASSERT_TRUE(asked.usage) << asked.usage.error().message;
  EXPECT_EQ(asked.text, "Hola");
  EXPECT_EQ(asked.usage->prompt_tokens, 9);
  EXPECT_EQ(asked.usage->completion_tokens, 3);
  EXPECT_NE(transport.requests().back().body.find(R"("model":"granite-3.1-8b")"),
            std::string::npos);
}

/// Notes whether the reader of an exchange wanted every piece of it.
class Noting final : public net::Transport {
 public:
  explicit Noting(net::Transport& inner) : inner_(&inner) {}
  std::unique_ptr<net::Call> start(net::Request request, const net::CallOptions& options,
                                   net::Receiver& receiver) override {
    const std::lock_guard lock(mutex_);
    readers_.push_back(std::make_unique<Reader>(receiver));
    return inner_->start(std::move(request), options, *readers_.back());
  }
  bool last_wanted_all() const {
    const std::lock_guard lock(mutex_);
    return readers_.back()->wanted_all;
  }

 private:
  struct Reader final : net::Receiver {
    explicit Reader(net::Receiver& inner) : inner(inner) {}
    void on_head(net::ResponseHead head) override { inner.on_head(std::move(head)); }
    bool on_chunk(std::string_view bytes) override {
      return wanted_all = inner.on_chunk(bytes) && wanted_all;
    }
    void on_end(base::Result<void> outcome) override { inner.on_end(std::move(outcome)); }
    net::Receiver& inner;
    bool wanted_all = true;
  };
  net::Transport* inner_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

TEST_F(UpstreamTest, AnAnswerIsReadToTheEndOfItsBodySoThatItsConnectionServesAgain) {
  healthy("http://a", "m");
  Noting noting(transport);
  Upstream upstream(noting, base::system_clock(), net::system_sleeper(),
                    {.urls = {"http://a"}, .health_interval = std::chrono::hours(1)});
  while (!upstream.ready()) std::this_thread::yield();
  transport.expect("POST http://a/v1/chat/completions")
      .stream(200, kEvents)
      .chunk(piece("Hola") + piece("", "\"stop\"") + kDone)
      .chunk(": what ends the body comes as a piece of its own\n\n");
  const Asked asked = ask(upstream);
  ASSERT_TRUE(asked.usage);
  EXPECT_EQ(asked.text, "Hola");
  EXPECT_TRUE(noting.last_wanted_all());
}

TEST_F(UpstreamTest, AServerWithoutHealthIsKnownByItsModels) {
  transport.expect("GET http://a/health").reply(404, "404 page not found");
  transport.expect("GET http://a/v1/models").reply(200, models("llama"));
  EXPECT_EQ(made({.urls = {"http://a"}})->model(), "llama");
}

TEST_F(UpstreamTest, NoUsageIsNoFault) {
  healthy("http://a", "m");
  auto upstream = made({.urls = {"http://a"}});
  transport.expect("POST http://a/v1/chat/completions")
      .stream(200, kEvents)
      .chunk(piece("Hola") + piece("", "\"stop\"") + kDone);
  const Asked asked = ask(*upstream);
  ASSERT_TRUE(asked.usage);
  EXPECT_EQ(asked.text, "Hola");
  EXPECT_EQ(asked.usage->completion_tokens, 0);
}

TEST_F(UpstreamTest, HowARealVllmRefuses) {
  healthy("http://a", "m");
  auto upstream = made({.urls = {"http://a"}, .attempts_max = 1});
  const auto answer = [&](int status, std::string body) {
    transport.expect("POST http://a/v1/chat/completions")
        .stream(status, {{"content-type", "application/json"}})
        .chunk(std::move(body));
    return ask(*upstream).usage.error();
  };
  // Before 0.10.1 the error is the body, since then it is in it; a proxy sends neither.
  const std::string too_long = R"("message":"This model's maximum context length is 8192 tokens.",)"
                               R"("type":"BadRequestError","param":null,"code":400)";
  EXPECT_EQ(answer(400, R"({"object":"error",)" + too_long + "}").code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(answer(400, R"({"error":{)" + too_long + "}}").code, ErrorCode::invalid_argument);
  EXPECT_EQ(answer(401, R"({"error":"Unauthorized"})").code, ErrorCode::unauthenticated);
  EXPECT_EQ(answer(503, "<html>no server is available</html>").code, ErrorCode::unavailable);
}

TEST_F(UpstreamTest, AnErrorWithinTheStreamIsAnError) {
  healthy("http://a", "m");
  auto upstream = made({.urls = {"http://a"}, .attempts_max = 1});
  transport.expect("POST http://a/v1/chat/completions")
      .stream(200, kEvents)
      .chunk(kRole + piece("Ho"))
      .chunk(R"(data: {"error":{"message":"EngineCore died","type":"InternalServerError",)"
             R"("param":null,"code":500}})"
             "\n\n" +
             kDone);
  const Asked asked = ask(*upstream);
  EXPECT_EQ(asked.usage.error().code, ErrorCode::aborted) << "half an answer had come";
  EXPECT_EQ(asked.usage.error().message, "the model's server says: EngineCore died");
}

TEST_F(UpstreamTest, AnAnswerThatTheEngineCutOffIsNone) {
  healthy("http://a", "m");
  auto upstream = made({.urls = {"http://a"}, .attempts_max = 1});
  for (const auto& [reason, code] :
       {std::pair("length", ErrorCode::out_of_range), std::pair("abort", ErrorCode::aborted),
        std::pair("error", ErrorCode::aborted), std::pair("repetition", ErrorCode::aborted)}) {
    transport.expect("POST http://a/v1/chat/completions")
        .stream(200, kEvents)
        .chunk(piece("Ho") + piece("", "\"" + std::string(reason) + "\"") + kDone);
    const auto usage = ask(*upstream).usage;
    ASSERT_FALSE(usage) << reason;
    EXPECT_EQ(usage.error().code, code) << reason;
  }
}

TEST_F(UpstreamTest, EachReplicaIsAskedByItsOwnName) {
  healthy("http://a", "granite");
  healthy("http://b", "granite-copy");
  auto upstream = made({.urls = {"http://a", "http://b"}});
  for (const auto& [url, name] :
       {std::pair("http://a", "granite"), std::pair("http://b", "granite-copy")}) {
    transport.expect("POST " + std::string(url) + "/v1/chat/completions")
        .stream(200, kEvents)
        .chunk(piece("x") + piece("", "\"stop\"") + kDone);
    EXPECT_TRUE(ask(*upstream).usage);
    EXPECT_NE(transport.requests().back().body.find("\"" + std::string(name) + "\""),
              std::string::npos);
  }
}

TEST_F(UpstreamTest, ARefusedTokenIsNotWaitedFor) {
  transport.expect("GET http://a/health").reply(200, "");
  transport.expect("GET http://a/v1/models").reply(401, R"({"error":"Unauthorized"})");
  Upstream upstream(transport, base::system_clock(), net::system_sleeper(),
                    {.urls = {"http://a"}, .health_interval = std::chrono::hours(1)});
  while (transport.requests().size() < 2 || upstream.promising()) std::this_thread::yield();
  EXPECT_EQ(ask(upstream).usage.error().message,
            "no model server is ready: the model's server answered 401");
}

/// Spends no time on pauses; the thread that asks for health sleeps until it is stopped.
class PauseSleeper final : public net::Sleeper {
 public:
  explicit PauseSleeper(base::FakeClock& clock) : pauses(clock) {}
  bool sleep(std::chrono::nanoseconds time, const std::stop_token& stop) override {
    if (time >= std::chrono::hours(1)) return net::system_sleeper().sleep(time, stop);
    return pauses.sleep(time, stop);
  }
  net::FakeSleeper pauses;
};

class BusyUpstreamTest : public UpstreamTest {
 protected:
  std::unique_ptr<Upstream> made_with(std::vector<std::string> urls) {
    UpstreamOptions options{.urls = std::move(urls), .health_interval = std::chrono::hours(1)};
    auto upstream = std::make_unique<Upstream>(transport, clock, sleeper, std::move(options));
    while (transport.requests().size() < 2 * upstream->replicas() || !upstream->ready()) {
      std::this_thread::yield();
    }
    return upstream;
  }
  Asked ask_within(Upstream& upstream, std::chrono::seconds time) {
    Asked asked{ChatUsage{}, ""};
    asked.usage = upstream.complete(
        {"system", "user", 64, ""},
        [&](std::string_view text) {
          asked.text += text;
          return true;
        },
        net::within(clock, time));
    return asked;
  }
  void answers(const std::string& url) {
    transport.expect("POST " + url + "/v1/chat/completions")
        .stream(200, kEvents)
        .chunk(piece("Hola") + piece("", "\"stop\"") + kDone);
  }
  void is_busy(const std::string& url, int status, const char* seconds) {
    transport.expect("POST " + url + "/v1/chat/completions")
        .reply(status, "busy", {{"Retry-After", seconds}});
  }
  base::FakeClock clock;
  PauseSleeper sleeper{clock};
};

TEST_F(BusyUpstreamTest, AServerThatSaysWhenIsWaitedForAsLongAsThePageMayTake) {
  healthy("http://a", "m");
  const auto upstream = made_with({"http://a"});
  for (int i = 0; i < 3; ++i) is_busy("http://a", 429, "20");
  for (int i = 0; i < 3; ++i) is_busy("http://a", 503, "20");
  answers("http://a");
  const Asked asked = ask_within(*upstream, std::chrono::minutes(4));
  ASSERT_TRUE(asked.usage) << asked.usage.error().message;
  EXPECT_EQ(asked.text, "Hola");
  EXPECT_EQ(sleeper.pauses.waits(),
            std::vector<std::chrono::milliseconds>(6, std::chrono::seconds(20)));
}

TEST_F(BusyUpstreamTest, ATimeBehindTheDeadlineIsNotWaitedFor) {
  healthy("http://a", "m");
  const auto upstream = made_with({"http://a"});
  is_busy("http://a", 503, "3600");
  const Asked asked = ask_within(*upstream, std::chrono::minutes(4));
  ASSERT_FALSE(asked.usage);
  EXPECT_EQ(asked.usage.error().code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(asked.usage.error().message, "the model's server is busy until the deadline");
  EXPECT_TRUE(sleeper.pauses.waits().empty());
}

TEST_F(BusyUpstreamTest, ABusyReplicaIsLeftAloneWhileAnotherHasTime) {
  healthy("http://a", "m");
  healthy("http://b", "m");
  const auto upstream = made_with({"http://a", "http://b"});
  is_busy("http://a", 429, "20");
  answers("http://b");
  answers("http://b");
  EXPECT_EQ(ask_within(*upstream, std::chrono::minutes(4)).text, "Hola");
  EXPECT_EQ(ask_within(*upstream, std::chrono::minutes(4)).text, "Hola");
  EXPECT_TRUE(sleeper.pauses.waits().empty());
}

TEST_F(BusyUpstreamTest, WithoutATimeItIsAskedThreeTimes) {
  healthy("http://a", "m");
  const auto upstream = made_with({"http://a"});
  for (int i = 0; i < 3; ++i) {
    transport.expect("POST http://a/v1/chat/completions").reply(503, "busy");
  }
  EXPECT_EQ(ask_within(*upstream, std::chrono::minutes(4)).usage.error().code,
            ErrorCode::unavailable);
}

TEST_F(UpstreamTest, HedgingAsksAnotherWhereTheFirstIsSilent) {
  healthy("http://a", "m");
  healthy("http://b", "m");
  auto upstream =
      made({.urls = {"http://a", "http://b"}, .hedge_after = std::chrono::milliseconds(20)});
  transport.expect("POST http://a/v1/chat/completions").then_stay_open();  // Until it is cancelled.
  transport.expect("POST http://b/v1/chat/completions")
      .stream(200, kEvents)
      .chunk(piece("Hola") + piece("", "\"stop\"") + kUsage + kDone);
  const Asked asked = ask(*upstream);
  ASSERT_TRUE(asked.usage) << asked.usage.error().message;
  EXPECT_EQ(asked.text, "Hola");
}

TEST_F(UpstreamTest, HedgingLeavesAnAnswerAloneThatHasBegun) {
  healthy("http://a", "m");
  healthy("http://b", "m");
  auto upstream =
      made({.urls = {"http://a", "http://b"}, .hedge_after = std::chrono::milliseconds(20)});
  // Nothing is asked of b: text has come, so the rest is waited for.
  transport.expect("POST http://a/v1/chat/completions")
      .stream(200, kEvents)
      .chunk(piece("Ho"))
      .then_lose_connection();
  const Asked asked = ask(*upstream);
  EXPECT_EQ(asked.text, "Ho");
  EXPECT_EQ(asked.usage.error().code, ErrorCode::aborted);
}

TEST_F(UpstreamTest, HedgingIsOffUnlessAskedFor) {
  EXPECT_EQ(UpstreamOptions().hedge_after, std::chrono::milliseconds(0));
  healthy("http://a", "m");
  auto upstream = made({.urls = {"http://a"}, .hedge_after = std::chrono::milliseconds(1)});
  transport.expect("POST http://a/v1/chat/completions")
      .stream(200, kEvents)
      .chunk(piece("Hola") + piece("", "\"stop\"") + kDone);
  EXPECT_EQ(ask(*upstream).text, "Hola") << "and with one replica there is nobody to ask";
}

}  // namespace
}  // namespace gateway
