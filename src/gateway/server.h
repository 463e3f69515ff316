#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/h2_connection.h"

namespace gateway {

class TlsContext;

/// One port to listen on.
struct Listen {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;     ///< 0: a free one; Server::ports() says which.
  TlsContext* tls = nullptr;  ///< Borrowed; null: plaintext HTTP/2 with prior knowledge (h2c).
};

/// What happened on the wire that somebody should count or read. Called on the I/O thread.
struct ServerEvents {
  std::function<void(const std::string& peer, const std::string& why)> refused;
};

/// Accepts connections and drives them on one thread of its own, so that what is answered at once
/// (heartbeats, health) is never behind work: handlers must not block.
///
/// Ownership: borrows handler, clock and TLS contexts. Threading: start, drain, stop and the
/// destructor from one thread.
class Server {
 public:
  /// Listens on every port or on none. unavailable with the system's reason when one cannot be had.
  static base::Result<std::unique_ptr<Server>> start(H2Handler& handler, const base::Clock& clock,
                                                     std::vector<Listen> listens,
                                                     ServerEvents events = {});
  ~Server();
  const std::vector<std::uint16_t>& ports() const;
  std::size_t connections() const;

  /// Takes no new connections, tells the peers (GOAWAY) and waits until all streams have ended, at
  /// most `deadline`. True when all had.
  bool drain(std::chrono::milliseconds deadline);

  struct State;  ///< For server.cc alone.

 private:
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gateway
