#include "nanabush/h2_peer.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nanabush_test {

std::string grpc_fields(std::string_view path) {
  return h2_field(":method", "POST") + h2_field(":scheme", "http") + h2_field(":path", path) +
         h2_field(":authority", "nanabush") + h2_field("content-type", "application/grpc") +
         h2_field("te", "trailers");
}

H2Peer::H2Peer(std::uint16_t port, const Authority::Pair* tls) : socket_(connect_socket(port)) {
  if (socket_ >= 0 && tls != nullptr) {
    tls_ = connect_tls(socket_, *tls);
    if (!tls_) {
      end();
      return;
    }
  }
  send(gateway::h2_preface());
}

H2Peer::~H2Peer() { end(); }

void H2Peer::end() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

bool H2Peer::send(std::string_view bytes) {
  if (socket_ < 0) return false;
  const auto size = static_cast<ssize_t>(bytes.size());
  const bool sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(size)) == size
                         : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == size;
  return sent;
}

std::optional<H2Frame> H2Peer::next(std::chrono::milliseconds most) {
  for (;;) {
    if (received_.size() >= 9) {
      const auto at = [&](std::size_t i) { return static_cast<unsigned char>(received_[i]); };
      const std::size_t size = at(0) << 16 | at(1) << 8 | at(2);
      if (received_.size() >= 9 + size) {
        H2Frame frame{
            at(3), static_cast<std::uint32_t>(at(5) & 127) << 24 | at(6) << 16 | at(7) << 8 | at(8),
            received_.substr(9, size)};
        received_.erase(0, 9 + size);
        return frame;
      }
    }
    if (socket_ < 0) return std::nullopt;
    if (!tls_ || SSL_pending(tls_.get()) == 0) {
      pollfd ready{socket_, POLLIN, 0};
      if (poll(&ready, 1, static_cast<int>(most.count())) <= 0) return std::nullopt;
    }
    char bytes[16384];
    const ssize_t size =
        tls_ ? SSL_read(tls_.get(), bytes, sizeof bytes) : recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) {
      end();
    } else {
      received_.append(bytes, static_cast<std::size_t>(size));
    }
  }
}

}  // namespace nanabush_test
