#pragma once

#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "gateway/config.h"
#include "gateway/log.h"

namespace gateway {

/// The running gateway: every part made and joined in order, ended in reverse.
class Gateway {
 public:
  virtual ~Gateway() = default;
  virtual std::uint16_t port() const = 0;          ///< Of the plaintext listener.
  virtual std::uint16_t mtls_port() const = 0;     ///< 0: off.
  virtual std::uint16_t metrics_port() const = 0;  ///< 0: off.
  /// Takes no new calls, lets those under way end and writes what waits for the dataset, at most
  /// `deadline`; true when all of it has been done.
  virtual bool drain(std::chrono::milliseconds deadline) = 0;
};

/// Starts one. Borrows clock, random and log.  Files named by the configuration are read here;
/// certificates are read again when they change. Errors: invalid_argument (configuration, keys,
/// certificates), unavailable (ports, the audit folder), failed_precondition (an audit log that
/// does not verify).
base::Result<std::unique_ptr<Gateway>> start_gateway(const Config& config, const base::Clock& clock,
                                                     base::Random& random, Log& log);

}  // namespace gateway
