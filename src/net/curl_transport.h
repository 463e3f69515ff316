#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "net/tls.h"
#include "net/transport.h"
#include "net/websocket.h"

namespace net {

struct CurlOptions {
  TlsSettings tls;
  /// "": the environment's HTTPS_PROXY, HTTP_PROXY and NO_PROXY; loopback is never proxied.
  std::string proxy_url;
  /// How long the event thread, once something has come, waits for more before it takes it all up:
  /// waking for each of many small pieces costs more than the pieces. 0: it does not wait.
  std::chrono::microseconds gather{0};
  /// Where given, called on the event thread in place of each turn, in which receivers are told
  /// what came; must call it. For what is to be done once for all of them.
  std::function<void(const std::function<void()>& turn)> around_turn = nullptr;
};

/// The network, over libcurl's multi interface on one event thread of its own: HTTP/2 where the
/// server agrees (ALPN), many exchanges on one connection, connections used again.
///
/// `clock` is the one that deadlines are told on; borrowed. Destroying the transport ends its
/// exchanges (on_end: cancelled) and joins the thread.
std::unique_ptr<Transport> make_curl_transport(CurlOptions options, const base::Clock& clock);

/// WebSockets with the same trust, identity and proxy rules.
std::unique_ptr<WebSocketConnector> make_curl_websockets(CurlOptions options,
                                                         const base::Clock& clock);

}  // namespace net
