#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace drydock {

/// A program to keep running.
struct ProcessSpec {
  std::string name;  ///< Unique: "kube-apiserver"; its log is NAME.log.
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment = {};  ///< "KEY=value", besides the inherited ones.
};

/// Keeps programs running: starts them, starts them anew when they end (with growing pauses), and
/// ends them all, last started first.
///
/// The kernel kills every one of them when this process dies, however it dies: the "parent death
/// signal" is tied to the thread that forked, so all are started by the thread in run().
/// HTTP(S)_PROXY is taken out of their environment: an API server would call webhooks through it.
class Supervisor {
 public:
  /// Logs go into `log_dir`. Blocks SIGCHLD, SIGTERM and SIGINT for the whole process: call it
  /// before any thread is started. `clock` is borrowed.
  Supervisor(std::filesystem::path log_dir, const base::Clock& clock);
  ~Supervisor();

  /// Runs on the main thread until end() was called or a SIGTERM or SIGINT came; then ends all
  /// programs and returns. `on_signal` is called once, when a signal asked for the end.
  void run(const std::function<void()>& on_signal);

  // From any thread, while run() runs.
  /// Errors: unavailable, when the program cannot be started at all.
  base::Result<void> start(ProcessSpec spec);
  /// Kills and starts it anew. not_found.
  base::Result<void> restart(const std::string& name);
  void end();

  struct Status {
    std::string name;
    int pid = 0;  ///< 0 while it waits to be started anew.
    int restarts = 0;
  };
  std::vector<Status> status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
