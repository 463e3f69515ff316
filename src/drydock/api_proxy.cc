#include "drydock/api_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/limits.h"
#include "drydock/http1.h"
#include "drydock/tls_stream.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using Steady = std::chrono::steady_clock;

/// How long a watch lives while watches are dropped: long enough to hand on what has happened.
constexpr std::chrono::seconds kDroppedWatchLife{1};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void send_at_once(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// A socket connected to the API server, non-blocking; -1 when it is down.
int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      fcntl(socket, F_SETFL, O_NONBLOCK) != 0) {
    close(socket);
    return -1;
  }
  send_at_once(socket);
  return socket;
}

/// One client connection with its connection to the API server, on a thread of its own.
class Connection {
 public:
  Connection(ApiFaults& faults, const TlsSide& server, int client, const TlsSide& trust,
             int upstream)
      : faults_(&faults), client_{server, client}, upstream_{trust, upstream} {}

  /// Until one side ends, or breaks; which of them does not matter to anybody.
  void run() {
    if (!client_.stream.accept() || !upstream_.stream.connect("localhost")) return;
    for (;;) {
      const auto more = serve_one();
      if (!more || !*more) return;
    }
  }

  // Any thread, while this lives.
  void interrupt() {
    client_.stream.interrupt();
    upstream_.stream.interrupt();
  }
  bool watching() const { return watching_; }

 private:
  /// A stream with what was read of it and not yet used.
  struct Side {
    Side(const TlsSide& tls, int socket) : stream(tls, socket) {}
    TlsStream stream;
    std::string held;
  };

  /// Reads what comes on either side. False when one has ended, when `deadline` has passed, or when
  /// the side that nobody reads at the moment sends too much.
  Result<bool> read_more(const Side& reading, std::optional<Steady::time_point> deadline = {}) {
    std::optional<std::chrono::milliseconds> left;
    if (deadline) {
      left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Steady::now());
      if (left->count() <= 0) return false;
    }
    wait_for_either(client_.stream, upstream_.stream, left);
    for (Side* side : {&client_, &upstream_}) {
      if (!TRY(side->stream.read_some(side->held))) return false;
      if (side != &reading && side->held.size() > base::limits::kProxyReadBytes) return false;
    }
    return true;
  }

  /// The next head from `side`; one without start line when the connection has ended.
  Result<Http1Head> await_head(Side& side) {
    for (;;) {
      Http1Head head = TRY(take_head(side.held));
      if (!head.start_line.empty()) return head;
      if (!TRY(read_more(side))) return Http1Head{};
    }
  }

  /// Hands a body on as it comes, to `to` or to nobody. False when it was cut off.
  Result<bool> relay(Side& from, Side* to, BodyMeasure body,
                     std::optional<Steady::time_point> deadline = {}) {
    for (;;) {
      const std::size_t count = TRY(body.take(from.held));
      if (to != nullptr) TRY(to->stream.write(std::string_view(from.held).substr(0, count)));
      from.held.erase(0, count);
      if (body.done()) return true;
      if (!TRY(read_more(from, deadline))) return false;
    }
  }

  /// After a 101: bytes both ways until one side ends.
  Result<bool> tunnel() {
    for (;;) {
      TRY(upstream_.stream.write(std::exchange(client_.held, {})));
      TRY(client_.stream.write(std::exchange(upstream_.held, {})));
      if (!TRY(read_more(client_))) return false;
    }
  }

  /// One request with its answer. False when the connection has come to its end.
  Result<bool> serve_one() {
    Http1Head request = TRY(await_head(client_));
    if (request.start_line.empty()) return false;
    const BodyMeasure body = TRY(BodyMeasure::of_request(request));
    if (request.lists("expect", "100-continue")) {
      TRY(client_.stream.write("HTTP/1.1 100 Continue\r\n\r\n"));
      request.remove("expect");
    }
    const std::optional<ApiFault> fault = faults_->strike(request);
    if (const std::string answer = fault ? api_fault_answer(*fault) : ""; !answer.empty()) {
      if (!TRY(relay(client_, nullptr, body))) return false;
      TRY(client_.stream.write(answer));
      return true;
    }
    watching_ = is_watch(request);  // Before its first byte arrives: a cut must not miss it.
    TRY(upstream_.stream.write(request.to_string()));
    if (!TRY(relay(client_, &upstream_, body))) return false;
    return answer(request, fault);
  }

  Result<bool> answer(const Http1Head& request, std::optional<ApiFault> fault) {
    Http1Head response = TRY(await_head(upstream_));
    while (response.status() >= 100 && response.status() < 200 && response.status() != 101) {
      TRY(client_.stream.write(response.to_string()));
      response = TRY(await_head(upstream_));
    }
    if (response.start_line.empty() || fault == ApiFault::lost_answer) return false;
    TRY(client_.stream.write(response.to_string()));
    if (response.status() == 101) return tunnel();

    std::optional<Steady::time_point> deadline;
    if (fault == ApiFault::dropped_watch) deadline = Steady::now() + kDroppedWatchLife;
    const BodyMeasure body = TRY(BodyMeasure::of_response(response, request.method()));
    const bool whole = TRY(relay(upstream_, &client_, body, deadline));
    watching_ = false;
    return whole && !request.lists("connection", "close") && !response.lists("connection", "close");
  }

  ApiFaults* faults_;
  Side client_, upstream_;
  std::atomic<bool> watching_ = false;
};

}  // namespace

struct ApiProxy::State {
  State(const ApiProxyOptions& options, TlsSide server_side, TlsSide client_side)
      : upstream_port(options.upstream_port),
        server(std::move(server_side)),
        trust(std::move(client_side)) {}

  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (client < 0) {
        if (errno == EINVAL) return;  // The listener was shut down.
        if (errno == EMFILE || errno == ENFILE) poll(nullptr, 0, 100);  // Until one closes.
        continue;
      }
      send_at_once(client);
      admit(client);
    }
  }

  void admit(int client) {
    const int upstream = connect_to(upstream_port);
    const std::lock_guard lock(mutex);
    if (upstream < 0 || ending || connections.size() >= base::limits::kProxyConnectionsMax) {
      if (upstream >= 0) close(upstream);
      close(client);
      return;
    }
    auto connection = std::make_shared<Connection>(faults, server, client, trust, upstream);
    connections.insert(connection);
    std::thread([this, connection]() mutable {
      connection->run();
      const std::lock_guard done(mutex);
      connections.erase(connection);
      connection.reset();
      changed.notify_all();
    }).detach();
  }

  std::uint16_t upstream_port;
  TlsSide server, trust;
  ApiFaults faults;
  int listener = -1;
  std::uint16_t port = 0;

  std::mutex mutex;
  std::condition_variable changed;
  bool ending = false;
  std::set<std::shared_ptr<Connection>> connections;  // Each shared with its thread.
  std::jthread acceptor;
};

Result<std::unique_ptr<ApiProxy>> ApiProxy::start(const ApiProxyOptions& options) {
  auto state = std::make_unique<State>(
      options, TRY(TlsSide::server(options.certificate_pem, options.key_pem)),
      TRY(TlsSide::client(options.ca_pem)));
  state->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(options.port);
  socklen_t size = sizeof address;
  const int on = 1;
  setsockopt(state->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  if (bind(state->listener, where, size) != 0 || listen(state->listener, SOMAXCONN) != 0 ||
      getsockname(state->listener, where, &size) != 0) {
    const Error error{
        ErrorCode::unavailable,
        "listen on 127.0.0.1:" + std::to_string(options.port) + ": " + std::strerror(errno)};
    close(state->listener);
    return error;
  }
  state->port = ntohs(address.sin_port);
  std::unique_ptr<ApiProxy> proxy(new ApiProxy(std::move(state)));
  // Writing to a connection that has gone must be an error, not the end of the process. The
  // connections' threads inherit the mask.
  sigset_t pipe, before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  State& running = *proxy->state_;
  running.acceptor = std::jthread([&running](std::stop_token stop) { running.accept_all(stop); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return proxy;
}

ApiProxy::ApiProxy(std::unique_ptr<State> state) : state_(std::move(state)) {}

ApiProxy::~ApiProxy() {
  state_->acceptor.request_stop();
  shutdown(state_->listener, SHUT_RDWR);  // Wakes accept4().
  state_->acceptor.join();
  close(state_->listener);
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  for (const auto& connection : state_->connections) connection->interrupt();
  state_->changed.wait(lock, [this] { return state_->connections.empty(); });
}

std::uint16_t ApiProxy::port() const { return state_->port; }

void ApiProxy::set(ApiFault fault, unsigned one_in) {
  state_->faults.set(fault, one_in);
  const bool cuts = fault == ApiFault::dropped_watch || fault == ApiFault::expired_watch;
  if (!cuts || one_in == 0) return;
  const std::lock_guard lock(state_->mutex);
  for (const auto& connection : state_->connections) {
    if (connection->watching()) connection->interrupt();
  }
}

unsigned ApiProxy::one_in(ApiFault fault) const { return state_->faults.one_in(fault); }

}  // namespace drydock
