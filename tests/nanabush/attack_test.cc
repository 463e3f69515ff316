// Attack shapes that need sockets, TLS or a model behind: numbers as in the project's HTTP/2
// corpus. The others are in src/gateway/h2_connection_test.cc.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "doc/json.h"
#include "gateway/files.h"
#include "gateway/grpc.h"
#include "nanabush/h2_peer.h"
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

TEST(Attack, A10_NothingIsSmuggledThrough) {
  Model model;
  Nanabush nanabush(model.url());
  const std::string path = "/nanabush.v1.TranslationService/Translate";
  const std::string message =
      gateway::frame_message(page_request("smuggled", kPage).SerializeAsString());
  const std::string length = std::to_string(message.size());
  const std::pair<const char*, std::string> shapes[] = {
      {"a line break in a value", h2_field("traceparent", "00\r\nx-evil: 1")},
      {"a line feed in a value", h2_field("x-a", "b\nc")},
      {"a NUL in a value", h2_field("x-a", std::string_view("b\0c", 3))},
      {"a line break in a name", h2_field("x-a\r\nx-b", "c")},
      {"a space in a name", h2_field("x a", "b")},
      {"a colon in a name", h2_field("x:a", "b")},
      {"capitals in a name", h2_field("X-A", "b")},
      {"chunked", h2_field("transfer-encoding", "chunked")},
      {"chunked, disguised", h2_field("transfer-encoding",
                                      "\x0b"
                                      "chunked")},
      {"length and chunked",
       h2_field("content-length", length) + h2_field("transfer-encoding", "chunked")},
      {"two lengths", h2_field("content-length", length) + h2_field("content-length", "0")},
      {"a length that lies", h2_field("content-length", "1")},
      {"a length with a sign", h2_field("content-length", "+" + length)},
      {"a connection field", h2_field("connection", "keep-alive, x-a")},
      {"an upgrade", h2_field("upgrade", "h2c")},
      {"te that is no trailers", h2_field("te", "chunked")},
      {"a second path", h2_field(":path", "/v1/chat/completions")},
      {"an unknown pseudo field", h2_field(":evil", "x")}};
  for (const auto& [shape, fields] : shapes) {
    H2Peer peer(nanabush.port());
    peer.send(h2_frame(1, 4, 1, grpc_fields(path) + fields) + h2_frame(0, 1, 1, message));
    bool refused = false, answered = false;
    while (!refused && !answered && peer.open()) {
      const auto frame = peer.next(milliseconds(5000));
      if (!frame) break;
      refused = frame->type == 3 || frame->type == 7;
      answered = frame->type == 0;
    }
    EXPECT_TRUE(refused || !peer.open()) << shape;
    EXPECT_FALSE(answered) << shape;
  }
  // HTTP/1 where HTTP/2 is spoken, and both lengths at once.
  const int plain = connect_socket(nanabush.port());
  const std::string both =
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: "
      "chunked\r\n\r\n0\r\n\r\n";
  send(plain, both.data(), both.size(), MSG_NOSIGNAL);
  std::string said(4096, '\0');
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(0, recv(plain, said.data(), 4096, 0))));
  close(plain);
  EXPECT_EQ(said.find(" 200 "), std::string::npos);
  // Whatever had gone further would have been entered before this one.
  EXPECT_TRUE(translate(*nanabush.client(), page_request("honest", kPage)).success());
  EXPECT_EQ(nanabush.audit_entries().size(), 1U);
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

/// gzip of ':' again and again (RFC 1951, one block with the fixed code): 13 bits for 258 bytes.
std::string gzip_bomb(int matches) {
  std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  unsigned held = 0;
  int count = 0;
  const auto put = [&](unsigned code, int bits) {  // The code's first bit first.
    for (int i = bits - 1; i >= 0; --i) {
      held |= (code >> i & 1U) << count++;
      if (count < 8) continue;
      bytes += static_cast<char>(held);
      held = 0;
      count = 0;
    }
  };
  put(0b110, 3);       // The last block, fixed code (whose two bits come low one first).
  put(0x30 + ':', 8);  // One literal,
  for (int i = 0; i < matches; ++i) put(0b1100010100000, 13);  // then 258 bytes, one back.
  put(0, 15);
  return bytes;
}

TEST(Attack, A14_ABombIsNotUnpacked) {
  // 975 KB that become 155 MB: less than an event may have, unless they are unpacked.
  constexpr int kMatches = 600'000;
  Liar liar(
      {"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
       "connection: close\r\n\r\n" +
       gzip_bomb(kMatches)});
  // By an address that is not taken for this machine's own, where compression is asked for.
  std::string url = liar.url();
  url.replace(url.find("127.0.0.1"), 9, "0.0.0.0");
  Nanabush nanabush(url);
  const long before = resident_kib();
  const auto answer = translate(*nanabush.client(), page_request("job", "Read the guide.\n"));
  const long grown = resident_kib() - before;
  EXPECT_FALSE(answer.success());
  EXPECT_EQ(answer.error_message(), "an event of the stream is too large");
  std::printf("a bomb of %d MB: memory %+ld KiB\n", kMatches / 1000 * 258 / 1000, grown);
  EXPECT_LT(grown, 96 << 10);
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
