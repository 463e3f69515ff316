#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "gateway/h2_connection.h"

namespace gateway {

/// The answer's side of one gRPC call.
///
/// Threading: any thread; what is said is carried to the connection's thread in order. After
/// finish(), and once the call is cancelled, nothing more is sent: saying it is harmless.
class GrpcCall {
 public:
  virtual ~GrpcCall() = default;
  /// One message of the answer, already serialised.
  virtual void send(std::string message) = 0;
  /// Ends the call. `message` is for a person, and is cut to what fits in a header; `metadata` goes
  /// with the status (ASCII values).
  virtual void finish(base::ErrorCode code, std::string_view message,
                      const Headers& metadata = {}) = 0;
  /// The client has gone, its deadline has passed, or finish() was called.
  virtual bool over() const = 0;
};

/// What the caller told besides its message.
struct GrpcRequest {
  std::string path;                          ///< "/nanabush.v1.TranslationService/Translate"
  Headers metadata;                          ///< All headers that are no pseudo-headers.
  std::optional<base::SteadyTime> deadline;  ///< From grpc-timeout.
  std::string_view metadata_value(std::string_view name) const;
};

/// The call's side that listens. Called on the connection's thread: must not block.
class GrpcListener {
 public:
  virtual ~GrpcListener() = default;
  virtual void on_message(std::string message) = 0;
  virtual void on_end() = 0;        ///< The client has sent all its messages.
  virtual void on_cancelled() = 0;  ///< The last call, unless the answer was finished.
};

/// A method: takes the call over, on the connection's thread.
using GrpcMethod = std::function<std::unique_ptr<GrpcListener>(const GrpcRequest& request,
                                                               std::shared_ptr<GrpcCall> call)>;

/// A unary method: called once with the one message. Answers now or later, from any thread.
/// `cancelled` tells whoever works on it to stop; it is called at most once, on the connection's
/// thread.
struct UnaryHandler {
  std::function<void(const GrpcRequest& request, std::string message,
                     std::shared_ptr<GrpcCall> call)>
      start;
  std::function<void(GrpcCall& call)> cancelled;  ///< May be empty.
};
GrpcMethod unary(UnaryHandler handler);

/// gRPC over HTTP/2 (the protocol of grpc/doc/PROTOCOL-HTTP2.md): paths to methods, message
/// framing, deadlines, statuses. Messages are not compressed: a compressed one is UNIMPLEMENTED.
///
/// Ownership: borrows the clock. Threading: add() before the first connection; open() on
/// connections' threads.
class GrpcHandler final : public H2Handler {
 public:
  explicit GrpcHandler(const base::Clock& clock) : clock_(&clock) {}
  void add(std::string path, GrpcMethod method) { methods_[std::move(path)] = std::move(method); }
  std::unique_ptr<H2Stream> open(H2Connection& connection, std::int32_t stream_id,
                                 Headers headers) override;

 private:
  const base::Clock* clock_;
  std::map<std::string, GrpcMethod, std::less<>> methods_;
};

// Pure parts, shown for their tests.

/// "5S", "100m": a number of at most 8 digits and a unit. nullopt: malformed.
std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view text);
/// grpc-message: everything but printable ASCII (and '%') as %XX.
std::string percent_encode_message(std::string_view text);
/// One message with its five bytes in front.
std::string frame_message(std::string_view message);

/// Cuts a byte stream into messages.
class MessageReader {
 public:
  explicit MessageReader(std::size_t message_bytes_max) : max_(message_bytes_max) {}
  /// Takes bytes; calls `on_message` for each that is complete. Errors: resource_exhausted when a
  /// message says that it is longer than allowed (nothing is allocated for it), unimplemented when
  /// it is compressed.
  base::Result<void> feed(std::string_view bytes,
                          const std::function<void(std::string)>& on_message);
  bool between_messages() const { return buffer_.empty(); }

 private:
  std::size_t max_;
  std::string buffer_;
};

}  // namespace gateway
