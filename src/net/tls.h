#pragma once

#include <string>

namespace net {

/// Whom to trust and who we are. All PEM text, no files. Holds a private key (INV-7).
struct TlsSettings {
  std::string ca_pem;           ///< "" trusts the system's authorities.
  std::string certificate_pem;  ///< Client certificate (chain) and its key; both or neither.
  std::string key_pem;
  std::string
      server_name;        ///< Verified and sent as SNI in place of the URL's host; "" is the host.
  bool insecure = false;  ///< Verifies nothing.
};

}  // namespace net
