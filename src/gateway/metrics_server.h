#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace gateway {

/// A small HTTP server for probes and Prometheus: GET /metrics and GET /healthz, nothing else.
/// Apart from the gRPC ports, so that a scraper needs no way to them.
///
/// Every connection has a deadline; all are served by one thread of its own.
class MetricsServer {
 public:
  struct Pages {
    std::function<std::string()> metrics;  ///< Prometheus text.
    std::function<bool()> healthy;         ///< /healthz: 200 or 503.
  };
  /// unavailable with the system's reason.
  static base::Result<std::unique_ptr<MetricsServer>> start(const std::string& address,
                                                            std::uint16_t port, Pages pages);
  ~MetricsServer();
  std::uint16_t port() const;

 private:
  struct State;
  explicit MetricsServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gateway
