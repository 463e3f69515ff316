#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

struct ssl_st;

namespace gateway {

/// The PEM texts of one generation of certificates.
struct TlsMaterial {
  std::string certificate_chain;
  std::string private_key;
  std::string client_ca;
  std::string client_crl;  ///< Lists of withdrawn certificates; empty: none is looked up.
  bool operator==(const TlsMaterial&) const = default;
};

/// TLS 1.2 and 1.3 for the server's side, HTTP/2 by ALPN, client certificates required.
///
/// Certificates may be replaced while connections run: those under way keep theirs. Who may come is
/// a list of names: a client certificate must carry one of them as URI (SPIFFE) or DNS subject
/// alternative name. An empty list admits nobody.
/// Threading: reload() from any thread.
class TlsContext {
 public:
  /// invalid_argument, saying which text and why: no PEM, a key that does not fit, no CA.
  static base::Result<std::unique_ptr<TlsContext>> create(const TlsMaterial& material,
                                                          std::vector<std::string> allowed_names);
  ~TlsContext();
  /// Takes new certificates, or keeps the old ones and returns why (a half-written pair).
  base::Result<void> reload(const TlsMaterial& material);

  /// A connection's TLS state, for Server. The caller frees it (SSL_free).
  ssl_st* new_connection() const;
  /// The allowed name that the peer showed. permission_denied when it showed none of them.
  base::Result<std::string> peer_name(const ssl_st* connection) const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gateway
