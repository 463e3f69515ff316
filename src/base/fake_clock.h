#pragma once

#include <atomic>

#include "base/clock.h"

namespace base {

/// A clock that moves only when the test says so. Starts at 2026-01-01T00:00:00Z.
class FakeClock final : public Clock {
 public:
  WallTime now() const override { return WallTime(std::chrono::nanoseconds(wall_ns_.load())); }
  SteadyTime steady() const override {
    return SteadyTime(std::chrono::nanoseconds(steady_ns_.load()));
  }
  void advance(std::chrono::nanoseconds by) {
    wall_ns_ += by.count();
    steady_ns_ += by.count();
  }

 private:
  std::atomic<long> wall_ns_{1767225600L * 1000000000L};
  std::atomic<long> steady_ns_{0};
};

}  // namespace base
