#include <condition_variable>
#include <mutex>

#include "net/wait.h"

namespace net {
namespace {

class SystemSleeper final : public Sleeper {
 public:
  bool sleep(std::chrono::nanoseconds time, const std::stop_token& stop) override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

Sleeper& system_sleeper() {
  static SystemSleeper sleeper;
  return sleeper;
}

}  // namespace net
