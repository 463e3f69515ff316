#include "net/curl_transport.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>

#include "base/system_clock.h"
#include "net/loopback_server.h"

namespace net {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

const base::Clock& real() { return base::system_clock(); }
CallOptions in(std::chrono::nanoseconds time) { return {.until = within(real(), time)}; }

/// Answers every request by `answer`, on as many as come over one connection.
LoopbackServer::Handler every(std::function<std::string(const std::string&)> answer) {
  return [answer = std::move(answer)](LoopbackServer::Connection& peer) {
    while (true) {
      const std::string request = peer.read_request();
      if (request.empty() || !peer.write(answer(request))) return;
    }
  };
}

std::string url(const LoopbackServer& server, const std::string& path = "/") {
  return "http://" + server.authority() + path;
}

TEST(CurlTransportTest, SendsMethodHeadersAndBodyAsGiven) {
  std::string seen;
  LoopbackServer server(every([&](const std::string& request) {
    seen = request;
    return http_response(201, "made", "X-Kind: Pod\r\n");
  }));
  auto transport = make_curl_transport({}, real());
  const Response response = send(*transport,
                                 {"PATCH",
                                  url(server, "/a/..%2Fb?x=%20"),
                                  {{"Content-Type", "application/json"}, {"X-Empty", ""}},
                                  "{}"},
                                 in(seconds(10)))
                                .value();
  transport.reset();  // Ends the connection.
  server.join();
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "made");
  EXPECT_EQ(header(response.headers, "x-kind"), "Pod");
  EXPECT_EQ(seen, "PATCH /a/..%2Fb?x=%20 HTTP/1.1\r\nHost: " + server.authority() +
                      "\r\nAccept: */*\r\nContent-Type: application/json\r\nX-Empty:\r\n"
                      "Content-Length: 2\r\n\r\n{}");
}

TEST(CurlTransportTest, OneConnectionCarriesRequestAfterRequest) {
  LoopbackServer server(every([](const std::string&) { return http_response(200, ""); }));
  const auto transport = make_curl_transport({}, real());
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(send(*transport, {.url = url(server)}, in(seconds(10))));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransportTest, ManyThreadsShareIt) {
  LoopbackServer server(every([](const std::string& request) {
    return http_response(200, request.substr(4, request.find(' ', 4) - 4));
  }));
  const auto transport = make_curl_transport({}, real());
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string path = "/" + std::to_string(t) + "-" + std::to_string(i);
        const auto response = send(*transport, {.url = url(server, path)}, in(seconds(30)));
        right += response && response->body == path;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 200);
}

TEST(CurlTransportTest, AStreamArrivesAsItIsWritten) {
  std::mutex mutex;
  std::condition_variable changed;
  int seen = 0;
  LoopbackServer server([&](LoopbackServer::Connection& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 1; i <= 3; ++i) {
      peer.write("2\r\n" + std::to_string(i) + "\n\r\n");
      // The next chunk only once this one has arrived: nothing waits for a full buffer.
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return seen == i; });
    }
    peer.write("0\r\n\r\n");
  });
  const auto transport = make_curl_transport({}, real());
  std::string text;
  EXPECT_TRUE(stream(*transport, {.url = url(server)}, in(seconds(10)),
                     {[](const ResponseHead& head) { return head.status == 200; },
                      [&](std::string_view bytes) {
                        text += bytes;
                        const std::lock_guard lock(mutex);
                        ++seen;
                        changed.notify_all();
                        return true;
                      }}));
  EXPECT_EQ(text, "1\n2\n3\n");
}

TEST(CurlTransportTest, WhatIsGatheredArrivesWhole) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 100; ++i) peer.write("1\r\nx\r\n");
    peer.write("0\r\n\r\n");
  });
  const auto transport = make_curl_transport({.gather = std::chrono::milliseconds(1)}, real());
  const auto response = send(*transport, {.url = url(server)}, in(seconds(10)));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, std::string(100, 'x'));
}

TEST(CurlTransportTest, ReceiversAreToldWithinATurn) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
  });
  // Of the event thread alone until the exchange has ended.
  bool within = false;
  std::string told;
  struct Listener final : Receiver {
    Listener(const bool& within_in, std::string& told_in) : within(within_in), told(told_in) {}
    void on_head(ResponseHead) override { told += within ? "head " : "head outside "; }
    bool on_chunk(std::string_view) override {
      told += within ? "chunk " : "chunk outside ";
      return true;
    }
    void on_end(base::Result<void>) override {
      told += within ? "end" : "end outside";
      ended.set_value();
    }
    const bool& within;
    std::string& told;
    std::promise<void> ended;
  } listener(within, told);
  CurlOptions options;
  options.around_turn = [&](const std::function<void()>& turn) {
    within = true;
    turn();
    within = false;
  };
  const auto transport = make_curl_transport(options, real());
  const auto call = transport->start({.url = url(server)}, in(seconds(10)), listener);
  listener.ended.get_future().wait();
  EXPECT_EQ(told, "head chunk end");
}

TEST(CurlTransportTest, NobodyListening) {
  int port = 0;
  {
    LoopbackServer gone([](LoopbackServer::Connection&) {});
    port = gone.port();
  }
  const auto transport = make_curl_transport({}, real());
  const base::Error error =
      send(*transport, {.url = "http://127.0.0.1:" + std::to_string(port)}, in(seconds(10)))
          .error();
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(error.message, "connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST(CurlTransportTest, ANameThatDoesNotResolve) {
  const auto transport = make_curl_transport({}, real());
  // RFC 6761: "invalid" never resolves.
  const base::Error error =
      send(*transport, {.url = "http://c.invalid:6443/"}, in(seconds(20))).error();
  EXPECT_EQ(error.code, ErrorCode::unavailable);
}

TEST(CurlTransportTest, AConnectionLostMidwayIsToldAndNotAsARefusal) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  const auto transport = make_curl_transport({}, real());
  const base::Error error = send(*transport, {.url = url(server)}, in(seconds(10))).error();
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_TRUE(error.message.starts_with("the connection to " + server.authority() + " was lost: "))
      << error.message;
}

TEST(CurlTransportTest, WhatMustNotArriveTwiceDoesNot) {
  std::atomic<int> arrived = 0;
  // Answers the first request of each connection and drops the connection at the second.
  LoopbackServer server([&](LoopbackServer::Connection& peer) {
    peer.read_request();
    ++arrived;
    peer.write(http_response(200, ""));
    if (!peer.read_request().empty()) ++arrived;
  });
  const auto transport = make_curl_transport({}, real());
  const auto post = [&](bool once) {
    CallOptions options = in(seconds(10));
    options.once = once;
    return send(*transport, {.method = "POST", .url = url(server)}, options).has_value();
  };
  EXPECT_TRUE(post(true));
  EXPECT_EQ(arrived, 1);
  // On the kept connection it is dropped and, without being told, sent again on another one.
  EXPECT_TRUE(post(false));
  EXPECT_EQ(arrived, 3);
  EXPECT_TRUE(post(true));
  EXPECT_EQ(arrived, 4);
}

/// A server that takes requests and says nothing.
void silent(LoopbackServer::Connection& peer) {
  std::string bytes;
  while (peer.read(bytes)) {
  }
}

TEST(CurlTransportTest, TheDeadlineEndsASilentExchange) {
  LoopbackServer server(&silent);
  const auto transport = make_curl_transport({}, real());
  const base::Error error = send(*transport, {.url = url(server)}, in(milliseconds(50))).error();
  EXPECT_EQ(error.code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(error.message, "no answer from " + server.authority() + " in time");
}

TEST(CurlTransportTest, AStopEndsASilentExchange) {
  std::stop_source stop;
  LoopbackServer server([&](LoopbackServer::Connection& peer) {
    peer.read_request();
    stop.request_stop();
    silent(peer);
  });
  const auto transport = make_curl_transport({}, real());
  CallOptions options = in(seconds(30));
  options.until.stop = stop.get_token();
  EXPECT_EQ(send(*transport, {.url = url(server)}, options).error().code, ErrorCode::cancelled);
}

TEST(CurlTransportTest, ClosingTheTransportEndsWhatIsUnderWay) {
  struct Ended final : Receiver {
    void on_head(ResponseHead) override {}
    bool on_chunk(std::string_view) override { return true; }
    void on_end(base::Result<void> result) override { outcome = std::move(result); }
    std::optional<base::Result<void>> outcome;
  } ended;
  LoopbackServer server(&silent);
  auto transport = make_curl_transport({}, real());
  const auto call = transport->start({.url = url(server)}, in(seconds(30)), ended);
  transport.reset();
  ASSERT_TRUE(ended.outcome);
  EXPECT_EQ(ended.outcome->error().message, "the transport was closed");
}

TEST(CurlTransportTest, WhatCannotBeSentIsRefused) {
  const auto transport = make_curl_transport({}, real());
  EXPECT_EQ(send(*transport, {.url = "file:///etc/passwd"}, in(seconds(1))).error().message,
            "'file:///etc/passwd' is no http or https URL");
  EXPECT_EQ(send(*transport, {.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}},
                 in(seconds(1)))
                .error()
                .message,
            "the header X has a line break in it");
}

TEST(CurlTransportTest, ARedirectIsAnAnswerAndNotFollowed) {
  LoopbackServer server(every([](const std::string&) {
    return http_response(302, "", "Location: http://127.0.0.1:1/\r\n");
  }));
  const auto transport = make_curl_transport({}, real());
  EXPECT_EQ(send(*transport, {.url = url(server)}, in(seconds(10))).value().status, 302);
}

class CurlTlsTest : public testing::Test {
 protected:
  static std::string ok(const std::string&) { return http_response(200, "safe"); }
  base::Result<Response> fetch(const LoopbackServer& server, const TlsSettings& tls) {
    const auto transport = make_curl_transport({tls, ""}, real());
    return send(*transport, {.url = "https://" + server.authority() + "/"}, in(seconds(10)));
  }
  LoopbackServer::Tls tls(const LoopbackAuthority::Pair& pair, const std::string& client_ca = "") {
    return {pair.certificate, pair.key, client_ca};
  }
  const LoopbackAuthority authority, stranger;
};

TEST_F(CurlTlsTest, TrustsTheAuthorityThatItIsGivenAndNoOther) {
  LoopbackServer server(every(&ok), tls(authority.issue("server")));
  EXPECT_EQ(fetch(server, {.ca_pem = authority.certificate()}).value().body, "safe");
  const base::Error error = fetch(server, {.ca_pem = stranger.certificate()}).error();
  EXPECT_EQ(error.code, ErrorCode::unauthenticated);
  EXPECT_EQ(error.message, "connect to " + server.authority() + ": its certificate is not trusted");
  EXPECT_FALSE(fetch(server, {}));
  EXPECT_TRUE(fetch(server, {.insecure = true}));
}

TEST_F(CurlTlsTest, AConnectionThatEndsInTheHandshakeIsNoDistrust) {
  // As a load balancer does whose servers are all down: at once, and after the first message.
  for (const bool reads : {false, true}) {
    LoopbackServer server([&](LoopbackServer::Connection& connection) {
      std::string hello;
      if (reads) connection.read(hello);
    });
    const base::Error error = fetch(server, {.ca_pem = authority.certificate()}).error();
    EXPECT_EQ(error.code, ErrorCode::unavailable) << error.message;
    EXPECT_EQ(error.message, "connect to " + server.authority() + ": SSL connect error");
  }
}

TEST_F(CurlTlsTest, ShowsAClientCertificate) {
  LoopbackServer server(every(&ok), tls(authority.issue("server"), authority.certificate()));
  const auto me = authority.issue("me");
  EXPECT_TRUE(fetch(
      server,
      {.ca_pem = authority.certificate(), .certificate_pem = me.certificate, .key_pem = me.key}));
  EXPECT_FALSE(fetch(server, {.ca_pem = authority.certificate()}));
}

TEST_F(CurlTlsTest, VerifiesTheNameThatItIsTold) {
  LoopbackServer server(every([&](const std::string& request) {
                          return http_response(200, request.substr(request.find("Host: ")));
                        }),
                        tls(authority.issue("server", "kubernetes")));
  EXPECT_FALSE(fetch(server, {.ca_pem = authority.certificate()}));
  const std::string body =
      fetch(server, {.ca_pem = authority.certificate(), .server_name = "kubernetes"}).value().body;
  EXPECT_TRUE(body.starts_with("Host: " + server.authority() + "\r\n")) << body;
}

}  // namespace
}  // namespace net
