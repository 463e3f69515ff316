#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/grpc.h"

namespace gateway {

/// grpc.health.v1: "" and the service's name, SERVING while translations can be made.
///
/// Registration and heartbeats go on while it says NOT_SERVING: it tells a probe about the model
/// behind us, not about ourselves. Threading: any thread.
class Health {
 public:
  explicit Health(std::string service) : service_(std::move(service)) {}
  void serve(GrpcHandler& handler);
  /// Tells whoever watches, when it is a change.
  void set_serving(bool serving);
  bool serving() const;

 private:
  class WatchCall;
  struct Watcher {
    std::weak_ptr<GrpcCall> call;  // The connection's; gone with it.
    bool known;                    // Whether it asked about a service that we have.
  };
  bool is_known(const std::string& service) const { return service.empty() || service == service_; }
  void watch(const std::string& service, const std::shared_ptr<GrpcCall>& call);

  std::string service_;
  mutable std::mutex mutex_;
  bool serving_ = false;
  std::list<Watcher> watchers_;
};

}  // namespace gateway
