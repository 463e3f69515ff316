#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace drydock {

/// A certificate and its key, in PEM.
struct KeyPair {
  std::string certificate;
  std::string key;
};

/// What a certificate says.
struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> dns_names = {};
  std::vector<std::string> addresses = {};  ///< "127.0.0.1"
  bool server = false;
  bool client = false;
};

/// A certificate authority for one stand-in: made anew for each, known nowhere else.
class Authority {
 public:
  /// A new CA, valid for ten years from `now`.
  static base::Result<Authority> create(const std::string& common_name, base::WallTime now);
  Authority(Authority&&) noexcept;
  ~Authority();
  /// A certificate signed by this CA, with a new EC P-256 key.
  base::Result<KeyPair> issue(const CertificateRequest& request) const;
  const std::string& certificate() const;  ///< In PEM.

 private:
  struct State;
  explicit Authority(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A new EC P-256 key pair for signing service account tokens: {public key, private key} in PEM.
base::Result<KeyPair> make_signing_key();

}  // namespace drydock
