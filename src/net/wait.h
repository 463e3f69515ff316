#pragma once

#include <chrono>
#include <stop_token>

#include "base/clock.h"

namespace net {

/// How long a blocking call may take: until `deadline` on the steady clock of base::Clock, or until
/// somebody asks to stop. Passed down unchanged; every blocking call of net and cluster takes one.
struct Until {
  base::SteadyTime deadline = base::SteadyTime::max();
  std::stop_token stop = {};
};

/// `from now` as a deadline.
inline Until within(const base::Clock& clock, std::chrono::nanoseconds time,
                    std::stop_token stop = {}) {
  return {clock.steady() + time, std::move(stop)};
}

/// Waits between two attempts. A parameter, so that tests spend no time.
/// Threading: implementations are safe to call from any thread.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  /// Waits `time`, or until a stop is asked for. False when it was cut short by the stop.
  virtual bool sleep(std::chrono::nanoseconds time, const std::stop_token& stop) = 0;
};

/// Really waits. Lives for the whole program.
Sleeper& system_sleeper();

}  // namespace net
