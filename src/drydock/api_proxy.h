#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "drydock/api_fault.h"

namespace drydock {

/// Where a proxy stands and whom it speaks for. Holds a private key (INV-7).
struct ApiProxyOptions {
  std::uint16_t port = 0;           ///< To listen on, at 127.0.0.1; 0 is any.
  std::uint16_t upstream_port = 0;  ///< Of the API server, at 127.0.0.1.
  std::string certificate_pem;  ///< Shown to clients, with its key: the API server's own will do.
  std::string key_pem;
  std::string ca_pem;  ///< Signed the API server's certificate.
};

/// A reverse proxy in front of the API server in which faults can be switched on.
///
/// Terminates TLS and speaks HTTP/1.1 on both sides: requests, streams (watches, logs) as they
/// arrive, and WebSockets (exec, port-forward), which are raw bytes after the 101. Credentials are
/// headers and pass through, so clients need a token; a client certificate would end here.
///
/// Each client connection has one connection to the API server and both end together, as behind the
/// TCP load balancer in front of OpenShift's API: when the server is down, a client sees its
/// connection closed during the handshake.
///
/// Threading: one thread accepts, one per connection (kProxyConnectionsMax at most); faults may be
/// set from any thread. Destroying it ends every connection and waits for their threads.
class ApiProxy {
 public:
  /// Errors: unavailable (the port is taken), invalid_argument (the PEM texts).
  static base::Result<std::unique_ptr<ApiProxy>> start(const ApiProxyOptions& options);
  ~ApiProxy();
  std::uint16_t port() const;

  /// Switches a fault: one request in `one_in` is hit; 0 heals it. Switching one of the watch
  /// faults on cuts the watches that run.
  void set(ApiFault fault, unsigned one_in);
  unsigned one_in(ApiFault fault) const;

 private:
  struct State;
  explicit ApiProxy(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace drydock
