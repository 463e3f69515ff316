#include "audit/note.h"

#include <openssl/evp.h>

#include "audit/merkle.h"
#include "base/encoding.h"
#include "base/strings.h"

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr char kEd25519 = 0x01;
constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // U+2014 and a space.
constexpr std::string_view kSecretPrefix = "PRIVATE+KEY+";
constexpr std::size_t kKeyBytes = 32, kSignatureBytes = 64, kKeyIdBytes = 4;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_name(std::string_view name) {
  return !name.empty() && name.find_first_of("+ \t\r\n") == std::string_view::npos;
}

std::string key_id(std::string_view name, std::string_view public_key) {
  std::string text(name);
  text += '\n';
  text += kEd25519;
  text += public_key;
  return std::string(as_bytes(sha256(text)).substr(0, kKeyIdBytes));
}

bool verify(std::string_view public_key, std::string_view text, std::string_view signature) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(public_key),
                                            public_key.size()),
                EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

/// The pieces of "<name>+<hex id>+<base64 of 0x01 and 32 bytes>"; false when it is none.
bool split_key(std::string_view text, std::string& name, std::string& id, std::string& key) {
  const auto parts = base::split(text, '+');
  // base64 has '+' of its own, so the key is all that follows the second one.
  if (parts.size() < 3 || !is_name(parts[0])) return false;
  const auto hex = base::from_hex(parts[1]);
  const auto bytes = base::from_base64(text.substr(parts[0].size() + parts[1].size() + 2));
  if (!hex || !bytes || bytes->size() != kKeyBytes + 1 || bytes->front() != kEd25519) return false;
  name = parts[0];
  id = *hex;
  key = bytes->substr(1);
  return true;
}

Error no_note(std::string why) {
  return Error{ErrorCode::failed_precondition, "not a note of this key: " + std::move(why)};
}

}  // namespace

Result<Verifier> Verifier::parse(std::string_view text) {
  Verifier verifier;
  if (!split_key(text, verifier.name_, verifier.key_id_, verifier.public_key_)) {
    return Error{ErrorCode::invalid_argument, "not a verifier key: want <name>+<id>+<base64>"};
  }
  if (key_id(verifier.name_, verifier.public_key_) != verifier.key_id_) {
    return Error{ErrorCode::invalid_argument, "the verifier key's id does not fit its key"};
  }
  return verifier;
}

std::string Verifier::text() const {
  return name_ + "+" + base::to_hex(key_id_) + "+" + base::to_base64(kEd25519 + public_key_);
}

Result<std::string> Verifier::open(std::string_view note) const {
  const auto gap = note.find("\n\n");
  if (gap == std::string_view::npos || gap + 2 == note.size() || note.back() != '\n') {
    return no_note("it has no signature");
  }
  const std::string_view text = note.substr(0, gap + 1);
  std::string_view line = note.substr(gap + 2);
  line.remove_suffix(1);
  if (line.find('\n') != std::string_view::npos) return no_note("it has several signatures");
  const std::string prefix = std::string(kSignaturePrefix) + name_ + " ";
  if (line.substr(0, prefix.size()) != prefix) return no_note("somebody else signed it");
  const auto bytes = base::from_base64(line.substr(prefix.size()));
  if (!bytes || bytes->size() != kKeyIdBytes + kSignatureBytes) {
    return no_note("its signature is malformed");
  }
  if (bytes->substr(0, kKeyIdBytes) != key_id_) return no_note("another key signed it");
  if (!verify(public_key_, text, std::string_view(*bytes).substr(kKeyIdBytes))) {
    return no_note("its signature does not hold");
  }
  return std::string(text);
}

Result<Signer> Signer::from_seed(std::string_view name, std::string_view seed) {
  if (!is_name(name)) {
    return Error{ErrorCode::invalid_argument, "a key's name has no '+', no space and is not empty"};
  }
  if (seed.size() != kKeyBytes) {
    return Error{ErrorCode::invalid_argument, "an Ed25519 seed has 32 bytes"};
  }
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()),
          EVP_PKEY_free);
  std::string public_key(kKeyBytes, '\0');
  std::size_t size = public_key.size();
  CHECK(key && EVP_PKEY_get_raw_public_key(
                   key.get(), reinterpret_cast<unsigned char*>(public_key.data()), &size) == 1);
  Signer signer;
  signer.seed_ = seed;
  signer.key_ = std::move(key);
  signer.verifier_.name_ = name;
  signer.verifier_.public_key_ = public_key;
  signer.verifier_.key_id_ = key_id(name, public_key);
  return signer;
}

Result<Signer> Signer::parse(std::string_view text) {
  const Error bad{ErrorCode::invalid_argument,
                  "not a signer key: want PRIVATE+KEY+<name>+<id>+<base64>"};
  if (text.substr(0, kSecretPrefix.size()) != kSecretPrefix) return bad;
  std::string name, id, seed;
  if (!split_key(text.substr(kSecretPrefix.size()), name, id, seed)) return bad;
  Signer signer = TRY(from_seed(name, seed));
  if (signer.verifier_.key_id_ != id) {
    return Error{ErrorCode::invalid_argument, "the signer key's id does not fit its key"};
  }
  return signer;
}

std::string Signer::secret_text() const {
  return std::string(kSecretPrefix) + verifier_.name_ + "+" + base::to_hex(verifier_.key_id_) +
         "+" + base::to_base64(kEd25519 + seed_);
}

std::string Signer::sign(std::string_view text) const {
  CHECK(!text.empty() && text.back() == '\n');
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  CHECK(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       bytes_of(text), text.size()) == 1);
  return std::string(text) + "\n" + std::string(kSignaturePrefix) + verifier_.name_ + " " +
         base::to_base64(verifier_.key_id_ + signature) + "\n";
}

}  // namespace audit
