#include "gateway/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <mutex>

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* pointer) const { Free(pointer); }
};
using Context = std::shared_ptr<SSL_CTX>;  // Shared by the connections that began with it.
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioFree>;

Bio read_only(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Error bad(std::string what) {
  char reason[160] = "";
  if (const unsigned long code = ERR_peek_last_error(); code != 0) {
    ERR_error_string_n(code, reason, sizeof reason);
  }
  ERR_clear_error();
  std::string message = std::move(what);
  if (reason[0] != '\0') message += std::string(" (") + reason + ")";
  return Error{ErrorCode::invalid_argument, std::move(message)};
}

/// ALPN: "h2" or nothing; a client that offers only others is refused.
int choose_h2(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
              unsigned int in_size, void*) {
  for (unsigned int at = 0; at + 1 <= in_size; at += 1U + in[at]) {
    if (in[at] == 2 && at + 3 <= in_size && std::memcmp(in + at + 1, "h2", 2) == 0) {
      *out = in + at + 1;
      *out_size = 2;
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<void> use_chain(SSL_CTX* context, const std::string& text) {
  const Bio bio = read_only(text);
  const Certificate leaf(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return bad("the certificate chain holds no certificate in PEM");
  }
  while (X509* issuer = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, issuer) != 1) {
      X509_free(issuer);
      return bad("a certificate of the chain cannot be used");
    }
  }
  ERR_clear_error();  // The end of the text reads as an error.
  return {};
}

Result<void> use_client_ca(SSL_CTX* context, const std::string& text) {
  const Bio bio = read_only(text);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (X509* authority = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    const Certificate owned(authority);
    if (X509_STORE_add_cert(store, authority) == 1) ++count;
  }
  if (count == 0) return bad("the client CA holds no certificate in PEM");
  ERR_clear_error();
  return {};
}

/// With a list, every certificate of a chain needs its issuer's: one that cannot be looked up
/// counts as withdrawn, and so does an outdated list.
Result<void> use_client_crl(SSL_CTX* context, const std::string& text) {
  if (text.empty()) return {};
  const Bio bio = read_only(text);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (X509_CRL* list = PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)) {
    if (X509_STORE_add_crl(store, list) == 1) ++count;
    X509_CRL_free(list);
  }
  if (count == 0) return bad("the client CRL holds no list in PEM");
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  ERR_clear_error();
  return {};
}

Result<Context> make_context(const TlsMaterial& material) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return bad("no TLS context can be made");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // No renegotiation, no tickets: a session must not outlive a certificate that was withdrawn.
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_h2, nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context.get(), 8);
  SSL_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  TRY(use_chain(context.get(), material.certificate_chain));
  const Bio bio = read_only(material.private_key);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return bad("the private key is not in PEM");
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return bad("the private key does not fit the certificate");
  }
  TRY(use_client_ca(context.get(), material.client_ca));
  TRY(use_client_crl(context.get(), material.client_crl));
  return context;
}

/// The certificate's URI and DNS subject alternative names.
std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  auto* list = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list, i);
    if (name->type != GEN_URI && name->type != GEN_DNS) continue;
    const ASN1_STRING* text = name->d.ia5;
    names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                       static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  GENERAL_NAMES_free(list);
  return names;
}

}  // namespace

struct TlsContext::State {
  std::vector<std::string> allowed;
  mutable std::mutex mutex;
  Context context;  // Guarded by `mutex`.
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::create(const TlsMaterial& material,
                                                       std::vector<std::string> allowed_names) {
  auto state = std::make_unique<State>();
  state->allowed = std::move(allowed_names);
  state->context = TRY(make_context(material));
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(state)));
}

Result<void> TlsContext::reload(const TlsMaterial& material) {
  Context next = TRY(make_context(material));
  const std::lock_guard lock(state_->mutex);
  state_->context = std::move(next);
  return {};
}

ssl_st* TlsContext::new_connection() const {
  const std::lock_guard lock(state_->mutex);
  SSL* connection = SSL_new(state_->context.get());  // Keeps the context alive.
  if (connection != nullptr) SSL_set_accept_state(connection);
  return connection;
}

Result<std::string> TlsContext::peer_name(const ssl_st* connection) const {
  const Certificate certificate(SSL_get1_peer_certificate(connection));
  if (!certificate || SSL_get_verify_result(connection) != X509_V_OK) {
    return Error{ErrorCode::permission_denied, "the client showed no valid certificate"};
  }
  const auto names = names_of(certificate.get());
  for (const std::string& name : names) {
    if (std::find(state_->allowed.begin(), state_->allowed.end(), name) != state_->allowed.end()) {
      return name;
    }
  }
  return Error{ErrorCode::permission_denied,
               "the client certificate carries no name of the allow list"};
}

}  // namespace gateway
