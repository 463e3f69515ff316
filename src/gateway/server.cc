#include "gateway/server.h"

#include <openssl/ssl.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/limits.h"
#include "gateway/tls_channel.h"
#include "gateway/tls_context.h"

namespace gateway {
namespace {

namespace asio = boost::asio;
namespace limits = base::limits;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Result;
using Failure = boost::system::error_code;

constexpr std::size_t kReadBytes = 64U << 10;

}  // namespace

/// One accepted socket: bytes between it and its H2Connection, through TLS where there is some.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server::State& server, tcp::socket socket, TlsContext* tls);
  void start();
  void drain() { h2_.drain(), flush(); }
  void tick();
  void close();
  std::size_t open_streams() const { return h2_.open_streams(); }

 private:
  void read();
  void on_bytes(std::string_view bytes);
  void flush();
  void write(std::string bytes);
  bool finish_handshake();
  void refuse(const std::string& why);

  Server::State& server_;
  tcp::socket socket_;
  std::string peer_;
  H2Connection h2_;
  TlsContext* tls_context_;
  std::unique_ptr<TlsChannel> tls_;
  std::string input_ = std::string(kReadBytes, '\0');
  std::string output_;  // On its way; empty when none is.
  base::SteadyTime opened_;
  base::SteadyTime write_began_{};
  bool admitted_;
  bool closed_ = false;
};

struct Server::State {
  State(H2Handler& handler, const base::Clock& clock, ServerEvents events)
      : handler(handler), clock(clock), events(std::move(events)), ticks(io) {}

  H2Handler& handler;
  const base::Clock& clock;
  ServerEvents events;
  asio::io_context io{1};
  asio::steady_timer ticks;
  struct Port {
    tcp::acceptor acceptor;
    TlsContext* tls;
  };
  std::vector<std::unique_ptr<Port>> listening;
  std::vector<std::uint16_t> ports;
  std::set<std::shared_ptr<Connection>> connections;  // On the I/O thread; kept alive by it alone.
  bool ending = false;                                // On the I/O thread.
  std::atomic<std::size_t> count{0};
  std::atomic<std::size_t> busy{0};  // Connections with streams under way, at the last tick.
  std::thread thread;

  void accept(Port& port) {
    port.acceptor.async_accept([this, &port](const Failure& failed, tcp::socket socket) {
      if (failed == asio::error::operation_aborted || ending) return;
      if (!failed) take(std::move(socket), port.tls);
      accept(port);
    });
  }

  void take(tcp::socket socket, TlsContext* tls) {
    if (connections.size() >= limits::kConnectionsMax) {
      if (events.refused) events.refused("a new connection", "too many connections");
      return;  // Closes it.
    }
    Failure ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<Connection>(*this, std::move(socket), tls);
    connections.insert(connection);
    count = connections.size();
    connection->start();
  }

  void forget(const std::shared_ptr<Connection>& connection) {
    connections.erase(connection);
    count = connections.size();
  }

  std::vector<std::shared_ptr<Connection>> all() const {
    return {connections.begin(), connections.end()};
  }

  void tick() {
    ticks.expires_after(std::chrono::milliseconds(250));
    ticks.async_wait([this](const Failure& failed) {
      if (failed || ending) return;
      std::size_t with_streams = 0;
      for (const auto& connection : all()) {
        connection->tick();
        if (connection->open_streams() > 0) ++with_streams;
      }
      busy = with_streams;
      tick();
    });
  }
};

Connection::Connection(Server::State& server, tcp::socket socket, TlsContext* tls)
    : server_(server),
      socket_(std::move(socket)),
      h2_(server.handler, server.clock, H2Limits::standard()),
      tls_context_(tls),
      opened_(server.clock.steady()),
      admitted_(tls == nullptr) {
  Failure failed;
  const auto remote = socket_.remote_endpoint(failed);
  peer_ = failed ? "?" : remote.address().to_string() + ":" + std::to_string(remote.port());
  if (tls != nullptr) tls_ = std::make_unique<TlsChannel>(tls->new_connection());
}

void Connection::start() {
  // Weak: a call that is still being worked on must not keep a dead connection.
  h2_.mailbox()->set_wake([self = weak_from_this(), &io = server_.io] {
    asio::post(io, [self] {
      const auto connection = self.lock();
      if (!connection || connection->closed_) return;
      connection->h2_.mailbox()->run();
      connection->flush();
    });
  });
  read();
  if (admitted_) flush();
}

void Connection::read() {
  socket_.async_read_some(asio::buffer(input_),
                          [self = shared_from_this()](const Failure& failed, std::size_t size) {
                            if (self->closed_) return;
                            if (failed) return self->close();
                            self->on_bytes(std::string_view(self->input_).substr(0, size));
                            if (!self->closed_) self->read();
                          });
}

void Connection::on_bytes(std::string_view bytes) {
  if (!tls_) {
    h2_.receive(bytes);
    return flush();
  }
  auto plain = tls_->receive(bytes);
  if (!plain) {
    refuse(plain.error().message);
    return flush();  // The alert.
  }
  if (!admitted_ && tls_->established() && !finish_handshake()) return;
  if (admitted_ && !plain->empty()) h2_.receive(*plain);
  flush();
}

bool Connection::finish_handshake() {
  const auto name = tls_context_->peer_name(tls_->connection());
  if (!name) {
    refuse(name.error().message);
    return false;
  }
  admitted_ = true;
  return true;
}

void Connection::refuse(const std::string& why) {
  if (server_.events.refused) server_.events.refused(peer_, why);
  if (tls_) {
    if (const std::string alert = tls_->take_output(); !alert.empty()) {
      Failure ignored;
      socket_.non_blocking(true, ignored);
      socket_.send(asio::buffer(alert), 0, ignored);  // As much as goes at once: it is being shut.
    }
  }
  close();
}

void Connection::flush() {
  if (closed_ || !output_.empty()) return;
  std::string bytes;
  if (admitted_) bytes = h2_.take_output(limits::kH2OutputBytesMax);
  if (tls_) {
    tls_->send(bytes);
    bytes = tls_->take_output();
  }
  if (!bytes.empty()) return write(std::move(bytes));
  if (admitted_ && h2_.finished()) close();
}

void Connection::write(std::string bytes) {
  output_ = std::move(bytes);
  write_began_ = server_.clock.steady();
  asio::async_write(socket_, asio::buffer(output_),
                    [self = shared_from_this()](const Failure& failed, std::size_t) {
                      if (self->closed_) return;
                      self->output_.clear();
                      if (failed) return self->close();
                      self->flush();
                    });
}

void Connection::tick() {
  const base::SteadyTime now = server_.clock.steady();
  if (!admitted_ && now - opened_ > limits::kTlsHandshakeTimeout) {
    return refuse("the TLS handshake took too long");
  }
  if (!output_.empty() && now - write_began_ > limits::kSocketWriteTimeout) {
    return refuse("the peer takes nothing of what we send");
  }
  h2_.check_deadlines();
  flush();
}

void Connection::close() {
  if (std::exchange(closed_, true)) return;
  if (!h2_.fault().empty() && server_.events.refused) server_.events.refused(peer_, h2_.fault());
  h2_.mailbox()->close();
  h2_.abandon();
  Failure ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  server_.forget(shared_from_this());
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Server>> Server::start(H2Handler& handler, const base::Clock& clock,
                                              std::vector<Listen> listens, ServerEvents events) {
  auto state = std::make_unique<State>(handler, clock, std::move(events));
  for (const Listen& listen : listens) {
    Failure failed;
    const auto address = asio::ip::make_address(listen.address, failed);
    if (failed) {
      return Error{ErrorCode::invalid_argument, "'" + listen.address + "' is no IP address"};
    }
    const tcp::endpoint endpoint(address, listen.port);
    auto port = std::make_unique<State::Port>(State::Port{tcp::acceptor(state->io), listen.tls});
    port->acceptor.open(endpoint.protocol(), failed);
    if (!failed) port->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) port->acceptor.bind(endpoint, failed);
    if (!failed) port->acceptor.listen(tcp::acceptor::max_listen_connections, failed);
    if (failed) {
      return Error{ErrorCode::unavailable, "listen on " + listen.address + ":" +
                                               std::to_string(listen.port) + ": " +
                                               failed.message()};
    }
    state->ports.push_back(port->acceptor.local_endpoint().port());
    state->listening.push_back(std::move(port));
  }
  for (const auto& port : state->listening) state->accept(*port);
  state->tick();
  state->thread = std::thread([io = &state->io] { io->run(); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
  asio::post(state_->io, [state = state_.get()] {
    // What has expired or arrived already is not cancelled: the flag stops it when its turn comes.
    state->ending = true;
    state->ticks.cancel();
    for (const auto& port : state->listening) port->acceptor.close();
    for (const auto& connection : state->all()) connection->close();
  });
  state_->thread.join();  // The context has nothing left to do then.
}

const std::vector<std::uint16_t>& Server::ports() const { return state_->ports; }
std::size_t Server::connections() const { return state_->count; }

bool Server::drain(std::chrono::milliseconds deadline) {
  std::mutex mutex;
  std::condition_variable changed;
  bool idle = false;
  const auto step = [&](bool first) {
    asio::post(state_->io, [&, first] {
      Failure ignored;
      if (first) {
        for (const auto& port : state_->listening) port->acceptor.close(ignored);
      }
      std::size_t streams = 0;
      for (const auto& connection : state_->all()) {
        connection->drain();
        streams += connection->open_streams();
      }
      const std::lock_guard lock(mutex);
      idle = streams == 0;
      changed.notify_one();
    });
  };
  // Each step answers before the next is taken, so nothing refers to this frame afterwards.
  const base::SteadyTime end = state_->clock.steady() + deadline;
  std::unique_lock lock(mutex);
  for (bool first = true;; first = false) {
    idle = false;
    step(first);
    changed.wait(lock);
    if (idle && !first) return true;
    if (state_->clock.steady() >= end) return idle;
    changed.wait_for(lock, std::min<std::chrono::milliseconds>(
                               deadline, first ? limits::kDrainNotice : limits::kDrainLook));
  }
}

}  // namespace gateway
