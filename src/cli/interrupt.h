#pragma once

#include <stop_token>
#include <thread>

namespace cli {

/// Turns SIGINT and SIGTERM into a stop that everything waits with. A second one ends the program
/// at once, as it would without us.
///
/// Make it before any other thread: the signals are blocked in all of them but its own.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread thread_;
};

}  // namespace cli
