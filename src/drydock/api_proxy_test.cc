#include "drydock/api_proxy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "base/system_clock.h"
#include "drydock/certs.h"
#include "drydock/tls_stream.h"
#include "net/curl_transport.h"

namespace drydock {
namespace {

/// The secrets that both servers of a test show: as a stand-in's.
struct Secrets {
  Secrets()
      : authority(Authority::create("test-ca", base::system_clock().now()).value()),
        pair(authority
                 .issue({.common_name = "kube-apiserver",
                         .dns_names = {"localhost"},
                         .addresses = {"127.0.0.1"},
                         .server = true})
                 .value()) {}
  Authority authority;
  KeyPair pair;
};

/// A TLS server with one script: what it answers to each request, in pieces; after each piece it
/// waits for `next()` when the script says so by an empty piece.
class Upstream {
 public:
  using Script = std::function<std::vector<std::string>(const Http1Head&, const std::string& body)>;

  Upstream(const Secrets& secrets, Script script)
      : side_(TlsSide::server(secrets.pair.certificate, secrets.pair.key).value()),
        script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const where = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, where, size), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    EXPECT_EQ(getsockname(listener_, where, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~Upstream() { end(); }

  void end() {
    if (!thread_.joinable()) return;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (std::thread& connection : connections_) connection.join();
    close(listener_);
  }
  std::uint16_t port() const { return port_; }
  std::vector<std::string> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  void accept_all() {
    for (int socket = 0; (socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      connections_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    TlsStream stream(side_, socket);
    if (!stream.accept()) return;
    std::string held;
    const auto more = [&] {
      wait_for_either(stream, stream, std::nullopt);
      return stream.read_some(held).value_or(false);
    };
    for (;;) {
      auto head = take_head(held);
      if (!head) return;
      if (head->start_line.empty()) {
        if (!more()) return;
        continue;
      }
      BodyMeasure measure = BodyMeasure::of_request(*head).value();
      std::string body;
      for (;;) {
        const std::size_t count = measure.take(held).value();
        body += held.substr(0, count);
        held.erase(0, count);
        if (measure.done()) break;
        if (!more()) return;
      }
      {
        const std::lock_guard lock(mutex_);
        seen_.push_back(std::string(head->method()) + " " + std::string(head->target()) + " " +
                        std::string(net::header(head->headers, "authorization")) + " " + body);
      }
      for (const std::string& piece : script_(*head, body)) {
        if (piece == "<until the client goes>") {
          while (more()) held.clear();
          return;
        }
        if (piece == "<echo>") {
          do {
            if (!stream.write(std::exchange(held, {}))) return;
          } while (more());
          return;
        }
        if (!stream.write(piece)) return;
      }
    }
  }

  TlsSide side_;
  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
  std::thread thread_;
  std::vector<std::thread> connections_;
};

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

constexpr const char* kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
std::string chunk(const std::string& text) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  return size + text + "\r\n";
}

class ApiProxyTest : public testing::Test {
 protected:
  void upstream(Upstream::Script script) {
    upstream_ = std::make_unique<Upstream>(secrets_, std::move(script));
    proxy_ = ApiProxy::start({.upstream_port = upstream_->port(),
                              .certificate_pem = secrets_.pair.certificate,
                              .key_pem = secrets_.pair.key,
                              .ca_pem = secrets_.authority.certificate()})
                 .value();
    client_ = net::make_curl_transport({.tls = {.ca_pem = secrets_.authority.certificate()}},
                                       base::system_clock());
  }

  net::Request to(const std::string& method, const std::string& path, std::string body = "") const {
    return {method,
            "https://127.0.0.1:" + std::to_string(proxy_->port()) + path,
            {{"Authorization", "Bearer t"}},
            std::move(body)};
  }
  /// "200 body", or the error's code as a number.
  std::string send(const std::string& method, const std::string& path, std::string body = "") {
    const auto response = net::send(*client_, to(method, path, std::move(body)),
                                    {net::within(base::system_clock(), std::chrono::seconds(20))});
    if (!response) return std::string(base::facts(response.error().code).name);
    return std::to_string(response->status) + " " + response->body;
  }

  Secrets secrets_;
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<ApiProxy> proxy_;
  std::unique_ptr<net::Transport> client_;
};

TEST_F(ApiProxyTest, RequestsPassWithTheirHeadersAndBodies) {
  upstream([](const Http1Head&, const std::string& body) {
    return std::vector<std::string>{ok("got " + std::to_string(body.size()))};
  });
  EXPECT_EQ(send("GET", "/api"), "200 got 0");
  EXPECT_EQ(send("PATCH", "/api/v1/x?force=true", "{}"), "200 got 2");
  // Large enough that curl asks with "Expect: 100-continue" first.
  EXPECT_EQ(send("POST", "/big", std::string(3 << 20, 'x')), "200 got 3145728");
  const std::vector<std::string> seen = upstream_->seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0], "GET /api Bearer t ");
  EXPECT_EQ(seen[1], "PATCH /api/v1/x?force=true Bearer t {}");
}

TEST_F(ApiProxyTest, AStreamArrivesPieceByPiece) {
  std::promise<void> first_arrived;
  upstream([&](const Http1Head&, const std::string&) {
    return std::vector<std::string>{kChunkedHead + chunk("one\n"), "<until the client goes>"};
  });
  std::string got;
  const auto streamed =
      net::stream(*client_, to("GET", "/api?watch=true"),
                  {net::within(base::system_clock(), std::chrono::seconds(20))},
                  {nullptr, [&](std::string_view bytes) {
                     got += bytes;
                     return got != "one\n";  // It is here although the answer has no end.
                   }});
  EXPECT_TRUE(streamed);
  EXPECT_EQ(got, "one\n");
}

TEST_F(ApiProxyTest, AWatchThatRunsIsCutWhenWatchesAreDropped) {
  upstream([](const Http1Head&, const std::string&) {
    return std::vector<std::string>{kChunkedHead + chunk("one\n"), "<until the client goes>"};
  });
  const auto streamed = net::stream(*client_, to("GET", "/api?watch=true"),
                                    {net::within(base::system_clock(), std::chrono::seconds(20))},
                                    {nullptr, [&](std::string_view) {
                                       proxy_->set(ApiFault::dropped_watch, 1);
                                       return true;
                                     }});
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().code, base::ErrorCode::unavailable);
}

TEST_F(ApiProxyTest, FaultsAnswerInTheServersPlaceUntilTheyAreHealed) {
  upstream([](const Http1Head&, const std::string&) { return std::vector<std::string>{ok("x")}; });
  proxy_->set(ApiFault::too_many_requests, 1);
  EXPECT_EQ(send("POST", "/api", "{}").substr(0, 4), "429 ");
  EXPECT_EQ(send("GET", "/readyz"), "200 x");
  proxy_->set(ApiFault::too_many_requests, 0);
  proxy_->set(ApiFault::internal_error, 2);
  EXPECT_EQ(send("GET", "/api").substr(0, 4), "500 ");
  EXPECT_EQ(send("GET", "/api"), "200 x");
  EXPECT_EQ(upstream_->seen().size(), 2U);
}

TEST_F(ApiProxyTest, AWriteWhoseAnswerIsLostWasCarriedOut) {
  upstream([](const Http1Head&, const std::string&) { return std::vector<std::string>{ok("x")}; });
  proxy_->set(ApiFault::lost_answer, 1);
  EXPECT_EQ(send("POST", "/api", "{}"), "unavailable");
  EXPECT_EQ(upstream_->seen(), std::vector<std::string>{"POST /api Bearer t {}"});
}

TEST_F(ApiProxyTest, AWebSocketIsRawBytesAfterItsHandshake) {
  upstream([](const Http1Head&, const std::string&) {
    return std::vector<std::string>{
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhello ", "<echo>"};
  });
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(proxy_->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const TlsSide side = TlsSide::client(secrets_.authority.certificate()).value();
  TlsStream stream(side, socket);
  ASSERT_TRUE(stream.connect("localhost"));
  ASSERT_TRUE(stream.write("GET /exec HTTP/1.1\r\nUpgrade: websocket\r\n\r\nping"));
  std::string got;
  while (got.find("ping") == std::string::npos) {
    ASSERT_TRUE(stream.read_some(got).value_or(false)) << got;
  }
  EXPECT_EQ(got, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhello ping");
}

TEST_F(ApiProxyTest, AServerThatIsDownClosesTheConnection) {
  upstream([](const Http1Head&, const std::string&) { return std::vector<std::string>{ok("x")}; });
  upstream_->end();
  EXPECT_EQ(send("GET", "/api"), "unavailable");
}

TEST_F(ApiProxyTest, EndingItEndsTheStreamsThatRun) {
  upstream([](const Http1Head&, const std::string&) {
    return std::vector<std::string>{kChunkedHead + chunk("one\n"), "<until the client goes>"};
  });
  std::promise<void> arrived;
  std::thread ending([&] {
    arrived.get_future().wait();
    proxy_.reset();
  });
  const net::Request request = to("GET", "/api?watch=true");
  bool told = false;
  const auto streamed =
      net::stream(*client_, request, {net::within(base::system_clock(), std::chrono::seconds(20))},
                  {nullptr, [&](std::string_view) {
                     if (!std::exchange(told, true)) arrived.set_value();
                     return true;
                   }});
  ending.join();
  EXPECT_FALSE(streamed);
}

}  // namespace
}  // namespace drydock
