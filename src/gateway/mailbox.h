#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace gateway {

/// How other threads reach a connection's thread: they post what is to be done there.
///
/// Threading: post() from any thread, the rest on the owner's. Once closed, what is posted is
/// dropped, which is right for answers to a peer that has gone.
class Mailbox {
 public:
  using Task = std::function<void()>;

  /// `wake` is called (on the posting thread) when the box stops being empty.
  void set_wake(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  void post(Task task) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() == 1 && wake_) wake_();
  }
  /// Does all that was posted, in order.
  void run() {
    std::vector<Task> tasks;
    {
      const std::lock_guard lock(mutex_);
      tasks.swap(tasks_);
    }
    for (Task& task : tasks) task();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    tasks_.clear();
    wake_ = nullptr;
  }

 private:
  std::mutex mutex_;
  std::vector<Task> tasks_;
  std::function<void()> wake_;
  bool closed_ = false;
};

}  // namespace gateway
