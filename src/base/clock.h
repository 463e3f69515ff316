#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

/// A point on the wall clock (UTC) and one on a clock that never goes back.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// What time it is. Passed to whoever needs it, so that tests own the time.
/// Threading: implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;       ///< For a person: evidence, logs.
  virtual SteadyTime steady() const = 0;  ///< For deadlines and durations.
};

/// RFC 3339 in UTC with whole seconds, as Kubernetes writes metav1.Time: "2026-11-25T06:52:42Z".
std::string to_rfc3339(WallTime time);
/// With microseconds, as metav1.MicroTime: "2026-11-25T06:52:42.000123Z".
std::string to_rfc3339_micro(WallTime time);
/// Reads RFC 3339 with any offset and up to nine fractional digits. invalid_argument otherwise.
Result<WallTime> parse_rfc3339(std::string_view text);

}  // namespace base
