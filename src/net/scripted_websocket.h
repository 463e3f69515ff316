#pragma once

#include <string>
#include <vector>

#include "net/websocket.h"

namespace net {

/// Plays one WebSocket exchange: the handshake it expects, the messages it sends. For tests.
struct ScriptedWebSocket final : WebSocketConnector {
  std::string expected_url;
  std::string subprotocol = "v5.channel.k8s.io";
  std::vector<WebSocketMessage> messages;
  std::optional<base::Error> failure;      ///< After the messages; none is a close in good order.
  std::optional<Response> refused;         ///< In place of the handshake's 101.
  int refusals_max = 1000;                 ///< So many are refused; the next is taken.
  std::vector<WebSocketRequest> requests;  ///< Every handshake that came.
  std::vector<WebSocketMessage> sent;      ///< Every message of ours.

  base::Result<std::unique_ptr<WebSocket>> connect(const WebSocketRequest& request,
                                                   const Until& until,
                                                   WebSocketRefusal* refusal) override;
};

}  // namespace net
