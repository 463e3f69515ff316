#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "gateway/mailbox.h"
#include "gateway/token_bucket.h"

struct nghttp2_session;

namespace gateway {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// HTTP/2's error codes that we send (RFC 9113 section 7).
enum class H2Error : std::uint32_t {
  no_error = 0,
  protocol_error = 1,
  internal_error = 2,
  refused_stream = 7,
  cancel = 8,
  enhance_your_calm = 11,
};

class H2Connection;

/// What a stream tells whoever answers it. Called on the connection's thread.
class H2Stream {
 public:
  virtual ~H2Stream() = default;
  virtual void on_data(std::string_view bytes) = 0;
  /// The request is complete.
  virtual void on_end() = 0;
  /// The peer, the connection or a limit ended the stream before its answer was complete. The last
  /// call: nothing more can be sent.
  virtual void on_reset() = 0;
};

/// Decides what a request's stream is. Called on the connection's thread.
class H2Handler {
 public:
  virtual ~H2Handler() = default;
  /// The request's headers are complete. The stream answers through `connection` and `stream_id`.
  virtual std::unique_ptr<H2Stream> open(H2Connection& connection, std::int32_t stream_id,
                                         Headers headers) = 0;
};

/// How much one peer may ask of us. Each bound answers an attack that has been seen in the field;
/// the numbers and their reasons are in base/limits.h.
struct H2Limits {
  std::uint32_t concurrent_streams;
  std::size_t header_bytes;
  std::size_t stream_window_bytes;
  std::size_t output_bytes;
  static H2Limits standard();
};

/// The server's side of one HTTP/2 connection, without a socket: bytes in, bytes out. Framing,
/// HPACK and flow control are nghttp2's; the limits on what a peer may do are ours.
///
/// Ownership: borrows `handler` and `clock`. Threading: one thread.
class H2Connection {
 public:
  H2Connection(H2Handler& handler, const base::Clock& clock, H2Limits limits);
  ~H2Connection();
  H2Connection(const H2Connection&) = delete;
  H2Connection& operator=(const H2Connection&) = delete;

  /// Takes what the peer sent. After it, and after any answer, take_output() has what to send.
  void receive(std::string_view bytes);
  /// Bytes to send, at most about `limit` of them (a frame more); empty when there is nothing now.
  std::string take_output(std::size_t limit);
  /// Nothing more will come or go: close the socket once the output is sent.
  bool finished() const;

  /// How answers from other threads come here. Closed with the connection; run by whoever drives
  /// it.
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

  // --- Answers. Those for a stream that is gone are dropped. ---
  void send_headers(std::int32_t stream, const Headers& headers, bool end);
  void send_data(std::int32_t stream, std::string_view bytes);
  /// Ends the stream. As "trailers-only" when nothing was sent before.
  void send_trailers(std::int32_t stream, const Headers& trailers);
  void reset(std::int32_t stream, H2Error code);
  /// What the peer sent is well-formed HTTP/2 and a lie above it. Counts like several streams that
  /// ended early (kH2LieCost), so that a flood of lies ends the connection.
  void charge_lie();
  /// Bytes that wait to be sent on a stream: for backpressure.
  std::size_t queued(std::int32_t stream) const;

  /// GOAWAY done right: first with the highest stream id, so that requests under way are not lost,
  /// then, on the second call, with the last one taken. Streams go on to their end.
  void drain();
  bool draining() const { return drains_ > 0; }
  std::size_t open_streams() const { return streams_.size(); }
  /// Ends streams whose request takes too long, and a connection that never finished its preface.
  void check_deadlines();
  base::SteadyTime last_activity() const { return last_activity_; }
  /// The socket is gone: every stream hears that it was reset.
  void abandon() { cancel_all(); }
  /// Why we ended it, for the log; empty when the peer did or it goes on.
  const std::string& fault() const { return fault_; }

 private:
  struct Stream;
  struct Callbacks;
  friend struct Callbacks;

  void fail(std::string_view why, H2Error code);
  bool spend(TokenBucket& bucket, std::string_view what);
  Stream* find(std::int32_t id) const;
  void submit_response(std::int32_t id, Stream& stream, const Headers& headers, bool end);
  void cancel_all();
  void check_new_stream(std::int32_t id);

  H2Handler* handler_;
  const base::Clock* clock_;
  H2Limits limits_;
  nghttp2_session* session_ = nullptr;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();  // Shared with calls under way.
  std::map<std::int32_t, std::unique_ptr<Stream>> streams_;
  TokenBucket resets_;    // Streams that ended early, whoever ended them.
  TokenBucket controls_;  // Frames that carry nothing: PING, SETTINGS, empty DATA and the like.
  base::SteadyTime opened_;
  base::SteadyTime last_activity_;
  std::set<std::int32_t> seen_;  // The latest stream ids that were opened.
  bool settled_ = false;         // The peer's preface and SETTINGS have come.
  int continuations_ = 0;
  int drains_ = 0;
  std::string fault_;
};

}  // namespace gateway
