#include <gtest/gtest.h>

#include "base/system_clock.h"
#include "net/curl_transport.h"
#include "net/loopback_server.h"
#include "net/websocket_frames.h"

namespace net {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace std::string_literals;

std::string field(const std::string& request, const std::string& name) {
  const std::size_t at = request.find(name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t start = at + name.size() + 2;
  return request.substr(start, request.find('\r', start) - start);
}

std::string accept(const std::string& request, const std::string& extra = "") {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
         extra + "Sec-WebSocket-Accept: " + accept_of_key(field(request, "Sec-WebSocket-Key")) +
         "\r\n\r\n";
}

/// The payload of one short frame of ours, unmasked; with its opcode in front: "1:text".
std::string read_frame(LoopbackServer::Connection& peer, std::string& bytes) {
  std::string more;
  while (bytes.size() < 2 || bytes.size() < 6U + (bytes[1] & 0x7f)) {
    if (!peer.read(more)) return "gone";
    bytes += more;
  }
  const auto length = static_cast<std::size_t>(bytes[1] & 0x7f);
  std::string text = std::to_string(bytes[0] & 0x0f) + ":";
  for (std::size_t i = 0; i < length; ++i) {
    text.push_back(static_cast<char>(bytes[6 + i] ^ bytes[2 + i % 4]));
  }
  bytes.erase(0, 6 + length);
  return text;
}

class CurlWebSocketTest : public testing::Test {
 protected:
  base::Result<std::unique_ptr<WebSocket>> connect(const LoopbackServer& server,
                                                   WebSocketRefusal* refusal = nullptr) {
    return connector_->connect({"ws://" + server.authority() + "/exec?command=a%20b",
                                {{"Authorization", "Bearer t"}},
                                {"v5.channel.k8s.io", "v4.channel.k8s.io"}},
                               within(base::system_clock(), seconds(10)), refusal);
  }
  Until until() const { return within(base::system_clock(), seconds(10)); }
  std::unique_ptr<WebSocketConnector> connector_ = make_curl_websockets({}, base::system_clock());
};

TEST_F(CurlWebSocketTest, ShakesHandsTalksAnswersPingsAndCloses) {
  std::string request, sent, pong, close;
  LoopbackServer server([&](LoopbackServer::Connection& peer) {
    request = peer.read_request();
    // With the first frame in the same bytes as the handshake.
    peer.write(accept(request, "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n") +
               "\x82\x03\x01hi"s);
    std::string bytes;
    sent = read_frame(peer, bytes);
    peer.write("\x89\x02yo\x01\x02he\x80\x03llo\x88\x02\x03\xe8");
    pong = read_frame(peer, bytes);
    close = read_frame(peer, bytes);
  });
  {
    const auto socket = connect(server).value();
    EXPECT_EQ(socket->subprotocol(), "v4.channel.k8s.io");
    EXPECT_EQ(socket->receive(until()).value(), (WebSocketMessage{true, "\x01hi"}));
    EXPECT_TRUE(socket->send({true, "input"}, until()));
    EXPECT_EQ(socket->receive(until()).value(), (WebSocketMessage{false, "hello"}));
    EXPECT_EQ(socket->receive(until()).value(), std::nullopt);
    EXPECT_EQ(socket->receive(until()).value(), std::nullopt);
  }
  server.join();
  EXPECT_TRUE(
      request.starts_with("GET /exec?command=a%20b HTTP/1.1\r\nHost: " + server.authority()));
  EXPECT_EQ(field(request, "Sec-WebSocket-Protocol"), "v5.channel.k8s.io, v4.channel.k8s.io");
  EXPECT_EQ(field(request, "Authorization"), "Bearer t");
  EXPECT_EQ(sent, "2:input");
  EXPECT_EQ(pong, "10:yo");
  EXPECT_EQ(close, "8:\x03\xe8");
}

TEST_F(CurlWebSocketTest, ARefusalIsHandedOn) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.read_request();
    peer.write(http_response(403, "no"));
  });
  WebSocketRefusal refusal;
  const base::Error error = connect(server, &refusal).error();
  EXPECT_EQ(error.code, ErrorCode::permission_denied);
  EXPECT_EQ(error.message, "the server answered 403, not 101");
  EXPECT_EQ(refusal.response.status, 403);
  EXPECT_EQ(refusal.response.body, "no");
}

TEST_F(CurlWebSocketTest, AWrongProofIsRefused) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.read_request();
    peer.write(accept("Sec-WebSocket-Key: another\r\n"));
  });
  EXPECT_EQ(connect(server).error().message,
            "the server's WebSocket handshake does not answer ours");
}

TEST_F(CurlWebSocketTest, ASubprotocolThatWasNotOfferedIsRefused) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.write(accept(peer.read_request(), "Sec-WebSocket-Protocol: chat\r\n"));
  });
  EXPECT_EQ(connect(server).error().message, "the server chose a subprotocol that was not offered");
}

TEST_F(CurlWebSocketTest, AConnectionLostMidwayIsNoEndInGoodOrder) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.write(accept(peer.read_request()) + "\x82\x05ha"s);
  });
  const auto socket = connect(server).value();
  EXPECT_EQ(socket->receive(until()).error().message,
            "the connection to " + server.authority() + " was lost in the middle of a WebSocket");
}

TEST_F(CurlWebSocketTest, DeadlineAndStopEndAWait) {
  LoopbackServer server([](LoopbackServer::Connection& peer) {
    peer.write(accept(peer.read_request()));
    std::string bytes;
    while (peer.read(bytes)) {
    }
  });
  const auto socket = connect(server).value();
  EXPECT_EQ(socket->receive(within(base::system_clock(), milliseconds(20))).error().code,
            ErrorCode::deadline_exceeded);
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(socket->receive({until().deadline, stop.get_token()}).error().code,
            ErrorCode::cancelled);
  stopper.join();
}

TEST_F(CurlWebSocketTest, NobodyListening) {
  int port = 0;
  {
    LoopbackServer gone([](LoopbackServer::Connection&) {});
    port = gone.port();
  }
  EXPECT_EQ(
      connector_->connect({"wss://127.0.0.1:" + std::to_string(port), {}, {}}, until(), nullptr)
          .error()
          .message,
      "connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

}  // namespace
}  // namespace net
