#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/transport.h"

/// HTTP/1.1 (RFC 9112) as far as a proxy has to understand it: where a message's head and body end.
/// Pure. Bodies are never decoded, only measured.
namespace drydock {

/// What comes before a message's body.
struct Http1Head {
  std::string start_line;  ///< "GET /api HTTP/1.1" or "HTTP/1.1 200 OK"
  net::Headers headers;

  std::string_view method() const;  ///< Of a request.
  std::string_view target() const;  ///< Of a request: path and query.
  int status() const;               ///< Of a response; 0 when it is none.
  /// Whether a comma-separated header lists `token`, in any case.
  bool lists(std::string_view header, std::string_view token) const;
  void remove(std::string_view header);
  std::string to_string() const;  ///< As it goes on the wire, with the empty line.
};

/// Takes one head off the front of `bytes`. invalid_argument for what is none or is longer than
/// kProxyHeadBytesMax; an Http1Head without start line when more bytes are needed.
base::Result<Http1Head> take_head(std::string& bytes);

/// Says where a body ends.
class BodyMeasure {
 public:
  /// invalid_argument when the head says both or nonsense (request smuggling lives there).
  static base::Result<BodyMeasure> of_request(const Http1Head& request);
  static base::Result<BodyMeasure> of_response(const Http1Head& response,
                                               std::string_view request_method);

  /// How many of `bytes`, which come next on the connection, belong to the body; 0 only when it is
  /// done or `bytes` is empty. data_loss when chunks are malformed.
  base::Result<std::size_t> take(std::string_view bytes);
  bool done() const { return state_ == State::done; }
  /// The body ends with the connection.
  bool until_close() const { return state_ == State::until_close; }

 private:
  enum class State { done, length, until_close, chunk_size, chunk_data, chunk_end, trailer };
  BodyMeasure(State state, std::uint64_t left) : state_(state), left_(left) {}
  base::Result<std::size_t> take_line(std::string_view bytes);
  base::Result<void> end_line();

  State state_;
  std::uint64_t left_;  // Bytes of the body or chunk; of chunk_end, its line break.
  std::string line_;    // Of chunk_size and trailer, as far as it has come.
};

}  // namespace drydock
