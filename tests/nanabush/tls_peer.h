#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace nanabush_test {

/// A certificate authority of a test, with certificates that are wrong on purpose.
class Authority {
 public:
  explicit Authority(const std::string& name);
  struct Pair {
    std::string certificate, key;
  };
  struct Spec {
    std::string alternative_name = "URI:spiffe://cluster.local/ns/glooscap-system/sa/operator";
    std::string extended_key_usage = "clientAuth,serverAuth";
    long valid_from_s = -3600, valid_to_s = 3600;  ///< From now.
  };
  Pair issue() const { return issue(Spec{}); }
  Pair issue(const Spec& spec) const;
  const std::string& certificate() const { return pem_; }
  /// A leaf behind so many authorities, each of the one before; the whole chain in PEM.
  Pair issue_behind(int authorities) const;
  /// The list of withdrawn certificates, with these on it.
  std::string revocation_list(const std::vector<Pair>& withdrawn) const;
  /// A leaf with the right name that nobody but itself has signed.
  static Pair self_signed();

 private:
  std::shared_ptr<EVP_PKEY> key_;  // Shared for their deleters only.
  std::shared_ptr<X509> certificate_;
  std::string pem_;
};

/// A TLS client that offers HTTP/2 and, where given, a certificate.
struct Handshake {
  bool server_said_something = false;  ///< Bytes of HTTP/2 came: it was let in.
  std::string error;
  std::string server_serial;
};
Handshake shake_hands(std::uint16_t port, const Authority::Pair& pair,
                      int version_max = TLS1_3_VERSION);

/// A connected client's TLS for a tunnel; null when the handshake failed.
std::shared_ptr<SSL> connect_tls(int socket, const Authority::Pair& pair,
                                 int version_max = TLS1_3_VERSION);
/// A socket connected to 127.0.0.1:port. Closed by the caller.
int connect_socket(std::uint16_t port);
/// A socket that listens on 127.0.0.1, at a port of the kernel's choice. Closed by the caller.
struct Listening {
  int socket;
  std::uint16_t port;
};
Listening listen_on_loopback();

}  // namespace nanabush_test
