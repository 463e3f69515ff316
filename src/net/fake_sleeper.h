#pragma once

#include <mutex>
#include <vector>

#include "base/fake_clock.h"
#include "net/wait.h"

namespace net {

/// Spends no time: moves the fake clock instead, and remembers each wait.
class FakeSleeper final : public Sleeper {
 public:
  explicit FakeSleeper(base::FakeClock& clock) : clock_(clock) {}
  bool sleep(std::chrono::nanoseconds time, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    clock_.advance(time);
    const std::lock_guard lock(mutex_);
    waits_.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(time));
    return true;
  }
  std::vector<std::chrono::milliseconds> waits() const {
    const std::lock_guard lock(mutex_);
    return waits_;
  }

 private:
  base::FakeClock& clock_;
  mutable std::mutex mutex_;
  std::vector<std::chrono::milliseconds> waits_;
};

}  // namespace net
