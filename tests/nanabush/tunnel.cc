#include "nanabush/tunnel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nanabush_test {
namespace {

bool send_all(int socket, const char* bytes, ssize_t size) {
  while (size > 0) {
    const ssize_t sent = send(socket, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= sent;
  }
  return true;
}

}  // namespace

Tunnel::Tunnel(std::vector<std::uint16_t> targets, const Authority::Pair* tls,
               std::chrono::milliseconds idle_max)
    : targets_(std::move(targets)), tls_(tls), idle_max_(idle_max) {
  const auto [listener, port] = listen_on_loopback();
  listener_ = listener;
  port_ = port;
  accepting_ = std::jthread([this] { accept_all(); });
}

Tunnel::~Tunnel() {
  stopping_ = true;
  accepting_.join();
  carrying_.clear();  // Joins.
  close(listener_);
}

void Tunnel::accept_all() {
  while (!stopping_) {
    pollfd ready{listener_, POLLIN, 0};
    if (poll(&ready, 1, 20) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client >= 0) carrying_.emplace_back([this, client] { carry(client); });
  }
}

void Tunnel::carry(int client) const {
  int server = -1;
  for (const std::uint16_t target : targets_) {
    if (server < 0) server = connect_socket(target);
  }
  std::shared_ptr<SSL> tls;
  if (server >= 0 && tls_ != nullptr) tls = connect_tls(server, *tls_);
  char bytes[16384];
  auto last = std::chrono::steady_clock::now();
  while (!stopping_ && server >= 0 && (tls_ == nullptr || tls)) {
    pollfd ready[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (tls && SSL_pending(tls.get()) > 0) {
      ready[1].revents = POLLIN;
    } else if (poll(ready, 2, 20) <= 0) {
      if (idle_max_.count() > 0 && std::chrono::steady_clock::now() - last > idle_max_) break;
      continue;
    }
    last = std::chrono::steady_clock::now();
    if (ready[0].revents != 0) {
      const ssize_t size = recv(client, bytes, sizeof bytes, 0);
      if (size <= 0) break;
      if (tls ? SSL_write(tls.get(), bytes, static_cast<int>(size)) <= 0
              : !send_all(server, bytes, size)) {
        break;
      }
    }
    if (ready[1].revents != 0) {
      const ssize_t size =
          tls ? SSL_read(tls.get(), bytes, sizeof bytes) : recv(server, bytes, sizeof bytes, 0);
      if (size <= 0 || !send_all(client, bytes, size)) break;
    }
  }
  if (server >= 0) close(server);
  close(client);
}

}  // namespace nanabush_test
