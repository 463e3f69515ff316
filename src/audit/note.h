#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY.

namespace audit {

// Signed notes as C2SP has them (https://c2sp.org/signed-note), with Ed25519 keys.

/// Checks notes of one key. Copyable; safe from many threads.
class Verifier {
 public:
  /// Reads "<name>+<key id in hex>+<base64 of 0x01 and the public key>".
  /// invalid_argument when it is none, or when its key id does not fit.
  static base::Result<Verifier> parse(std::string_view text);

  /// The text of `note` (with its last line break) when this key has signed it and nobody else has:
  /// failed_precondition otherwise. One signature only, so that each byte of a note is checked.
  base::Result<std::string> open(std::string_view note) const;

  const std::string& name() const { return name_; }
  std::string text() const;  ///< What parse() reads.

 private:
  friend class Signer;
  Verifier() = default;
  std::string name_;
  std::string public_key_;  // 32 bytes.
  std::string key_id_;      // 4 bytes: SHA-256(name, line break, 0x01, key), cut.
};

/// Signs notes with one Ed25519 key. The secret is never printed by any function but secret_text().
class Signer {
 public:
  /// A key from 32 bytes of randomness. invalid_argument: `name` is empty or has '+' or a space.
  static base::Result<Signer> from_seed(std::string_view name, std::string_view seed);
  /// Reads "PRIVATE+KEY+<name>+<key id in hex>+<base64 of 0x01 and the seed>".
  static base::Result<Signer> parse(std::string_view text);

  /// `text` as a signed note. REQUIRES: `text` ends with a line break.
  std::string sign(std::string_view text) const;
  const Verifier& verifier() const { return verifier_; }
  std::string secret_text() const;  ///< What parse() reads: for the key file alone.

 private:
  Signer() = default;
  std::string seed_;
  std::shared_ptr<evp_pkey_st> key_;  // Made of seed_; shared by copies, never changed.
  Verifier verifier_;
};

}  // namespace audit
