#include "cli/interrupt.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>

#include "base/system_clock.h"

namespace cli {
namespace {

sigset_t signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

/// timeout(1) and process managers send the signal to the program and to its group: that is one
/// interruption, not two.
constexpr std::chrono::milliseconds kOneInterruption{300};

void watch(const std::stop_token& ended, std::stop_source stop) {
  const sigset_t set = signals();
  int number = 0;
  sigwait(&set, &number);
  if (ended.stop_requested()) return;
  stop.request_stop();
  const base::SteadyTime first = base::system_clock().steady();
  do {
    sigwait(&set, &number);
    if (ended.stop_requested()) return;
  } while (base::system_clock().steady() - first < kOneInterruption);
  // The second one does what it does to other programs.
  signal(number, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(number);
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::jthread([stop = stop_](const std::stop_token& ended) { watch(ended, stop); });
}

Interrupt::~Interrupt() {
  thread_.request_stop();
  // Ends the sigwait; blocked everywhere else, it harms nobody.
  pthread_kill(thread_.native_handle(), SIGTERM);
}

}  // namespace cli
