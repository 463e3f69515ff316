#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace net {

/// Of the tests (its code is in loopback_server_test.cc). A server on 127.0.0.1 at a port of the
/// kernel's choice, for tests of the real transport: says what a function says, byte by byte. One
/// thread a connection; ends with its object.
class LoopbackServer {
 public:
  /// One connection of a peer. Each call returns false when the peer is gone.
  class Connection {
   public:
    virtual ~Connection() = default;
    virtual bool write(std::string_view bytes) = 0;
    /// Some bytes; false at the end.
    virtual bool read(std::string& bytes) = 0;
    /// A request's head, and its body by Content-Length; "" at the end.
    std::string read_request();

   private:
    std::string rest_;
  };
  using Handler = std::function<void(Connection&)>;

  /// TLS, if given: PEM of the server's certificate and key; and of the CA that clients'
  /// certificates must be signed by ("": none is asked for).
  struct Tls {
    std::string certificate, key, client_ca;
  };

  explicit LoopbackServer(Handler handler);
  LoopbackServer(Handler handler, const Tls& tls);
  ~LoopbackServer();

  /// Takes no more connections and waits until the handlers of all have returned. What they wrote
  /// down may be read then.
  void join();

  int port() const { return port_; }
  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void listen();
  void serve(int socket);

  const Handler handler_;
  std::shared_ptr<void> tls_;  // An SSL_CTX; shared for its deleter only.
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;  // Guards what is below.
  std::vector<int> open_;
  std::vector<std::thread> threads_;
};

/// "HTTP/1.1 200 OK" with headers and a Content-Length.
std::string http_response(int status, std::string_view body, std::string_view headers = "");

/// A certificate authority for one test: certificates for 127.0.0.1, in PEM.
class LoopbackAuthority {
 public:
  LoopbackAuthority();
  struct Pair {
    std::string certificate, key;
  };
  Pair issue(const std::string& common_name, const std::string& dns_name = "") const;
  const std::string& certificate() const { return pem_; }

 private:
  std::shared_ptr<void> key_, certificate_;  // EVP_PKEY and X509; shared for their deleters only.
  std::string pem_;
};

}  // namespace net
