#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/h2_connection.h"
#include "net/wait.h"

namespace gateway {

/// One plaintext HTTP/2 connection to a gRPC server, as grpc-go's passthrough channel has: many
/// calls at once on it. For our reference client and for tests; the gateway itself needs none.
///
/// Threading: any thread; calls block. Destroying it fails the calls under way (cancelled).
class GrpcClient {
 public:
  /// Connects. unavailable with the system's reason; deadline_exceeded.
  static base::Result<std::unique_ptr<GrpcClient>> connect(const std::string& host,
                                                           std::uint16_t port,
                                                           const base::Clock& clock,
                                                           const net::Until& until);
  ~GrpcClient();

  /// One call: sends `messages`, gives each answer to `on_message` (on the connection's thread);
  /// returns the metadata that came with the status. Errors: the call's status as an Error;
  /// unavailable when the connection is lost; deadline_exceeded and cancelled end the call at the
  /// server too (RST_STREAM).
  base::Result<Headers> call(std::string_view path, const Headers& metadata,
                             const std::vector<std::string>& messages,
                             const std::function<void(std::string)>& on_message,
                             const net::Until& until);
  struct Answer {
    std::string message;
    Headers metadata;  ///< That came with the status.
  };
  /// A call with one message each way.
  base::Result<Answer> unary(std::string_view path, const std::string& message,
                             const net::Until& until, const Headers& metadata = {});
  /// False once the connection is lost, or the server said GOAWAY.
  bool usable() const;

 private:
  struct State;
  explicit GrpcClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gateway
