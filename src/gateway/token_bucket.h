#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace gateway {

/// Allows a burst, and after it so many a second.
class TokenBucket {
 public:
  TokenBucket(double burst, double per_second) : burst_(burst), rate_(per_second), left_(burst) {}

  /// Takes one; false when there is none.
  bool take(base::SteadyTime now) {
    if (last_ != base::SteadyTime()) {
      const double seconds = std::chrono::duration<double>(now - last_).count();
      left_ = std::min(burst_, left_ + std::max(0.0, seconds) * rate_);
    }
    last_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double burst_, rate_, left_;
  base::SteadyTime last_{};
};

}  // namespace gateway
