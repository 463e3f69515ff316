// Attack shapes that come from behind: a model's server that lies. Numbers as in the project's
// HTTP/2 corpus.

#include <sys/socket.h>
#include <unistd.h>

#include "doc/json.h"
#include "nanabush/harness.h"
#include "nanabush/tls_peer.h"

namespace nanabush_test {
namespace {

/// A model's server that says what the test wants, byte by byte. One connection at a time.
class Liar {
 public:
  /// `completion`: the whole HTTP answer to a completion, in the pieces in which it is sent.
  explicit Liar(std::vector<std::string> completion) : completion_(std::move(completion)) {
    const auto [listener, port] = listen_on_loopback();
    listener_ = listener;
    url_ = "http://127.0.0.1:" + std::to_string(port);
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

}  // namespace
}  // namespace nanabush_test
