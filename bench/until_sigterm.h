#pragma once

#include <signal.h>

/// For the servers of bench/runs: they serve until their bench ends them. Make it first in main(),
/// so that every thread that is started inherits the blocked signal.
class UntilSigterm {
 public:
  UntilSigterm() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  void wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_;
};
