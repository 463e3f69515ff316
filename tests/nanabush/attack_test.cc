// Attack shapes that need sockets, TLS or a model behind: numbers as in the project's HTTP/2
// corpus. The others are in src/gateway/h2_connection_test.cc.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "doc/json.h"
#include "gateway/files.h"
#include "gateway/grpc.h"
#include "nanabush/harness.h"
#include "nanabush/tls_peer.h"

namespace nanabush_test {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Attack, A8_ALengthThatLiesAllocatesNothing) {
  gateway::MessageReader reader(32U << 20);
  std::string prefix("\0\xff\xff\xff\xff", 5);  // 4 GiB.
  const auto fed = reader.feed(prefix, [](const std::string&) { FAIL(); });
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::resource_exhausted);
  EXPECT_EQ(fed.error().message, "the message has 4294967295 bytes, at most 33554432 are taken");
  prefix[0] = 1;  // Says that it is compressed: no bomb is unpacked.
  EXPECT_EQ(gateway::MessageReader(32U << 20).feed(prefix, [](const std::string&) {}).error().code,
            ErrorCode::unimplemented);
}

/// A gateway with mutual TLS, its files in a folder where they can be changed.
struct Guarded {
  Model model;
  Authority mesh{"mesh"};
  std::unique_ptr<Nanabush> nanabush = Nanabush::prepared(model.url());

  Guarded() {
    put(mesh.issue());
    const Folder& folder = nanabush->folder();
    EXPECT_TRUE(gateway::write_file(folder.path("ca"), mesh.certificate()));
    nanabush->config().mtls = {"127.0.0.1:0",
                               folder.path("cert"),
                               folder.path("tls-key"),
                               folder.path("ca"),
                               {"spiffe://cluster.local/ns/glooscap-system/sa/operator"}};
    nanabush->start();
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
      {"for servers alone", guarded.mesh.issue({.extended_key_usage = "serverAuth"})}};
  for (const auto& [fault, pair] : faults) {
    EXPECT_FALSE(shake_hands(guarded.port(), pair).server_said_something) << fault;
  }
  const auto good = guarded.mesh.issue();
  EXPECT_FALSE(shake_hands(guarded.port(), good, TLS1_1_VERSION).server_said_something);
  EXPECT_TRUE(shake_hands(guarded.port(), good, TLS1_2_VERSION).server_said_something);
  EXPECT_TRUE(shake_hands(guarded.port(), good).server_said_something);
  EXPECT_EQ(guarded.nanabush->metric("nanabush_connections_refused_total"), 8);
  EXPECT_THAT(guarded.nanabush->logged(), testing::HasSubstr("\"event\":\"connection_refused\""));
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

/// A model's server that says what the test wants, byte by byte. One connection at a time.
class Liar {
 public:
  /// `completion`: the whole HTTP answer to a completion, in the pieces in which it is sent.
  explicit Liar(std::vector<std::string> completion) : completion_(std::move(completion)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    CHECK(listen(listener_, 64) == 0);
    CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::jthread([this] { serve(); });
  }
  ~Liar() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  const std::string& url() const { return url_; }

 private:
  void serve() const {
    for (;;) {
      const int peer = accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      answer(peer);
      shutdown(peer, SHUT_WR);
      char rest[4096];
      while (recv(peer, rest, sizeof rest, 0) > 0) continue;
      close(peer);
    }
  }

  void answer(int peer) const {
    std::string head;
    char byte = 0;
    while (head.find("\r\n\r\n") == std::string::npos && recv(peer, &byte, 1, 0) == 1) head += byte;
    const std::string plain = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    if (head.starts_with("GET /health")) return say(peer, plain);
    if (head.starts_with("GET /v1/models")) return say(peer, plain + R"({"data":[{"id":"m"}]})");
    for (const std::string& piece : completion_) say(peer, piece);
  }

  static void say(int peer, const std::string& bytes) {
    send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  std::vector<std::string> completion_;
  int listener_ = -1;
  std::string url_;
  std::jthread thread_;
};

const std::string kStreamHead =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

std::string chunk_of(const std::string& text) {
  const doc::Value delta = doc::Value::map({{"content", text}});
  const doc::Value choice =
      doc::Value::map({{"index", 0}, {"delta", delta}, {"finish_reason", doc::Value()}});
  return "data: " +
         doc::to_json(doc::Value::map({{"id", "x"}, {"choices", doc::Value::list({choice})}})) +
         "\n\n";
}

const std::string kStreamEnd =
    "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    "data: [DONE]\n\n";

/// What a model answers to a page of one paragraph, as prompts ask for it.
std::string marked(const std::string& text) { return "⟦#1⟧\n" + text + "\n"; }

TEST(Attack, A13_TheVerdictIsTheSameHoweverTheStreamIsCut) {
  const std::string good =
      kStreamHead + chunk_of(marked("Lea la guía «ñandú» primero.")) + kStreamEnd;
  const std::string bad = kStreamHead +
                          chunk_of(marked("Lea la guía en https://evil.example/?q=1 primero.")) +
                          kStreamEnd;
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{4096}}) {
    for (const bool lies : {false, true}) {
      const std::string& whole = lies ? bad : good;
      std::vector<std::string> pieces;
      for (std::size_t at = 0; at < whole.size(); at += size)
        pieces.push_back(whole.substr(at, size));
      Liar liar(std::move(pieces));
      Nanabush nanabush(liar.url());
      const auto streamed = translate_stream(*nanabush.client(), "job", "Read the guide first.\n");
      ASSERT_TRUE(streamed);
      if (lies) {
        EXPECT_THAT(streamed->page, testing::Not(testing::HasSubstr("evil")));
        EXPECT_EQ(streamed->error,
                  "no block of the page could be translated; the model's answers did not pass the "
                  "checks");
      } else {
        EXPECT_EQ(streamed->page, "Lea la guía «ñandú» primero.\n") << streamed->error;
      }
    }
  }
}

TEST(Attack, A14_AnUpstreamThatLiesIsRefused) {
  const std::string deep =
      "data: " + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "\n\n";
  const std::pair<const char*, std::string> lies[] = {
      {"HTML", "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>"},
      {"a redirect",
       "HTTP/1.1 302 Found\r\nlocation: http://evil.example/\r\nconnection: close\r\n\r\n"},
      {"compressed",
       "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
       "connection: close\r\n\r\n\x1f\x8b\x08"},
      {"no JSON", kStreamHead + "data: {\"choices\":[{]}\n\n"},
      {"NaN", kStreamHead + "data: {\"choices\":NaN}\n\n"},
      {"duplicate keys",
       kStreamHead + "data: {\"choices\":[],\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n"},
      {"a lone surrogate",
       kStreamHead + "data: {\"choices\":[{\"delta\":{\"content\":\"\\ud800\"}}]}\n\n"},
      {"a million levels", kStreamHead + deep},
      {"an endless event", kStreamHead + "data: " + std::string(3U << 20, 'x')},
      {"an end in the middle", kStreamHead + chunk_of("⟦#1⟧\nhalf a sen")},
      {"nothing", ""}};
  for (const auto& [lie, bytes] : lies) {
    Liar liar({bytes});
    Nanabush nanabush(liar.url());
    const auto answer = translate(*nanabush.client(), page_request("job", "Read the guide.\n"));
    EXPECT_FALSE(answer.success()) << lie;
    EXPECT_EQ(answer.translated_markdown(), "") << lie;
    EXPECT_FALSE(answer.error_message().empty()) << lie;
    EXPECT_THAT(answer.error_message(), testing::Not(testing::HasSubstr("evil"))) << lie;
  }
}

TEST(Attack, A15_ACancelReachesTheModelAtOnce) {
  Model model(1);
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  milliseconds slowest{0};
  for (int i = 0; i < 5; ++i) {
    std::stop_source stop;
    auto call = std::async(std::launch::async, [&] {
      return client->unary(
          "/nanabush.v1.TranslationService/Translate",
          page_request("job-" + std::to_string(i), long_page(60)).SerializeAsString(),
          net::within(base::system_clock(), seconds(60), stop.get_token()));
    });
    ASSERT_TRUE(wait_until([&] { return model.server().running() > 0; }));
    net::system_sleeper().sleep(milliseconds(37 * i), {});
    const auto began = base::system_clock().steady();
    stop.request_stop();
    ASSERT_TRUE(wait_until([&] { return model.server().running() == 0; }));
    slowest = std::max(
        slowest, std::chrono::duration_cast<milliseconds>(base::system_clock().steady() - began));
    EXPECT_EQ(call.get().error().code, ErrorCode::cancelled);
  }
  std::printf("cancel to the model's last request ended: slowest %ld ms\n",
              static_cast<long>(slowest.count()));
  EXPECT_LT(slowest, seconds(2));  // The aim is 100 ms; a loaded machine takes longer.
  EXPECT_TRUE(wait_until(
      [&] { return nanabush.metric("nanabush_translations_total{outcome=\"cancelled\"}") == 5; }));
  EXPECT_EQ(nanabush.audit_entries().size(), 5U);
}

TEST(Attack, A16_WhatCannotBeEnteredIsNotHandedOut) {
  Model model;
  Nanabush nanabush(model.url());
  const auto client = nanabush.client();
  const auto glooscap = nanabush.operator_client(milliseconds(20));
  ASSERT_TRUE(translate(*client, page_request("before", kPage)).success());
  fill_disk_of(nanabush);

  // A stream has released what it had when its entry fails; its end does not come.
  const auto cut = translate_stream(*client, "cut", long_page(60));
  ASSERT_TRUE(cut) << cut.error().message;
  EXPECT_EQ(cut->error,
            "the audit log cannot take the entry, so the translation is not handed out");
  EXPECT_EQ(cut->audit_id, "");
  EXPECT_THAT(cut->page, testing::Not(testing::HasSubstr("59"))) << "the last paragraph's number";

  const auto after = translate(*client, page_request("after", kPage));
  EXPECT_FALSE(after.success());
  EXPECT_EQ(after.translated_markdown(), "");
  EXPECT_EQ(after.error_message(), "the audit log cannot take entries: nothing is translated");
  const auto streamed = translate_stream(*client, "streamed", kPage);
  ASSERT_TRUE(streamed);
  EXPECT_EQ(streamed->page, "") << "nothing is begun any more";
  EXPECT_EQ(streamed->error, "the audit log cannot take entries: nothing is translated");

  const auto title = glooscap->check_title("A page", "es");
  ASSERT_TRUE(title);
  EXPECT_FALSE(title->first);
  EXPECT_EQ(title->second, "the audit log cannot take entries: nothing is translated");
  const int beats = glooscap->status().heartbeats;
  EXPECT_TRUE(wait_until([&] { return glooscap->status().heartbeats > beats + 3; }));
  EXPECT_EQ(glooscap->status().heartbeats_failed, 0);
  EXPECT_EQ(nanabush.metric("nanabush_audit_entries"), 1) << "what was entered stands";
}

}  // namespace
}  // namespace nanabush_test
