#include "gateway/tls_channel.h"

#include <openssl/err.h>

#include <array>

namespace gateway {
namespace {

base::Error tls_error() {
  std::array<char, 200> reason{};
  const unsigned long code = ERR_peek_last_error();
  ERR_error_string_n(code, reason.data(), reason.size());
  ERR_clear_error();
  return {base::ErrorCode::permission_denied,
          code == 0 ? std::string("TLS failed") : std::string("TLS failed: ") + reason.data()};
}

}  // namespace

TlsChannel::TlsChannel(SSL* connection)
    : ssl_(connection), in_(BIO_new(BIO_s_mem())), out_(BIO_new(BIO_s_mem())) {
  SSL_set_bio(ssl_.get(), in_, out_);
}

base::Result<std::string> TlsChannel::receive(std::string_view encrypted) {
  ERR_clear_error();
  BIO_write(in_, encrypted.data(), static_cast<int>(encrypted.size()));
  std::string plain;
  if (!established()) {
    const int done = SSL_do_handshake(ssl_.get());
    if (done != 1) {
      if (SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ) return plain;
      return tls_error();
    }
  }
  std::array<char, 16384> buffer;
  for (;;) {
    const int count = SSL_read(ssl_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      plain.append(buffer.data(), static_cast<std::size_t>(count));
      continue;
    }
    const int why = SSL_get_error(ssl_.get(), count);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_ZERO_RETURN) return plain;
    return tls_error();
  }
}

void TlsChannel::send(std::string_view plain) {
  if (!plain.empty()) SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
}

std::string TlsChannel::take_output() {
  std::string bytes(BIO_ctrl_pending(out_), '\0');
  if (!bytes.empty()) BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace gateway
