#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "nanabush/tls_peer.h"

namespace nanabush_test {

/// Something between a client and us that knows TCP alone: an L4 balancer (the first target that
/// takes a connection gets it), or a mesh sidecar (with `tls`, towards the target).
class Tunnel {
 public:
  /// `idle_max`: a connection on which nothing went either way for so long is closed, as HAProxy
  /// does it; 0: never.
  explicit Tunnel(std::vector<std::uint16_t> targets, const Authority::Pair* tls = nullptr,
                  std::chrono::milliseconds idle_max = {});
  ~Tunnel();
  std::uint16_t port() const { return port_; }

 private:
  void accept_all();
  void carry(int client) const;

  std::vector<std::uint16_t> targets_;
  const Authority::Pair* tls_;
  std::chrono::milliseconds idle_max_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::vector<std::jthread> carrying_;
  std::jthread accepting_;
};

}  // namespace nanabush_test
