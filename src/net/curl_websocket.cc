#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/strings.h"
#include "base/system_random.h"
#include "net/curl_easy.h"
#include "net/websocket_frames.h"

/// libcurl makes the connection (TCP, proxy, TLS, our identity) and hands it over; the handshake
/// and the frames are ours, because Debian 12's libcurl is built without its WebSocket interface.
namespace net {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::size_t kReadBytes = 64U << 10;
/// The response to a handshake: headers, and the Status of a refusal.
constexpr std::size_t kHandshakeBytesMax = 256U << 10;

/// Wakes a poll() from another thread.
class Wake {
 public:
  Wake() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Wake() { close(fd_); }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;
  void set() const {
    const std::uint64_t one = 1;
    static_cast<void>(!write(fd_, &one, sizeof one));
  }
  int fd() const { return fd_; }

 private:
  const int fd_;
};

/// The connection below a WebSocket: bytes out and in, with deadline and stop.
class Pipe {
 public:
  Pipe(std::unique_ptr<Easy> easy, const base::Clock& clock)
      : easy_(std::move(easy)), clock_(clock) {
    curl_easy_getinfo(easy_->get(), CURLINFO_ACTIVESOCKET, &socket_);
  }
  const UrlParts& url() const { return easy_->url(); }

  Result<void> write_all(std::string_view bytes, const Until& until) {
    const NoSigpipe no_sigpipe;
    while (!bytes.empty()) {
      std::size_t sent = 0;
      const CURLcode code = curl_easy_send(easy_->get(), bytes.data(), bytes.size(), &sent);
      if (code == CURLE_AGAIN) {
        TRY(wait(POLLOUT, until));
        continue;
      }
      if (code != CURLE_OK) return easy_->error_of(code, until, clock_);
      bytes.remove_prefix(sent);
    }
    return {};
  }

  /// At least one byte; "" when the peer closed the connection.
  Result<std::string> read_some(const Until& until) {
    const NoSigpipe no_sigpipe;
    std::string bytes(kReadBytes, '\0');
    while (true) {
      std::size_t got = 0;
      // First, and again after each wait: TLS may hold bytes that poll() does not know of.
      const CURLcode code = curl_easy_recv(easy_->get(), bytes.data(), bytes.size(), &got);
      if (code == CURLE_AGAIN) {
        TRY(wait(POLLIN, until));
        continue;
      }
      if (code != CURLE_OK) return easy_->error_of(code, until, clock_);
      bytes.resize(got);
      return bytes;
    }
  }

 private:
  Result<void> wait(short events, const Until& until) {
    const Wake wake;
    const std::stop_callback on_stop(until.stop, [&] { wake.set(); });
    pollfd fds[] = {{static_cast<int>(socket_), events, 0}, {wake.fd(), POLLIN, 0}};
    while (true) {
      if (until.stop.stop_requested()) return Error{ErrorCode::cancelled, "cancelled"};
      int timeout_ms = -1;
      if (until.deadline != base::SteadyTime::max()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until.deadline - clock_.steady());
        if (left.count() <= 0) {
          return Error{ErrorCode::deadline_exceeded,
                       "no answer from " + url().authority() + " in time"};
        }
        constexpr long kDayMs = 86'400'000;
        timeout_ms = static_cast<int>(std::min(static_cast<long>(left.count()), kDayMs));
      }
      if (poll(fds, 2, timeout_ms) > 0 && fds[0].revents != 0) return {};
    }
  }

  std::unique_ptr<Easy> easy_;
  const base::Clock& clock_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
};

std::string random_bytes(std::size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    const std::uint64_t number = base::system_random().next();
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  bytes.resize(count);
  return bytes;
}

class CurlWebSocket final : public WebSocket {
 public:
  CurlWebSocket(std::unique_ptr<Pipe> pipe, std::string subprotocol, std::string_view early_bytes)
      : pipe_(std::move(pipe)),
        subprotocol_(std::move(subprotocol)),
        reader_(base::limits::kWebSocketMessageBytesMax) {
    reader_.feed(early_bytes);
  }

  ~CurlWebSocket() override {
    if (closed_) return;
    // A courtesy, not waited for: the connection goes away with the handle.
    Until now;
    now.deadline = base::SteadyTime::min();
    static_cast<void>(write(Opcode::close, std::string_view("\x03\xe8", 2), now).has_value());
  }

  const std::string& subprotocol() const override { return subprotocol_; }

  Result<void> send(const WebSocketMessage& message, const Until& until) override {
    return write(message.binary ? Opcode::binary : Opcode::text, message.bytes, until);
  }

  Result<std::optional<WebSocketMessage>> receive(const Until& until) override {
    while (!closed_) {
      const std::optional<Received> received = TRY(reader_.next());
      if (!received) {
        const std::string bytes = TRY(pipe_->read_some(until));
        if (bytes.empty()) {
          closed_ = true;
          return Error{ErrorCode::unavailable, "the connection to " + pipe_->url().authority() +
                                                   " was lost in the middle of a WebSocket"};
        }
        reader_.feed(bytes);
        continue;
      }
      switch (received->opcode) {
        case Opcode::text:
        case Opcode::binary:
          return std::optional<WebSocketMessage>(
              {received->opcode == Opcode::binary, received->payload});
        case Opcode::ping:
          TRY(write(Opcode::pong, received->payload, until));
          break;
        case Opcode::close:
          closed_ = true;
          // Its echo ends the closing handshake; a peer that is gone already is no failure.
          static_cast<void>(
              write(Opcode::close, received->payload.substr(0, 2), until).has_value());
          break;
        case Opcode::pong:
        case Opcode::continuation:
          break;
      }
    }
    return std::optional<WebSocketMessage>();
  }

 private:
  Result<void> write(Opcode opcode, std::string_view payload, const Until& until) {
    std::array<std::uint8_t, 4> mask{};
    const std::string random = random_bytes(mask.size());
    std::copy(random.begin(), random.end(), mask.begin());
    return pipe_->write_all(encode_frame(opcode, payload, mask), until);
  }

  std::unique_ptr<Pipe> pipe_;
  const std::string subprotocol_;
  FrameReader reader_;
  bool closed_ = false;
};

/// The server's answer to the handshake, with what came after it.
struct Answer {
  Response response;
  std::string rest;
};

Result<Answer> read_answer(Pipe& pipe, const Until& until) {
  std::string bytes;
  std::size_t end = std::string::npos;
  while ((end = bytes.find("\r\n\r\n")) == std::string::npos) {
    const std::string more = TRY(pipe.read_some(until));
    if (more.empty() || bytes.size() > kHandshakeBytesMax) {
      return Error{ErrorCode::unavailable,
                   "the connection to " + pipe.url().authority() + " was lost: no answer"};
    }
    bytes += more;
  }
  Answer answer;
  const std::vector<std::string_view> lines =
      base::split(std::string_view(bytes).substr(0, end), '\n');
  const std::string_view status = lines[0];
  if (!status.starts_with("HTTP/1.1 ") || status.size() < 12) {
    return Error{ErrorCode::data_loss, pipe.url().authority() + " does not speak HTTP/1.1"};
  }
  std::from_chars(status.data() + 9, status.data() + 12, answer.response.status);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    answer.response.headers.emplace_back(lines[i].substr(0, colon),
                                         base::trim(lines[i].substr(colon + 1)));
  }
  answer.rest = bytes.substr(end + 4);
  return answer;
}

/// The body of a refusal, as far as the server tells its length.
Result<void> read_body(Pipe& pipe, Answer& answer, const Until& until) {
  const std::string_view text = header(answer.response.headers, "Content-Length");
  std::size_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  length = std::min(length, kHandshakeBytesMax);
  while (answer.rest.size() < length) {
    const std::string more = TRY(pipe.read_some(until));
    if (more.empty()) break;
    answer.rest += more;
  }
  answer.response.body = answer.rest.substr(0, length);
  return {};
}

class CurlWebSockets final : public WebSocketConnector {
 public:
  CurlWebSockets(CurlOptions options, const base::Clock& clock)
      : options_(std::move(options)), clock_(clock) {}

  Result<std::unique_ptr<WebSocket>> connect(const WebSocketRequest& request, const Until& until,
                                             WebSocketRefusal* refusal) override {
    std::unique_ptr<Pipe> pipe = TRY(open(request.url, until));
    const std::string key = base::to_base64(random_bytes(16));
    TRY(pipe->write_all(TRY(handshake(request, pipe->url(), key)), until));
    Answer answer = TRY(read_answer(*pipe, until));
    const Headers& headers = answer.response.headers;
    if (answer.response.status != 101) {
      TRY(read_body(*pipe, answer, until));
      const int status = answer.response.status;
      if (refusal != nullptr) refusal->response = std::move(answer.response);
      return Error{status < 400 ? ErrorCode::unknown : base::code_of_http_status(status),
                   "the server answered " + std::to_string(status) + ", not 101"};
    }
    if (header(headers, "Sec-WebSocket-Accept") != accept_of_key(key)) {
      return Error{ErrorCode::data_loss, "the server's WebSocket handshake does not answer ours"};
    }
    std::string chosen(header(headers, "Sec-WebSocket-Protocol"));
    const auto& asked = request.subprotocols;
    if (!chosen.empty() && std::find(asked.begin(), asked.end(), chosen) == asked.end()) {
      return Error{ErrorCode::data_loss, "the server chose a subprotocol that was not offered"};
    }
    return std::unique_ptr<WebSocket>(
        std::make_unique<CurlWebSocket>(std::move(pipe), std::move(chosen), answer.rest));
  }

 private:
  Result<std::unique_ptr<Pipe>> open(const std::string& url, const Until& until) {
    std::unique_ptr<Easy> easy = TRY(Easy::create(options_, url, until, clock_));
    curl_easy_setopt(easy->get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy->get(), CURLOPT_CONNECT_ONLY, 1L);
    // A proxy has to hand us the bare connection, for http too.
    curl_easy_setopt(easy->get(), CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(easy->get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy->get(), CURLOPT_XFERINFODATA, &until);
    curl_easy_setopt(easy->get(), CURLOPT_XFERINFOFUNCTION, &stop_if_asked);
    const NoSigpipe no_sigpipe;
    const CURLcode code = curl_easy_perform(easy->get());
    if (code == CURLE_ABORTED_BY_CALLBACK) return Error{ErrorCode::cancelled, "cancelled"};
    if (code != CURLE_OK) return easy->error_of(code, until, clock_);
    curl_easy_setopt(easy->get(), CURLOPT_NOPROGRESS, 1L);
    return std::make_unique<Pipe>(std::move(easy), clock_);
  }

  static int stop_if_asked(void* until, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const Until*>(until)->stop.stop_requested() ? 1 : 0;
  }

  static Result<std::string> handshake(const WebSocketRequest& request, const UrlParts& url,
                                       const std::string& key) {
    std::string text =
        "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key +
        "\r\nSec-WebSocket-Version: 13\r\n";
    if (!request.subprotocols.empty()) {
      text += "Sec-WebSocket-Protocol: " + base::join(request.subprotocols, ", ") + "\r\n";
    }
    for (const auto& [name, value] : request.headers) {
      if ((name + value).find_first_of("\r\n") != std::string::npos) {
        return Error{ErrorCode::invalid_argument, "the header " + name + " has a line break in it"};
      }
      text += name + ": " + value + "\r\n";
    }
    return text + "\r\n";
  }

  const CurlOptions options_;
  const base::Clock& clock_;
};

}  // namespace

std::unique_ptr<WebSocketConnector> make_curl_websockets(CurlOptions options,
                                                         const base::Clock& clock) {
  return std::make_unique<CurlWebSockets>(std::move(options), clock);
}

}  // namespace net
