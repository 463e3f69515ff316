#include "net/loopback_server.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/check.h"
#include "net/curl_easy.h"

namespace net {
namespace {

class Plain final : public LoopbackServer::Connection {
 public:
  explicit Plain(int socket) : socket_(socket) {}
  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool read(std::string& bytes) override {
    bytes.resize(64 << 10);
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max(got, ssize_t{0})));
    return got > 0;
  }

 private:
  const int socket_;
};

class Encrypted final : public LoopbackServer::Connection {
 public:
  Encrypted(SSL_CTX* context, int socket) : ssl_(SSL_new(context)) { SSL_set_fd(ssl_, socket); }
  ~Encrypted() override { SSL_free(ssl_); }
  bool accept() { return SSL_accept(ssl_) == 1; }
  bool write(std::string_view bytes) override {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  bool read(std::string& bytes) override {
    bytes.resize(64 << 10);
    const int got = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max(got, 0)));
    return got > 0;
  }

 private:
  SSL* const ssl_;
};

std::unique_ptr<BIO, decltype(&BIO_free)> memory(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

std::shared_ptr<X509> read_certificate(const std::string& pem) {
  return {PEM_read_bio_X509(memory(pem).get(), nullptr, nullptr, nullptr), &X509_free};
}

template <typename Write>
std::string to_pem(const Write& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  write(bio.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, int id, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
  CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> make_certificate(EVP_PKEY* key, const std::string& common_name) {
  static std::atomic<long> serial = 1;
  std::shared_ptr<X509> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

}  // namespace

std::string LoopbackServer::Connection::read_request() {
  std::string request = std::move(rest_);
  rest_.clear();
  std::string bytes;
  std::size_t end = std::string::npos;
  while ((end = request.find("\r\n\r\n")) == std::string::npos) {
    if (!read(bytes)) return "";
    request += bytes;
  }
  std::size_t length = 0;
  if (const std::size_t at = request.find("Content-Length: "); at < end) {
    length = static_cast<std::size_t>(std::atol(request.c_str() + at + 16));
  }
  while (request.size() < end + 4 + length) {
    if (!read(bytes)) return "";
    request += bytes;
  }
  rest_ = request.substr(end + 4 + length);
  request.resize(end + 4 + length);
  return request;
}

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) { listen(); }

LoopbackServer::LoopbackServer(Handler handler, const Tls& tls) : handler_(std::move(handler)) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), read_certificate(tls.certificate).get());
  const std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(memory(tls.key).get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  CHECK(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  if (!tls.client_ca.empty()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()),
                        read_certificate(tls.client_ca).get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  tls_ = context;
  listen();
}

void LoopbackServer::listen() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::listen(listener_, 16) == 0);
  CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] {
    while (true) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) return;
      const std::lock_guard lock(mutex_);
      ++connections_;
      open_.push_back(socket);
      threads_.emplace_back([this, socket] { serve(socket); });
    }
  });
}

void LoopbackServer::join() {
  ::shutdown(listener_, SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(listener_, SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  join();
  ::close(listener_);
}

void LoopbackServer::serve(int socket) {
  const NoSigpipe no_sigpipe;
  if (tls_ == nullptr) {
    Plain connection(socket);
    handler_(connection);
  } else {
    Encrypted connection(static_cast<SSL_CTX*>(tls_.get()), socket);
    if (connection.accept()) handler_(connection);
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  ::close(socket);
}

std::string http_response(int status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

LoopbackAuthority::LoopbackAuthority() {
  const std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::shared_ptr<X509> certificate = make_certificate(key.get(), "test-ca");
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
  pem_ = to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
  key_ = key;
  certificate_ = certificate;
}

LoopbackAuthority::Pair LoopbackAuthority::issue(const std::string& common_name,
                                                 const std::string& dns_name) const {
  const std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::shared_ptr<X509> certificate = make_certificate(key.get(), common_name);
  X509_set_issuer_name(certificate.get(),
                       X509_get_subject_name(static_cast<X509*>(certificate_.get())));
  add_extension(certificate.get(), NID_subject_alt_name,
                dns_name.empty() ? "IP:127.0.0.1" : "DNS:" + dns_name);
  CHECK(X509_sign(certificate.get(), static_cast<EVP_PKEY*>(key_.get()), EVP_sha256()) != 0);
  return {to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); }),
          to_pem([&](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace net
