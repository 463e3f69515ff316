#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace drydock {

/// One side's TLS settings, shared by its connections. HTTP/1.1 by ALPN.
class TlsSide {
 public:
  /// A server with this certificate. invalid_argument when the PEM texts are none or do not fit.
  static base::Result<TlsSide> server(const std::string& certificate_pem,
                                      const std::string& key_pem);
  /// A client that trusts this CA alone.
  static base::Result<TlsSide> client(const std::string& ca_pem);
  ssl_ctx_st* context() const { return context_.get(); }

 private:
  explicit TlsSide(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;
};

/// TLS over a connected, non-blocking socket, which it owns.
/// Threading: one thread; interrupt() from any, as long as the stream lives.
class TlsStream {
 public:
  TlsStream(const TlsSide& side, int socket);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// The handshake, as the server or as the client of `server_name`. unavailable,
  /// deadline_exceeded.
  base::Result<void> accept();
  base::Result<void> connect(const std::string& server_name);

  /// Appends what has come, without waiting. False when the peer has ended the stream.
  /// Errors: unavailable (the connection broke).
  base::Result<bool> read_some(std::string& bytes);
  /// Writes all of it. unavailable, deadline_exceeded (kSocketWriteTimeout without progress).
  base::Result<void> write(std::string_view bytes);
  /// Ends reading and writing, of this side and of the other; wakes whoever waits.
  void interrupt();
  int socket() const { return socket_; }

 private:
  base::Result<void> shake_hands(int (*step)(ssl_st*));
  base::Result<void> wait_for(int ssl_result, std::chrono::milliseconds timeout);
  ssl_st* ssl_;
  int socket_;
};

/// Waits until one of the two has something to read (which may be its end), or until `timeout`
/// (nullopt: for ever). Call it only when read_some() has taken all that had come.
void wait_for_either(const TlsStream& a, const TlsStream& b,
                     std::optional<std::chrono::milliseconds> timeout);

}  // namespace drydock
