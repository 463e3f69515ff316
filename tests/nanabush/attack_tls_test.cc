// Attack shapes against mutual TLS: who is let in, and certificates that change under load. Numbers
// as in the project's HTTP/2 corpus.

#include "gateway/files.h"
#include "nanabush/h2_peer.h"
#include "nanabush/harness.h"
#include "nanabush/tls_peer.h"

namespace nanabush_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A gateway with mutual TLS, its files in a folder where they can be changed.
struct Guarded {
  Model model;
  Authority mesh{"mesh"};
  std::unique_ptr<Nanabush> nanabush = Nanabush::prepared(model.url());

  explicit Guarded(const std::vector<Authority::Pair>& withdrawn = {}, bool with_list = false) {
    put(mesh.issue());
    const Folder& folder = nanabush->folder();
    EXPECT_TRUE(gateway::write_file(folder.path("ca"), mesh.certificate()));
    nanabush->config().mtls = {"127.0.0.1:0",
                               folder.path("cert"),
                               folder.path("tls-key"),
                               folder.path("ca"),
                               {"spiffe://cluster.local/ns/glooscap-system/sa/operator"}};
    if (with_list) put_list(withdrawn);
    nanabush->start();
  }
  void put_list(const std::vector<Authority::Pair>& withdrawn) {
    const std::string file = nanabush->folder().path("crl");
    nanabush->config().mtls.client_crl_file = file;
    EXPECT_TRUE(gateway::write_file(file, mesh.revocation_list(withdrawn)));
  }
  void put_certificate(const Authority::Pair& pair) const {
    EXPECT_TRUE(gateway::write_file(nanabush->folder().path("cert"), pair.certificate));
  }
  void put_key(const Authority::Pair& pair) const {
    EXPECT_TRUE(gateway::write_file(nanabush->folder().path("tls-key"), pair.key));
  }
  void put(const Authority::Pair& pair) const {
    put_certificate(pair);
    put_key(pair);
  }
  std::uint16_t port() const { return nanabush->gateway().mtls_port(); }
};

TEST(Attack, A11_NoWrongCertificateIsLetIn) {
  Guarded guarded;
  const Authority stranger("stranger");
  const std::pair<const char*, Authority::Pair> faults[] = {
      {"no certificate", {}},
      {"of another authority", stranger.issue()},
      {"another name",
       guarded.mesh.issue({.alternative_name = "URI:spiffe://cluster.local/other"})},
      {"the name as DNS", guarded.mesh.issue({.alternative_name = "DNS:operator"})},
      {"expired", guarded.mesh.issue({.valid_from_s = -7200, .valid_to_s = -3600})},
      {"not valid yet", guarded.mesh.issue({.valid_from_s = 3600, .valid_to_s = 7200})},
      {"for servers alone", guarded.mesh.issue({.extended_key_usage = "serverAuth"})},
      {"signed by itself", Authority::self_signed()},
      {"behind a hundred authorities", guarded.mesh.issue_behind(100)}};
  for (const auto& [fault, pair] : faults) {
    EXPECT_FALSE(shake_hands(guarded.port(), pair).server_said_something) << fault;
  }
  const auto good = guarded.mesh.issue();
  EXPECT_FALSE(shake_hands(guarded.port(), good, TLS1_1_VERSION).server_said_something);
  EXPECT_TRUE(shake_hands(guarded.port(), good, TLS1_2_VERSION).server_said_something);
  EXPECT_TRUE(shake_hands(guarded.port(), good).server_said_something);
  EXPECT_EQ(guarded.nanabush->metric("nanabush_connections_refused_total"), 10);
  EXPECT_THAT(guarded.nanabush->logged(), testing::HasSubstr("\"event\":\"connection_refused\""));
}

TEST(Attack, A11_ACertificateThatWasWithdrawnIsNotLetInAnyMore) {
  Guarded guarded({}, true);
  const auto stays = guarded.mesh.issue(), goes = guarded.mesh.issue();
  EXPECT_TRUE(shake_hands(guarded.port(), stays).server_said_something);
  EXPECT_TRUE(shake_hands(guarded.port(), goes).server_said_something);
  guarded.put_list({goes});
  EXPECT_TRUE(wait_until([&] { return !shake_hands(guarded.port(), goes).server_said_something; },
                         seconds(10)));
  EXPECT_TRUE(shake_hands(guarded.port(), stays).server_said_something);
}

/// A connection with many health watches; counts what comes on them.
struct Watcher {
  static constexpr int kStreams = 50;
  H2Peer peer;
  int states = 0, ended = 0;

  Watcher(std::uint16_t port, const Authority::Pair& pair) : peer(port, &pair) {
    for (std::uint32_t i = 0; i < kStreams; ++i) {
      peer.send(h2_frame(1, 4, 2 * i + 1, grpc_fields("/grpc.health.v1.Health/Watch")) +
                h2_frame(0, 1, 2 * i + 1, std::string(5, '\0')));
    }
  }
  /// Reads until `count` states have come in all; what did come.
  int read_until(int count, seconds most) {
    const auto end = base::system_clock().steady() + most;
    while (states < count && peer.open() && base::system_clock().steady() < end) {
      const auto frame = peer.next(milliseconds(100));
      if (!frame) continue;
      states += frame->type == 0 && !frame->payload.empty();
      ended += frame->type == 3 || frame->type == 7;
    }
    return states;
  }
};

TEST(Attack, A12_AThousandStreamsOutliveTheirCertificates) {
  constexpr int kConnections = 20;
  Guarded guarded;
  const auto client = guarded.mesh.issue();
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < kConnections; ++i) {
    watchers.push_back(std::make_unique<Watcher>(guarded.port(), client));
  }
  for (auto& watcher : watchers) {
    ASSERT_EQ(watcher->read_until(Watcher::kStreams, seconds(20)), Watcher::kStreams);
  }
  const std::string first = shake_hands(guarded.port(), client).server_serial;
  guarded.put(guarded.mesh.issue());
  EXPECT_TRUE(wait_until([&] { return shake_hands(guarded.port(), client).server_serial != first; },
                         seconds(10)));
  // Each stream still works: the model goes, and all of them say so.
  guarded.model.end();
  int told = 0, ended = 0;
  for (auto& watcher : watchers) {
    told += watcher->read_until(2 * Watcher::kStreams, seconds(20)) - Watcher::kStreams;
    ended += watcher->ended;
  }
  std::printf("%d streams over a change of certificates: %d still told, %d ended\n",
              kConnections * Watcher::kStreams, told, ended);
  EXPECT_EQ(told, kConnections * Watcher::kStreams);
  EXPECT_EQ(ended, 0);
}

TEST(Attack, A12_CertificatesAreChangedUnderLoadAndHalfAPairIsIgnored) {
  Guarded guarded;
  const auto client = guarded.mesh.issue();
  const std::string first = shake_hands(guarded.port(), client).server_serial;
  ASSERT_FALSE(first.empty());
  std::atomic<bool> stop{false};
  std::atomic<int> calls{0}, failed{0};
  std::jthread load([&] {
    while (!stop) {
      ++calls;
      if (!shake_hands(guarded.port(), client).server_said_something) ++failed;
    }
  });
  const auto next = guarded.mesh.issue();
  guarded.put_certificate(next);  // Its key is not there yet.
  net::system_sleeper().sleep(milliseconds(2500), {});
  EXPECT_EQ(shake_hands(guarded.port(), client).server_serial, first);
  guarded.put_key(next);
  EXPECT_TRUE(wait_until([&] { return shake_hands(guarded.port(), client).server_serial != first; },
                         seconds(10)));
  stop = true;
  load.join();
  EXPECT_EQ(failed, 0) << "of " << calls;
}

}  // namespace
}  // namespace nanabush_test
