// The contract's cases about time, death and restarts: numbers as in contract_test.cc.

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "base/fake_clock.h"
#include "base/limits.h"
#include "gateway/files.h"
#include "gateway/grpc.h"
#include "gateway/h2_connection.h"
#include "nanabush/h2_peer.h"
#include "nanabush/harness.h"
#include "nanabush/process.h"
#include "nanabush/tunnel.h"
#include "net/curl_transport.h"

namespace nanabush_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// `nanabush serve` as a process, which may be killed and started again on its port.
class Program {
 public:
  explicit Program(const std::string& upstream) : upstream_(upstream) {
    EXPECT_EQ(run({"audit", "keygen", folder_.path("key")}, folder_.path("keygen.log")).code, 0);
    start();
  }

  void start() {
    process_ = std::make_unique<Process>(
        NANABUSH_PROGRAM,
        std::vector<std::string>{"serve", "--listen", "127.0.0.1:" + std::to_string(port_),
                                 "--upstream", upstream_, "--audit-dir", folder_.path("audit"),
                                 "--audit-key", folder_.path("key"), "--metrics-listen",
                                 "127.0.0.1:0"},
        folder_.path("serve.log"));
    EXPECT_TRUE(wait_until([&] {
      return process_->output().find("metrics on port") != std::string::npos;
    })) << process_->output();
    const std::string said = process_->output();
    port_ = number_after(said, "nanabush: serving on 127.0.0.1:");
    metrics_port_ = number_after(said, "metrics on port ");
  }

  void kill_it() {
    process_->signal(SIGKILL);
    EXPECT_EQ(process_->wait(), 128 + SIGKILL);
  }
  Process& process() { return *process_; }
  std::uint16_t port() const { return port_; }

  /// Calls of RegisterClient since its last start.
  bool was_asked_to_register() const {
    const auto transport = net::make_curl_transport({}, base::system_clock());
    const auto page = net::send(
        *transport, {"GET", "http://127.0.0.1:" + std::to_string(metrics_port_) + "/metrics"},
        {soon()});
    return page->body.find("method=\"RegisterClient\"") != std::string::npos;
  }

  std::unique_ptr<gateway::GlooscapClient> operator_client(std::uint16_t port) const {
    gateway::GlooscapOptions options;
    options.port = port;
    options.second = milliseconds(30);  // A heartbeat every 300 ms.
    return std::move(gateway::GlooscapClient::create(options, base::system_clock())).value();
  }

 private:
  static std::uint16_t number_after(const std::string& text, const std::string& what) {
    return static_cast<std::uint16_t>(std::atoi(text.c_str() + text.find(what) + what.size()));
  }

  Folder folder_;
  std::string upstream_;
  std::uint16_t port_ = 0, metrics_port_ = 0;
  std::unique_ptr<Process> process_;
};

bool becomes(const gateway::GlooscapClient& client, const char* status) {
  return wait_until([&] { return client.status().status == status; });
}

TEST(ContractLife, Case02_AKilledAndRestartedServerFindsItsClientAgain) {
  Model model;
  Program program(model.url());
  const auto client = program.operator_client(program.port());
  ASSERT_TRUE(becomes(*client, "healthy"));
  program.kill_it();
  ASSERT_TRUE(becomes(*client, "error"));
  program.start();
  EXPECT_TRUE(becomes(*client, "healthy"));
  EXPECT_FALSE(program.was_asked_to_register()) << "an unknown id is taken as known";
  EXPECT_EQ(client->status().registrations, 1);
}

TEST(ContractLife, Case03_SoItDoesWithTranslationsUnderWay) {
  for (const int under_way : {1, 2}) {
    Model model(1);
    Program program(model.url());
    const auto client = program.operator_client(program.port());
    ASSERT_TRUE(becomes(*client, "healthy"));
    std::vector<std::future<bool>> slots;
    for (int i = 0; i < under_way; ++i) {
      slots.push_back(std::async(std::launch::async, [&, i] {
        return client->translate("job-" + std::to_string(i), long_page(60), "es").has_value();
      }));
    }
    ASSERT_TRUE(wait_until([&] { return model.server().running() > 0; }));
    program.kill_it();
    for (auto& slot : slots) EXPECT_FALSE(slot.get()) << "the job fails, and is seen to";
    program.start();
    EXPECT_TRUE(becomes(*client, "healthy")) << under_way;
    EXPECT_FALSE(program.was_asked_to_register());
    EXPECT_TRUE(client->translate("after", kPage, "es"));
  }
}

TEST(ContractLife, Case04_AnyReplicaTakesAnyClient) {
  Model model;
  Nanabush first(model.url());
  Nanabush second(model.url());
  const Tunnel balancer({first.port(), second.port()});
  gateway::GlooscapOptions options;
  options.port = balancer.port();
  options.second = milliseconds(100);
  const auto client =
      std::move(gateway::GlooscapClient::create(options, base::system_clock())).value();
  ASSERT_TRUE(becomes(*client, "healthy"));
  first.stop();
  const int beats = client->status().heartbeats;
  ASSERT_TRUE(wait_until([&] { return client->status().heartbeats > beats + 1; }));
  EXPECT_TRUE(becomes(*client, "healthy"));
  EXPECT_EQ(client->status().registrations, 1);
  EXPECT_TRUE(client->translate("job", kPage, "es"));
  EXPECT_EQ(second.metric("nanabush_calls_total{method=\"RegisterClient\"}"), 0);
}

TEST(ContractLife, AJobWaitsForAModelServerThatComesBack) {
  auto model = std::make_unique<Model>();
  const std::uint16_t port = model->server().port();
  Nanabush nanabush(model->url());
  const auto client = nanabush.operator_client();
  model->end();  // Unnoticed so far: the first job finds the port closed.
  std::vector<std::future<bool>> jobs;
  for (int i = 0; i < 2; ++i) {
    jobs.push_back(std::async(std::launch::async, [&, i] {
      return client->translate("job-" + std::to_string(i), kPage, "es").has_value();
    }));
  }
  ASSERT_TRUE(wait_until([&] { return nanabush.metric("nanabush_jobs_running") == 2; }));
  ASSERT_TRUE(wait_until([&] { return nanabush.metric("nanabush_upstream_ready") == 0; }));
  model = std::make_unique<Model>(0, port);
  for (auto& job : jobs) EXPECT_TRUE(job.get());
  EXPECT_EQ(nanabush.audit_entries().size(), 2U);
}

TEST(ContractLife, JobsBehindOthersThatWaitKeepTheirOwnDeadlines) {
  auto nanabush = Nanabush::prepared("http://127.0.0.1:1");
  nanabush->config().workers = 1;
  nanabush->start();
  std::jthread first([&] {
    const auto ended =
        nanabush->client()->unary("/nanabush.v1.TranslationService/Translate",
                                  page_request("1", kPage).SerializeAsString(), soon(seconds(3)));
    EXPECT_TRUE(ended);
  });
  ASSERT_TRUE(wait_until([&] { return nanabush->metric("nanabush_jobs_running") == 1; }));
  const auto behind = nanabush->client()->unary("/nanabush.v1.TranslationService/Translate",
                                                page_request("2", kPage).SerializeAsString(),
                                                soon(milliseconds(800)));
  ASSERT_TRUE(behind) << behind.error().message;
  ::nanabush::v1::TranslateResponse response;
  ASSERT_TRUE(response.ParseFromString(behind->message));
  EXPECT_THAT(response.error_message(),
              testing::StartsWith("the translation waited in line until its deadline: no model "
                                  "server is ready: connect"));
  EXPECT_NE(audit_id_of(behind->metadata), "");
}

// With a second of 10 ms: nothing but a ping every 30 seconds on the wire, and a proxy between that
// closes after 300 silent ones (and, so that the pings are what counts, after 60). The page waits
// for a model server that comes when its time is over.
TEST(ContractLife, Case05_ALongCallLivesOnItsPingsUnderAProxy) {
  constexpr milliseconds kSecond(10);
  for (const auto& [call_seconds, proxy_seconds] :
       {std::pair(200, 300), std::pair(290, 300), std::pair(290, 60)}) {
    auto model = std::make_unique<Model>();
    const std::uint16_t model_port = model->server().port();
    auto nanabush = Nanabush::prepared(model->url());
    model.reset();
    nanabush->start();
    const Tunnel proxy({nanabush->port()}, nullptr, proxy_seconds * kSecond);
    H2Peer peer(proxy.port());
    const std::string page = page_request("long", "Read the guide.\n").SerializeAsString();
    peer.send(h2_frame(1, 4, 1, grpc_fields("/nanabush.v1.TranslationService/Translate")) +
              h2_frame(0, 1, 1, gateway::frame_message(page)));
    const base::Clock& clock = base::system_clock();
    const auto answer_at = clock.steady() + call_seconds * kSecond;
    int pongs = 0;
    bool answered = false, ended = false;
    const auto deadline = clock.steady() + seconds(30);
    while (!answered && !ended && peer.open() && clock.steady() < deadline) {
      if (!model && clock.steady() >= answer_at) model = std::make_unique<Model>(0, model_port);
      peer.send(h2_frame(6, 0, 0, "keepaliv"));
      const auto next_ping = clock.steady() + 30 * kSecond;
      while (clock.steady() < next_ping && peer.open() && !answered) {
        const auto frame = peer.next(milliseconds(20));
        if (!frame) continue;
        pongs += frame->type == 6;
        answered |= frame->type == 0 && frame->stream == 1;
        ended |= frame->type == 3 || frame->type == 7;
      }
    }
    EXPECT_TRUE(answered) << call_seconds << " under " << proxy_seconds;
    EXPECT_FALSE(ended) << "no GOAWAY for pinging";
    EXPECT_GE(pongs, call_seconds / 30 - 1);
  }
}

// In full length, since here the connection's clock is the test's.
TEST(ContractLife, Case05_ACallOfFiveMinutesLivesOnItsPings) {
  class Silent final : public gateway::H2Handler {
   public:
    bool reset = false;
    std::unique_ptr<gateway::H2Stream> open(gateway::H2Connection&, std::int32_t,
                                            gateway::Headers) override {
      class Stream final : public gateway::H2Stream {
       public:
        explicit Stream(bool& reset) : reset_(&reset) {}
        void on_data(std::string_view) override {}
        void on_end() override {}
        void on_reset() override { *reset_ = true; }

       private:
        bool* reset_;
      };
      return std::make_unique<Stream>(reset);
    }
  } handler;
  base::FakeClock clock;
  gateway::H2Connection connection(handler, clock, gateway::H2Limits::standard());
  const auto frame = [](int type, int flags, int stream, std::string_view payload) {
    std::string bytes(9, '\0');
    bytes[2] = static_cast<char>(payload.size());
    bytes[3] = static_cast<char>(type);
    bytes[4] = static_cast<char>(flags);
    bytes[8] = static_cast<char>(stream);
    return bytes + std::string(payload);
  };
  // :method POST and :scheme http by index, :path /x and :authority h as literals (RFC 7541).
  const std::string fields("\x83\x86\x04\x02/x\x01\x01h", 9);
  connection.receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "") +
                     frame(1, 5, 1, fields));
  connection.take_output(1 << 20);
  ASSERT_EQ(connection.open_streams(), 1U);
  for (int second = 0; second < 290; second += 10) {  // Three times as often as grpc-go's.
    clock.advance(seconds(10));
    connection.receive(frame(6, 0, 0, "keepaliv"));
    connection.check_deadlines();
    ASSERT_FALSE(connection.take_output(1 << 20).empty()) << "each ping has its answer";
  }
  EXPECT_EQ(connection.fault(), "");
  EXPECT_FALSE(handler.reset);
  connection.send_headers(1, {{":status", "200"}}, true);
  EXPECT_FALSE(connection.take_output(1 << 20).empty());
}

TEST(ContractLife, Case10_SigtermLetsATranslationEnd) {
  Model model(1);
  Program program(model.url());
  const auto client = program.operator_client(program.port());
  auto translated =
      std::async(std::launch::async, [&] { return client->translate("job", kPage, "es"); });
  ASSERT_TRUE(wait_until([&] { return model.server().running() > 0; }));
  program.process().signal(SIGTERM);
  const auto page = translated.get();
  EXPECT_TRUE(page) << page.error().message;
  EXPECT_EQ(program.process().wait(), 0);
}

TEST(ContractLife, Case14_HostilePeersAreNobodysTrouble) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.operator_client(milliseconds(20));
  std::vector<int> sockets;
  const std::string shapes[] = {
      "",                                                               // Silent, as a TCP check.
      "GET / HTTP/1.1\r\nhost: x\r\n\r\n",                              // A port scan.
      std::string(1000, '\xff'),                                        // Noise.
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(1 << 20, 'h')};  // A MiB of headers.
  for (int i = 0; i < 100; ++i) {
    const std::string& shape = shapes[i % 4];
    const int socket = connect_socket(nanabush.port());
    ASSERT_GE(socket, 0);
    send(socket, shape.data(), shape.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    sockets.push_back(socket);
  }
  for (int i = 0; i < 20; ++i) {
    const auto done = client->translate("job-" + std::to_string(i), kPage, "es");
    EXPECT_TRUE(done) << done.error().message;
  }
  const auto status = client->status();
  EXPECT_EQ(status.heartbeats_failed, 0);
  EXPECT_LT(status.slowest_heartbeat, seconds(1));
  for (const int socket : sockets) close(socket);
  EXPECT_TRUE(wait_until([&] { return nanabush.metric("nanabush_connections") == 1; }))
      << "what is gone is forgotten";
}

}  // namespace
}  // namespace nanabush_test
