#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gateway {

/// TLS for one connection without a socket: encrypted bytes on one side, plain ones on the other.
class TlsChannel {
 public:
  /// Takes `connection`, which is in accept (or connect) state.
  explicit TlsChannel(SSL* connection);

  /// Takes what the peer sent; returns the plain bytes in it. permission_denied, with OpenSSL's
  /// reason, when the handshake or a record fails: take_output() then has the alert.
  base::Result<std::string> receive(std::string_view encrypted);
  /// Encrypts. Only once established.
  void send(std::string_view plain);
  std::string take_output();
  bool established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  const SSL* connection() const { return ssl_.get(); }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  std::unique_ptr<SSL, Free> ssl_;
  BIO* in_;   // Owned by ssl_.
  BIO* out_;  // Owned by ssl_.
};

}  // namespace gateway
