#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/h2_frames.h"
#include "nanabush/tls_peer.h"

namespace nanabush_test {

using gateway::h2_field;
using gateway::h2_frame;

/// The fields of a gRPC request.
std::string grpc_fields(std::string_view path);

struct H2Frame {
  int type = 0;
  std::uint32_t stream = 0;
  std::string payload;
};

/// One connection, its preface sent. Threading: one thread.
class H2Peer {
 public:
  explicit H2Peer(std::uint16_t port, const Authority::Pair* tls = nullptr);
  ~H2Peer();
  H2Peer(const H2Peer&) = delete;
  H2Peer& operator=(const H2Peer&) = delete;
  bool open() const { return socket_ >= 0; }
  bool send(std::string_view bytes);
  /// The next frame; nullopt when none came in that time, or none will (then open() is false).
  std::optional<H2Frame> next(std::chrono::milliseconds most);

 private:
  void end();
  int socket_ = -1;
  std::shared_ptr<SSL> tls_;  // Shared for its deleter only.
  std::string received_;
};

}  // namespace nanabush_test
