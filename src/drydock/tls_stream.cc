#include "drydock/tls_stream.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioFree>;

constexpr unsigned char kProtocols[] = "\x08http/1.1";
constexpr unsigned kProtocolsSize = sizeof kProtocols - 1;

Bio read_only(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int choose_http1(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                 unsigned in_size, void*) {
  const int chosen = SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, kProtocols,
                                           kProtocolsSize, in, in_size);
  return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

std::shared_ptr<SSL_CTX> new_context(const SSL_METHOD* method) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // With a non-blocking socket a read has to say when only a record without data came.
  SSL_CTX_clear_mode(context.get(), SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

Error refused(const char* what) {
  ERR_clear_error();
  return Error{ErrorCode::invalid_argument, what};
}

Error broken() {
  char reason[160] = "the connection broke";
  if (const unsigned long code = ERR_get_error(); code != 0) {
    ERR_error_string_n(code, reason, sizeof reason);
  }
  ERR_clear_error();
  return Error{ErrorCode::unavailable, reason};
}

}  // namespace

Result<TlsSide> TlsSide::server(const std::string& certificate_pem, const std::string& key_pem) {
  auto context = new_context(TLS_server_method());
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(read_only(certificate_pem).get(), nullptr, nullptr, nullptr), X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(read_only(key_pem).get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  if (!certificate || SSL_CTX_use_certificate(context.get(), certificate.get()) != 1) {
    return refused("the server's certificate is no certificate in PEM");
  }
  if (!key || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return refused("the server's key does not belong to its certificate");
  }
  SSL_CTX_set_alpn_select_cb(context.get(), choose_http1, nullptr);
  return TlsSide(std::move(context));
}

Result<TlsSide> TlsSide::client(const std::string& ca_pem) {
  auto context = new_context(TLS_client_method());
  const std::unique_ptr<X509, decltype(&X509_free)> authority(
      PEM_read_bio_X509(read_only(ca_pem).get(), nullptr, nullptr, nullptr), X509_free);
  if (!authority ||
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.get()) != 1) {
    return refused("the authority's certificate is no certificate in PEM");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context.get(), kProtocols, kProtocolsSize);
  return TlsSide(std::move(context));
}

TlsStream::TlsStream(const TlsSide& side, int socket)
    : ssl_(SSL_new(side.context())), socket_(socket) {
  SSL_set_fd(ssl_, socket_);
}

TlsStream::~TlsStream() {
  // So that the peer can tell an end from a cut. It has no effect on a connection that broke.
  if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
  ERR_clear_error();
  SSL_free(ssl_);
  close(socket_);
}

Result<void> TlsStream::accept() { return shake_hands(SSL_accept); }

Result<void> TlsStream::connect(const std::string& server_name) {
  SSL_set1_host(ssl_, server_name.c_str());
  SSL_set_tlsext_host_name(ssl_, server_name.c_str());
  return shake_hands(SSL_connect);
}

Result<void> TlsStream::shake_hands(int (*step)(SSL*)) {
  for (;;) {
    const int result = step(ssl_);
    if (result == 1) return {};
    TRY(wait_for(result, base::limits::kTlsHandshakeTimeout));
  }
}

/// After a call that could not go on: waits for what it wants.
Result<void> TlsStream::wait_for(int ssl_result, std::chrono::milliseconds timeout) {
  const int wants = SSL_get_error(ssl_, ssl_result);
  if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) return broken();
  pollfd ready{socket_, static_cast<short>(wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
  if (poll(&ready, 1, static_cast<int>(timeout.count())) == 0) {
    return Error{ErrorCode::deadline_exceeded, "the peer does not answer"};
  }
  return {};
}

Result<bool> TlsStream::read_some(std::string& bytes) {
  char buffer[base::limits::kProxyReadBytes];
  for (;;) {
    const int count = SSL_read(ssl_, buffer, sizeof buffer);
    if (count > 0) {
      bytes.append(buffer, static_cast<std::size_t>(count));
      // One record at a time keeps memory bounded; what OpenSSL still holds has to be taken, for
      // poll() does not know of it.
      if (SSL_pending(ssl_) > 0) continue;
      return true;
    }
    switch (SSL_get_error(ssl_, count)) {
      case SSL_ERROR_WANT_READ:
        return true;
      case SSL_ERROR_WANT_WRITE:
        TRY(wait_for(count, base::limits::kSocketWriteTimeout));
        continue;
      case SSL_ERROR_ZERO_RETURN:
        return false;
      default:
        return broken();
    }
  }
}

Result<void> TlsStream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const int count = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    TRY(wait_for(count, base::limits::kSocketWriteTimeout));
  }
  return {};
}

void TlsStream::interrupt() { shutdown(socket_, SHUT_RDWR); }

void wait_for_either(const TlsStream& a, const TlsStream& b,
                     std::optional<std::chrono::milliseconds> timeout) {
  pollfd ready[] = {{a.socket(), POLLIN, 0}, {b.socket(), POLLIN, 0}};
  poll(ready, 2, timeout ? static_cast<int>(timeout->count()) : -1);
}

}  // namespace drydock
