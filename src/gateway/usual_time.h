#pragma once

#include <chrono>

namespace gateway {

/// How long something usually takes, from the times that it took: a smoothed mean and deviation, as
/// TCP has them of its round trips (RFC 6298, section 2), so that one long one does not decide and
/// a change shows within ten.
///
/// Threading: none of its own.
class UsualTime {
 public:
  void add(std::chrono::nanoseconds took) {
    if (!known_) {
      mean_ = took;
      deviation_ = took / 2;
      known_ = true;
      return;
    }
    deviation_ += (std::chrono::abs(took - mean_) - deviation_) / 4;
    mean_ += (took - mean_) / 8;
  }
  /// Few take longer: the mean and twice the deviation. RFC 6298 adds it four times; what it guards
  /// against is asking twice, ours is a place in line. 0 before anything is known.
  std::chrono::nanoseconds most() const { return mean_ + 2 * deviation_; }

 private:
  std::chrono::nanoseconds mean_{0}, deviation_{0};
  bool known_ = false;
};

}  // namespace gateway
