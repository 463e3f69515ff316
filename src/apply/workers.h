#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "apply/perform.h"
#include "base/result.h"
#include "cluster/client.h"
#include "engine/decide.h"

namespace apply {

/// Carries out actions on a bounded number of threads and keeps what came of them.
///
/// Ownership: borrows `client`. Threading: begin() and take_ended() from one thread. Destroying it
/// asks what runs to stop and waits for it; what has not begun is dropped.
class Workers {
 public:
  struct Ended {
    engine::Action action;
    base::Result<Performed> result;
  };

  /// `on_ended` is called on a worker's thread after each action; it must not block.
  Workers(cluster::Client& client, int threads, std::function<void()> on_ended);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void begin(engine::Action action, base::SteadyTime deadline);
  std::vector<Ended> take_ended();
  /// Actions begun and not yet taken.
  std::size_t pending() const { return pending_; }
  /// What runs comes to its end early, as cancelled.
  void request_stop() { stop_.request_stop(); }

 private:
  struct Job {
    engine::Action action;
    base::SteadyTime deadline;
  };
  void work(std::stop_token ended);

  cluster::Client& client_;
  const std::function<void()> on_ended_;
  std::stop_source stop_;
  std::size_t pending_ = 0;  // Of the owner's thread.

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Job> jobs_;
  std::vector<Ended> ended_;

  std::vector<std::jthread> threads_;  // Last: joined first.
};

}  // namespace apply
