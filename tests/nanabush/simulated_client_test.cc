// The simulated Glooscap client behaves as the real one was seen to: the table of the contract's
// section 1.4. Were it kinder than the real one, the other tests would prove nothing.

#include <future>

#include "base/system_random.h"
#include "gateway/grpc.h"
#include "gateway/server.h"
#include "nanabush/harness.h"

namespace nanabush_test {
namespace {

namespace v1 = ::nanabush::v1;
using std::chrono::milliseconds;

/// A server that answers heartbeats as the test says, and never ends a translation by itself.
class OddServer {
 public:
  struct Beat {
    bool success = true, again = false, fail = false;
    int interval = 0;
  };
  OddServer() : handler_(base::system_clock()) {
    const std::string service = "/nanabush.v1.TranslationService/";
    handler_.add(service + "RegisterClient",
                 gateway::unary({[this](const auto&, const std::string&, const auto& call) {
                   ++registrations;
                   v1::RegisterClientResponse response;
                   response.set_client_id("id");
                   response.set_success(true);
                   response.set_heartbeat_interval_seconds(1);
                   call->send(response.SerializeAsString());
                   call->finish(base::ErrorCode::ok, "");
                 }}));
    handler_.add(service + "Heartbeat",
                 gateway::unary({[this](const auto&, const std::string&, const auto& call) {
                   ++beats;
                   const Beat beat = next_;
                   if (beat.fail) return call->finish(base::ErrorCode::unavailable, "no");
                   v1::HeartbeatResponse response;
                   response.set_success(beat.success);
                   response.set_re_register_required(beat.again);
                   response.set_heartbeat_interval_seconds(beat.interval);
                   call->send(response.SerializeAsString());
                   call->finish(base::ErrorCode::ok, "");
                 }}));
    handler_.add(service + "Translate",
                 gateway::unary({[](const auto&, const std::string&, const auto&) {}}));
    server_ = std::move(gateway::Server::start(handler_, base::system_clock(), {{}})).value();
  }
  void answer(Beat beat) { next_ = beat; }
  std::unique_ptr<gateway::GlooscapClient> client() const {
    gateway::GlooscapOptions options;
    options.port = server_->ports()[0];
    options.second = milliseconds(20);
    return std::move(gateway::GlooscapClient::create(options, base::system_clock())).value();
  }
  std::atomic<int> registrations{0}, beats{0};

 private:
  std::atomic<Beat> next_{Beat{}};
  gateway::GrpcHandler handler_;
  std::unique_ptr<gateway::Server> server_;
};

/// Calls under way that take slots of a client until the object goes.
class Slots {
 public:
  Slots(gateway::GlooscapClient& client, int count) {
    for (int i = 0; i < count; ++i) {
      calls_.push_back(std::async(std::launch::async, [&client, i, token = stop_.get_token()] {
        return client.translate("job-" + std::to_string(i), "Text.\n", "es", "en", token)
            .has_value();
      }));
    }
    wait_until([&] { return client.translations_under_way() == count; });
  }
  ~Slots() {
    stop_.request_stop();
    for (auto& call : calls_) call.get();
  }

 private:
  std::stop_source stop_;
  std::vector<std::future<bool>> calls_;
};

bool beats_more(OddServer& server, int more) {
  const int before = server.beats;
  return wait_until([&] { return server.beats >= before + more; }, std::chrono::seconds(5));
}

TEST(SimulatedClient, WithASlotFreeItOnlyCountsWhatItIsRefused) {
  for (const OddServer::Beat beat :
       {OddServer::Beat{.success = false}, OddServer::Beat{.again = true},
        OddServer::Beat{.fail = true}}) {
    OddServer server;
    server.answer(beat);
    const auto client = server.client();
    const Slots slots(*client, 1);
    ASSERT_TRUE(beats_more(server, 4));
    EXPECT_EQ(client->status().status, "error");
    EXPECT_EQ(server.registrations, 1) << "it never registers again";
    server.answer({});
    EXPECT_TRUE(wait_until([&] { return client->status().status == "healthy"; }));
  }
}

TEST(SimulatedClient, WithBothSlotsTakenItRegistersWithEveryHeartbeat) {
  OddServer server;
  const auto client = server.client();
  const Slots slots(*client, 2);
  server.answer({.success = false});
  EXPECT_TRUE(wait_until([&] { return server.registrations > 3; }));
}

TEST(SimulatedClient, OneLostHeartbeatWithBothSlotsTakenBricksIt) {
  OddServer server;
  const auto client = server.client();
  {
    const Slots slots(*client, 2);
    server.answer({.fail = true});
    ASSERT_TRUE(wait_until([&] { return !client->status().registered; }));
    server.answer({});
  }
  EXPECT_FALSE(beats_more(server, 2)) << "no heartbeat is ever sent again";
  EXPECT_EQ(client->status().status, "error");
  EXPECT_EQ(server.registrations, 1);
}

TEST(SimulatedClient, AThirdTranslationFailsAtOnce) {
  OddServer server;
  const auto client = server.client();
  const Slots slots(*client, 2);
  EXPECT_EQ(client->translate("third", "Text.\n", "es").error().message,
            "nanabush: translation service busy (max 2 concurrent requests), please retry later");
}

// The baselines as far as they can be had: their Go code is not here, so a server of ours plays
// what they were seen to answer an id that they do not know after a restart (success=false), and
// the same client meets both. What they do for a translation (a placeholder, a queue) is not
// played.
TEST(SimulatedClient, Case20_WhereTheServersBeforeLeaveAClientInErrorOursHealsIt) {
  OddServer before;
  const auto theirs = before.client();
  ASSERT_TRUE(wait_until([&] { return theirs->status().status == "healthy"; }));
  before.answer({.success = false});  // It was restarted, and has forgotten everybody.
  ASSERT_TRUE(beats_more(before, 10));
  EXPECT_EQ(theirs->status().status, "error");
  EXPECT_EQ(before.registrations, 1) << "with no way back";

  Model model;
  auto ours = std::make_unique<Nanabush>(model.url());
  const std::uint16_t port = ours->port();
  const auto client = ours->operator_client(milliseconds(20));
  ASSERT_TRUE(wait_until([&] { return client->status().status == "healthy"; }));
  ours.reset();
  ASSERT_TRUE(wait_until([&] { return client->status().status == "error"; }));
  ours = Nanabush::prepared(model.url());
  ours->config().listen = "127.0.0.1:" + std::to_string(port);
  ours->start();
  EXPECT_TRUE(wait_until([&] { return client->status().status == "healthy"; }));
  EXPECT_EQ(client->status().registrations, 1);
}

TEST(SimulatedClient, IntervalsBelowOneAreNotAdopted) {
  OddServer server;
  const auto client = server.client();
  for (const int interval : {0, -1}) {
    server.answer({.interval = interval});
    ASSERT_TRUE(beats_more(server, 2));
    EXPECT_EQ(client->status().interval_seconds, 1);
  }
  server.answer({.interval = 3600});
  EXPECT_TRUE(wait_until([&] { return client->status().interval_seconds == 3600; }));
}

}  // namespace
}  // namespace nanabush_test
