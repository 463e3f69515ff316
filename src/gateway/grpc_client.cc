#include "gateway/grpc_client.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "gateway/grpc.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

struct ClientCall {
  Headers headers;
  std::string body;
  std::size_t body_sent = 0;
  const std::function<void(std::string)>* on_message = nullptr;
  MessageReader reader{base::limits::kGrpcRequestBytesMax};
  std::optional<int> status;
  std::string message;
  Headers metadata;
  std::string http_status;
  std::optional<Error> malformed;  // An answer that is none. On the connection's thread.
  std::optional<Error> error;      // With `done`, guarded by the client's mutex.
  bool done = false;
  std::int32_t stream = -1;
};

nghttp2_nv name_value(const std::pair<std::string, std::string>& header) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(header.first.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(header.second.data())),
          header.first.size(), header.second.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::sscanf(std::string(text.substr(i + 1, 2)).c_str(), "%2x", &value) == 1) {
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// Waits until `socket` is ready, at most to the deadline or a stop; looks for the stop now and
/// then.
Result<void> wait_ready(int socket, short events, const base::Clock& clock,
                        const net::Until& until) {
  for (;;) {
    if (until.stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped"};
    if (clock.steady() >= until.deadline) {
      return Error{ErrorCode::deadline_exceeded, "connecting took too long"};
    }
    pollfd ready{socket, events, 0};
    if (poll(&ready, 1, 50) > 0) return {};
  }
}

Result<int> connect_to(const addrinfo& address, const base::Clock& clock, const net::Until& until) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return Error{ErrorCode::unavailable, std::strerror(errno)};
  int failed = ::connect(socket, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (failed == EINPROGRESS) {
    const auto ready = wait_ready(socket, POLLOUT, clock, until);
    if (!ready) {
      close(socket);
      return ready.error();
    }
    socklen_t size = sizeof failed;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &failed, &size);
  }
  if (failed != 0) {
    close(socket);
    return Error{ErrorCode::unavailable, std::strerror(failed)};
  }
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

struct GrpcClient::State {
  int socket = -1;
  int wake = -1;
  std::string authority;
  const base::Clock* clock = nullptr;
  nghttp2_session* session = nullptr;                           // On the connection's thread.
  std::map<std::int32_t, std::shared_ptr<ClientCall>> streams;  // Likewise.

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::shared_ptr<ClientCall>> to_start, to_cancel;
  bool ending = false, lost = false, going_away = false;
  std::thread thread;

  ~State() {
    if (thread.joinable()) thread.join();
    if (session != nullptr) nghttp2_session_del(session);
    if (socket >= 0) close(socket);
    if (wake >= 0) close(wake);
  }

  void poke() const {
    const std::uint64_t one = 1;
    if (write(wake, &one, sizeof one) < 0) return;
  }

  /// Ends the call, with `error` unless its caller gave it up before.
  void finish(const std::shared_ptr<ClientCall>& call, std::optional<Error> error = std::nullopt) {
    const std::lock_guard lock(mutex);
    if (error && !call->error) call->error = std::move(error);
    call->done = true;
    changed.notify_all();
  }

  void make_session();
  void start(const std::shared_ptr<ClientCall>& call);
  void take_orders();
  bool write_out();
  bool read_in();
  void run();

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user);
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* user);
  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user);
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source* source, void*);
};

int GrpcClient::State::on_header(nghttp2_session*, const nghttp2_frame* frame,
                                 const std::uint8_t* name, std::size_t name_size,
                                 const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                                 void* user) {
  auto& state = *static_cast<State*>(user);
  const auto at = state.streams.find(frame->hd.stream_id);
  if (at == state.streams.end()) return 0;
  const std::string_view key(reinterpret_cast<const char*>(name), name_size);
  const std::string text(reinterpret_cast<const char*>(value), value_size);
  if (key == "grpc-status") at->second->status = std::atoi(text.c_str());
  if (key == "grpc-message") at->second->message = percent_decode(text);
  if (key == ":status") at->second->http_status = text;
  if (!key.starts_with(':') && !key.starts_with("grpc-")) {
    at->second->metadata.emplace_back(key, text);
  }
  return 0;
}

int GrpcClient::State::on_data(nghttp2_session*, std::uint8_t, std::int32_t id,
                               const std::uint8_t* bytes, std::size_t size, void* user) {
  auto& state = *static_cast<State*>(user);
  const auto at = state.streams.find(id);
  if (at == state.streams.end()) return 0;
  ClientCall& call = *at->second;
  const auto fed =
      call.reader.feed({reinterpret_cast<const char*>(bytes), size},
                       [&](std::string message) { (*call.on_message)(std::move(message)); });
  if (!fed) call.malformed = fed.error();
  return 0;
}

int GrpcClient::State::on_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
  auto& state = *static_cast<State*>(user);
  const auto at = state.streams.find(id);
  if (at == state.streams.end()) return 0;
  const std::shared_ptr<ClientCall> call = at->second;
  state.streams.erase(at);
  if (!call->status && !call->error) {
    call->error =
        Error{ErrorCode::unavailable, "the server ended the call (HTTP " +
                                          (call->http_status.empty() ? "none" : call->http_status) +
                                          ", HTTP/2 error " + std::to_string(code) + ")"};
  }
  state.finish(call);
  return 0;
}

int GrpcClient::State::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  if (frame->hd.type != NGHTTP2_GOAWAY) return 0;
  auto& state = *static_cast<State*>(user);
  const std::lock_guard lock(state.mutex);
  state.going_away = true;
  return 0;
}

ssize_t GrpcClient::State::read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer,
                                     std::size_t size, std::uint32_t* flags,
                                     nghttp2_data_source* source, void*) {
  auto& call = *static_cast<ClientCall*>(source->ptr);
  const std::size_t count = std::min(size, call.body.size() - call.body_sent);
  std::memcpy(buffer, call.body.data() + call.body_sent, count);
  call.body_sent += count;
  if (call.body_sent == call.body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(count);
}

void GrpcClient::State::make_session() {
  nghttp2_session_callbacks* callbacks = nullptr;
  CHECK(nghttp2_session_callbacks_new(&callbacks) == 0);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  CHECK(nghttp2_session_client_new(&session, callbacks, this) == 0);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
}

void GrpcClient::State::start(const std::shared_ptr<ClientCall>& call) {
  std::vector<nghttp2_nv> fields;
  for (const auto& header : call->headers) fields.push_back(name_value(header));
  nghttp2_data_provider provider{};
  provider.source.ptr = call.get();
  provider.read_callback = read_body;
  const std::int32_t id =
      nghttp2_submit_request(session, nullptr, fields.data(), fields.size(), &provider, nullptr);
  if (id < 0) {
    return finish(call, Error{ErrorCode::unavailable, nghttp2_strerror(id)});
  }
  call->stream = id;
  streams[id] = call;
}

void GrpcClient::State::take_orders() {
  std::vector<std::shared_ptr<ClientCall>> starting, cancelling;
  {
    const std::lock_guard lock(mutex);
    starting.swap(to_start);
    cancelling.swap(to_cancel);
  }
  for (const auto& call : starting) start(call);
  for (const auto& call : cancelling) {
    if (streams.contains(call->stream)) {
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, call->stream, NGHTTP2_CANCEL);
    }
  }
}

bool GrpcClient::State::write_out() {
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    ssize_t size = nghttp2_session_mem_send(session, &bytes);
    if (size <= 0) return size == 0;
    while (size > 0) {
      const ssize_t count = send(socket, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
      if (count > 0) {
        bytes += count;
        size -= count;
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        pollfd ready{socket, POLLOUT, 0};
        poll(&ready, 1, 1000);
      } else if (errno != EINTR) {
        return false;
      }
    }
  }
}

bool GrpcClient::State::read_in() {
  std::array<std::uint8_t, 65536> buffer;
  for (;;) {
    const ssize_t count = recv(socket, buffer.data(), buffer.size(), 0);
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (nghttp2_session_mem_recv(session, buffer.data(), static_cast<std::size_t>(count)) < 0) {
      return false;
    }
  }
}

void GrpcClient::State::run() {
  for (;;) {
    take_orders();
    if (!write_out()) break;
    {
      const std::lock_guard lock(mutex);
      if (ending) break;
    }
    pollfd ready[] = {{socket, POLLIN, 0}, {wake, POLLIN, 0}};
    poll(ready, 2, -1);
    std::uint64_t count = 0;
    if (read(wake, &count, sizeof count) < 0) count = 0;
    if ((ready[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !read_in()) break;
  }
  const auto left = std::exchange(streams, {});
  {
    const std::lock_guard lock(mutex);
    lost = true;
    for (const auto& call : to_start)
      call->error = Error{ErrorCode::unavailable, "connection lost"};
    for (const auto& call : to_start) call->done = true;
    to_start.clear();
  }
  for (const auto& [id, call] : left) {
    finish(call, Error{ErrorCode::unavailable, "connection lost"});
  }
  const std::lock_guard lock(mutex);
  changed.notify_all();
}

GrpcClient::GrpcClient(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<GrpcClient>> GrpcClient::connect(const std::string& host, std::uint16_t port,
                                                        const base::Clock& clock,
                                                        const net::Until& until) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* addresses = nullptr;
  const std::string service = std::to_string(port);
  const std::string name = host + ":" + service;
  if (const int failed = getaddrinfo(host.c_str(), service.c_str(), &hints, &addresses)) {
    return Error{ErrorCode::unavailable, "connect " + name + ": " + gai_strerror(failed)};
  }
  Result<int> socket = Error{ErrorCode::unavailable, "no address"};
  for (const addrinfo* at = addresses; at != nullptr && !socket; at = at->ai_next) {
    socket = connect_to(*at, clock, until);
  }
  freeaddrinfo(addresses);
  if (!socket) return std::move(socket).error().within("connect " + name);
  auto state = std::make_unique<State>();
  state->socket = *socket;
  state->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  state->authority = name;
  state->clock = &clock;
  state->make_session();
  state->thread = std::thread([raw = state.get()] { raw->run(); });
  return std::unique_ptr<GrpcClient>(new GrpcClient(std::move(state)));
}

GrpcClient::~GrpcClient() {
  const std::lock_guard lock(state_->mutex);
  state_->ending = true;
  state_->poke();
}

bool GrpcClient::usable() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->lost && !state_->going_away;
}

Result<Headers> GrpcClient::call(std::string_view path, const Headers& metadata,
                                 const std::vector<std::string>& messages,
                                 const std::function<void(std::string)>& on_message,
                                 const net::Until& until) {
  auto call = std::make_shared<ClientCall>();  // Shared with the connection's thread.
  call->headers = {{":method", "POST"},
                   {":scheme", "http"},
                   {":path", std::string(path)},
                   {":authority", state_->authority},
                   {"content-type", "application/grpc"},
                   {"te", "trailers"},
                   {"user-agent", "nanabush-client"}};
  if (until.deadline != base::SteadyTime::max()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until.deadline - state_->clock->steady());
    call->headers.emplace_back("grpc-timeout",
                               std::to_string(std::max<long>(1, left.count())) + "m");
  }
  for (const auto& header : metadata) call->headers.push_back(header);
  for (const std::string& message : messages) call->body += frame_message(message);
  call->on_message = &on_message;

  std::unique_lock lock(state_->mutex);
  if (state_->lost) return Error{ErrorCode::unavailable, "connection lost"};
  state_->to_start.push_back(call);
  state_->poke();
  const std::stop_callback wake(until.stop, [&] { state_->changed.notify_all(); });
  bool cancelled = false;
  while (!call->done) {
    const bool stopped = until.stop.stop_requested();
    const bool late = state_->clock->steady() >= until.deadline;
    if ((stopped || late) && !std::exchange(cancelled, true)) {
      call->error = stopped ? Error{ErrorCode::cancelled, "cancelled"}
                            : Error{ErrorCode::deadline_exceeded, "deadline exceeded"};
      state_->to_cancel.push_back(call);
      state_->poke();
    }
    state_->changed.wait_for(lock, std::chrono::milliseconds(50));
  }
  if (call->error) return *call->error;
  if (call->malformed) return *call->malformed;
  if (*call->status == 0) return std::move(call->metadata);
  return Error{static_cast<ErrorCode>(*call->status), call->message};
}

Result<GrpcClient::Answer> GrpcClient::unary(std::string_view path, const std::string& message,
                                             const net::Until& until, const Headers& metadata) {
  Answer answer;
  answer.metadata = TRY(call(
      path, metadata, {message}, [&](std::string bytes) { answer.message = std::move(bytes); },
      until));
  return answer;
}

}  // namespace gateway
