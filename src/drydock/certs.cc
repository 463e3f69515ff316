#include "drydock/certs.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr long kDays = 3650;
constexpr long kSecondsOfDay = 86400;

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using Certificate = std::unique_ptr<X509, CertificateFree>;
using Bio = std::unique_ptr<BIO, BioFree>;

Error failed(const char* what) {
  return Error{ErrorCode::internal, std::string("OpenSSL could not ") + what};
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

std::string private_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) return;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// A certificate without extensions and signature.
Certificate begin_certificate(const std::string& common_name, EVP_PKEY* key, base::WallTime now) {
  Certificate certificate(X509_new());
  if (!certificate) return nullptr;
  X509_set_version(certificate.get(), 2);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1 | 1);
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  // An hour back: clocks of two processes never differ by more.
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), seconds - 3600);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), seconds + kDays * kSecondsOfDay);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

std::string alternative_names(const CertificateRequest& request) {
  std::string text;
  for (const std::string& name : request.dns_names) text += ",DNS:" + name;
  for (const std::string& address : request.addresses) text += ",IP:" + address;
  return text.empty() ? text : text.substr(1);
}

}  // namespace

struct Authority::State {
  Key key;
  Certificate certificate;
  std::string pem;
  base::WallTime now;
};

Authority::Authority(std::unique_ptr<State> state) : state_(std::move(state)) {}
Authority::Authority(Authority&&) noexcept = default;
Authority::~Authority() = default;
const std::string& Authority::certificate() const { return state_->pem; }

Result<Authority> Authority::create(const std::string& common_name, base::WallTime now) {
  auto state = std::make_unique<State>();
  state->now = now;
  state->key.reset(EVP_EC_gen("P-256"));
  if (!state->key) return failed("make a key");
  state->certificate = begin_certificate(common_name, state->key.get(), now);
  X509* certificate = state->certificate.get();
  if (certificate == nullptr) return failed("make a certificate");
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,digitalSignature");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  if (X509_sign(certificate, state->key.get(), EVP_sha256()) == 0) return failed("sign");
  state->pem = to_pem(certificate);
  return Authority(std::move(state));
}

Result<KeyPair> Authority::issue(const CertificateRequest& request) const {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return failed("make a key");
  const Certificate certificate = begin_certificate(request.common_name, key.get(), state_->now);
  if (!certificate) return failed("make a certificate");
  X509* issuer = state_->certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
  add_extension(certificate.get(), issuer, NID_key_usage, "critical,digitalSignature");
  std::string usage;
  if (request.server) usage += ",serverAuth";
  if (request.client) usage += ",clientAuth";
  if (!usage.empty()) add_extension(certificate.get(), issuer, NID_ext_key_usage, usage.substr(1));
  const std::string names = alternative_names(request);
  if (!names.empty()) add_extension(certificate.get(), issuer, NID_subject_alt_name, names);
  add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid");
  if (X509_sign(certificate.get(), state_->key.get(), EVP_sha256()) == 0) return failed("sign");
  return KeyPair{to_pem(certificate.get()), private_pem(key.get())};
}

Result<KeyPair> make_signing_key() {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return failed("make a key");
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), key.get());
  return KeyPair{text_of(bio.get()), private_pem(key.get())};
}

}  // namespace drydock
