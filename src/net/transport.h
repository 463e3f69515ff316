#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "net/wait.h"

/// HTTP as a client sees it: one interface, the real one over libcurl (net/curl_transport.h) and a
/// scripted twin for tests (net/scripted_transport.h).
namespace net {

using Headers = std::vector<std::pair<std::string, std::string>>;
/// The value of a header by name, whatever its case; "" where there is none. Borrowed.
std::string_view header(const Headers& headers, std::string_view name);

struct Request {
  std::string method = "GET";
  std::string url;  ///< Absolute, encoded.
  Headers headers;
  std::string body;
};

/// What comes before a response's body.
struct ResponseHead {
  int status = 0;
  Headers headers;
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
};

/// Limits of one exchange.
struct CallOptions {
  Until until;
  /// A body that grows beyond it ends the exchange (resource_exhausted). Not for streams.
  std::size_t body_bytes_max = base::limits::kResponseBytesMax;
  /// The request must not arrive twice. Otherwise the transport may send it again by itself when a
  /// kept connection turns out to be dead before an answer came.
  bool once = false;
};

/// Receives one exchange. Called from the transport's event thread (or, by the scripted twin, from
/// the thread that started it), one call at a time: on_head once, on_chunk any number of times, and
/// always, last and once, on_end. It must not block and must not start or cancel calls.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void on_head(ResponseHead head) = 0;
  /// Bytes as they arrive; boundaries mean nothing. False ends the exchange (on_end: cancelled).
  virtual bool on_chunk(std::string_view bytes) = 0;
  /// Success when the response ended as its framing says. An HTTP error status is a success here.
  virtual void on_end(base::Result<void> outcome) = 0;
};

/// One exchange under way. Destroying it cancels it and waits until on_end has returned.
class Call {
 public:
  virtual ~Call() = default;
  virtual void cancel() = 0;  ///< Any thread; on_end(cancelled) follows unless it ended already.
};

/// Sends requests. Threading: any thread. Ownership: must outlive its Calls.
///
/// Errors of exchanges (never of HTTP statuses): unavailable (no connection, connection lost; the
/// message names host and reason, and begins with "connect" where nothing was sent),
/// deadline_exceeded, cancelled, resource_exhausted, unauthenticated (TLS: their certificate or
/// ours was refused), invalid_argument (the URL).
class Transport {
 public:
  virtual ~Transport() = default;
  /// The callback form. `receiver` must live until on_end has returned.
  virtual std::unique_ptr<Call> start(Request request, const CallOptions& options,
                                      Receiver& receiver) = 0;
};

/// The blocking forms.
base::Result<Response> send(Transport& transport, Request request, const CallOptions& options);

/// A response as it arrives: `on_chunk` is called on the calling thread, which may block in it
/// (what arrives meanwhile is kept, up to kStreamBacklogBytesMax). `on_head` first; each false ends
/// the stream, which then is a success.
struct StreamHandler {
  std::function<bool(const ResponseHead&)> on_head;
  std::function<bool(std::string_view)> on_chunk;
};
base::Result<void> stream(Transport& transport, Request request, const CallOptions& options,
                          const StreamHandler& handler);

}  // namespace net
