#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/transport.h"
#include "net/wait.h"

namespace net {

/// One message of a WebSocket (RFC 6455), fragments joined, control frames dealt with.
struct WebSocketMessage {
  bool binary = true;
  std::string bytes;
  bool operator==(const WebSocketMessage&) const = default;
};

/// A connected WebSocket. Threading: one thread sends and receives. Destroying it closes it.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// The subprotocol that the server chose, or "".
  virtual const std::string& subprotocol() const = 0;
  virtual base::Result<void> send(const WebSocketMessage& message, const Until& until) = 0;
  /// The next message; nullopt when the peer closed in good order. Answers pings meanwhile.
  /// Errors: unavailable (connection lost), deadline_exceeded, cancelled, resource_exhausted (a
  /// message above kWebSocketMessageBytesMax), data_loss (a peer that breaks RFC 6455).
  virtual base::Result<std::optional<WebSocketMessage>> receive(const Until& until) = 0;
};

struct WebSocketRequest {
  std::string url;  ///< "https://..." or "wss://...", "http://..." or "ws://...".
  Headers headers;
  std::vector<std::string> subprotocols;  ///< In order of preference.
};

/// A server that answered the handshake with something else than 101.
struct WebSocketRefusal {
  Response response;
};

class WebSocketConnector {
 public:
  virtual ~WebSocketConnector() = default;
  /// Connects and shakes hands. When the server refuses, `refusal` (if given) gets its response,
  /// and the error is that of its status. Other errors: as Transport's.
  virtual base::Result<std::unique_ptr<WebSocket>> connect(const WebSocketRequest& request,
                                                           const Until& until,
                                                           WebSocketRefusal* refusal) = 0;
};

}  // namespace net
