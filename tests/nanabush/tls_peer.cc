#include "nanabush/tls_peer.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>

#include "base/check.h"

namespace nanabush_test {
namespace {

std::string to_pem(const std::function<void(BIO*)>& write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::shared_ptr<X509> make_certificate(EVP_PKEY* key, const std::string& name, long from_s,
                                       long to_s) {
  static std::atomic<long> serial{1};
  std::shared_ptr<X509> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to_s);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

void extend(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

template <typename T>
std::shared_ptr<T> from_pem(const std::string& text, T* (*read)(BIO*, T**, pem_password_cb*, void*),
                            void (*free)(T*)) {
  BIO* bio = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
  std::shared_ptr<T> made(read(bio, nullptr, nullptr, nullptr), free);
  BIO_free(bio);
  return made;
}

std::string last_error() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  return text;
}

}  // namespace

Authority::Authority(const std::string& name) : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free) {
  certificate_ = make_certificate(key_.get(), name, -3600, 7200);
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  CHECK(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) != 0);
  pem_ = to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate_.get()); });
}

Authority::Pair Authority::issue(const Spec& spec) const {
  const std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const auto certificate = make_certificate(key.get(), "leaf", spec.valid_from_s, spec.valid_to_s);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  extend(certificate.get(), NID_subject_alt_name, spec.alternative_name);
  extend(certificate.get(), NID_ext_key_usage, spec.extended_key_usage);
  CHECK(X509_sign(certificate.get(), key_.get(), EVP_sha256()) != 0);
  return {to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); }),
          to_pem([&](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

Authority::Pair Authority::issue_behind(int authorities) const {
  Authority issuer = *this;
  std::string chain;
  for (int i = 0; i < authorities; ++i) {
    Authority next("authority " + std::to_string(i));
    X509_set_issuer_name(next.certificate_.get(), X509_get_subject_name(issuer.certificate_.get()));
    CHECK(X509_sign(next.certificate_.get(), issuer.key_.get(), EVP_sha256()) != 0);
    next.pem_ = to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, next.certificate_.get()); });
    chain = next.pem_ + chain;
    issuer = next;
  }
  Pair pair = issuer.issue();
  pair.certificate += chain;
  return pair;
}

std::string Authority::revocation_list(const std::vector<Pair>& withdrawn) const {
  const std::shared_ptr<X509_CRL> list(X509_CRL_new(), &X509_CRL_free);
  const std::shared_ptr<ASN1_TIME> time(ASN1_TIME_new(), &ASN1_TIME_free);
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
  X509_CRL_set1_lastUpdate(list.get(), X509_gmtime_adj(time.get(), -60));
  X509_CRL_set1_nextUpdate(list.get(), X509_gmtime_adj(time.get(), 3600));
  X509_gmtime_adj(time.get(), -60);
  for (const Pair& pair : withdrawn) {
    const auto leaf = from_pem<X509>(pair.certificate, PEM_read_bio_X509, X509_free);
    X509_REVOKED* row = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(row, X509_get_serialNumber(leaf.get()));
    X509_REVOKED_set_revocationDate(row, time.get());
    CHECK(X509_CRL_add0_revoked(list.get(), row) == 1);
  }
  CHECK(X509_CRL_sign(list.get(), key_.get(), EVP_sha256()) != 0);
  return to_pem([&](BIO* bio) { PEM_write_bio_X509_CRL(bio, list.get()); });
}

Authority::Pair Authority::self_signed() {
  const std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const auto leaf = make_certificate(key.get(), "alone", -3600, 3600);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(leaf.get()));
  extend(leaf.get(), NID_subject_alt_name, Spec{}.alternative_name);
  extend(leaf.get(), NID_ext_key_usage, Spec{}.extended_key_usage);
  CHECK(X509_sign(leaf.get(), key.get(), EVP_sha256()) != 0);
  return {to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, leaf.get()); }), to_pem([&](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

int connect_socket(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return socket;
  close(socket);
  return -1;
}

Listening listen_on_loopback() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(listen(socket, 64) == 0);
  CHECK(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return {socket, ntohs(address.sin_port)};
}

std::shared_ptr<SSL> connect_tls(int socket, const Authority::Pair& pair, int version_max) {
  signal(SIGPIPE, SIG_IGN);
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);  // So that old versions can be offered.
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), version_max);
  if (!pair.certificate.empty()) {
    BIO* bio = BIO_new_mem_buf(pair.certificate.data(), static_cast<int>(pair.certificate.size()));
    const std::shared_ptr<X509> leaf(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free);
    SSL_CTX_use_certificate(context.get(), leaf.get());
    while (X509* issuer = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) {
      SSL_CTX_add0_chain_cert(context.get(), issuer);
    }
    BIO_free(bio);
    ERR_clear_error();
    SSL_CTX_use_PrivateKey(
        context.get(), from_pem<EVP_PKEY>(pair.key, PEM_read_bio_PrivateKey, EVP_PKEY_free).get());
  }
  std::shared_ptr<SSL> ssl(SSL_new(context.get()), &SSL_free);
  const unsigned char h2[] = {2, 'h', '2'};
  SSL_set_alpn_protos(ssl.get(), h2, sizeof h2);
  SSL_set_fd(ssl.get(), socket);
  ERR_clear_error();
  if (SSL_connect(ssl.get()) != 1) return nullptr;
  return ssl;
}

Handshake shake_hands(std::uint16_t port, const Authority::Pair& pair, int version_max) {
  Handshake made;
  const int socket = connect_socket(port);
  const auto ssl = connect_tls(socket, pair, version_max);
  if (!ssl) {
    made.error = last_error();
    close(socket);
    return made;
  }
  if (X509* peer = SSL_get_peer_certificate(ssl.get())) {
    made.server_serial = std::to_string(ASN1_INTEGER_get(X509_get_serialNumber(peer)));
    X509_free(peer);
  }
  const std::string preface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  SSL_write(ssl.get(), preface.data(), static_cast<int>(preface.size()));
  char bytes[64];
  // TLS 1.3 tells the client what the server thinks of its certificate only now.
  made.server_said_something = SSL_read(ssl.get(), bytes, sizeof bytes) > 0;
  if (!made.server_said_something) made.error = last_error();
  close(socket);
  return made;
}

}  // namespace nanabush_test
