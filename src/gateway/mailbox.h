#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"

namespace gateway {

/// How other threads reach a connection's thread: they post what is to be done there.
///
/// Threading: post() from any thread, the rest on the owner's. Once closed, what is posted is
/// dropped, which is right for answers to a peer that has gone. Owned by shared_ptr.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  using Task = std::function<void()>;

  /// While it lives, what its thread posts wakes nobody; its end wakes each owner once. For a
  /// thread that posts many small things in a row: waking a thread for each costs more than they
  /// do, and what is taken up together is sent together. Keep it short, since others' posts to a
  /// box that waits so wait with it. One at a time on a thread.
  class Batch {
   public:
    Batch() {
      CHECK(current_ == nullptr);
      current_ = this;
    }
    ~Batch() {
      current_ = nullptr;
      for (const auto& box : boxes_) box->wake();
    }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

   private:
    friend class Mailbox;
    void add(std::shared_ptr<Mailbox> box) {
      if (std::find(boxes_.begin(), boxes_.end(), box) == boxes_.end()) {
        boxes_.push_back(std::move(box));
      }
    }
    static inline thread_local Batch* current_ = nullptr;
    std::vector<std::shared_ptr<Mailbox>> boxes_;
  };

  /// `wake` is called (on the posting thread) when the box stops being empty, or at the end of the
  /// Batch that this happened in.
  void set_wake(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  void post(Task task) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > 1) return;  // Whoever posted the first sees to it.
    if (Batch::current_ != nullptr) {
      Batch::current_->add(shared_from_this());
    } else if (wake_) {
      wake_();
    }
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
  void wake() {
    const std::lock_guard lock(mutex_);
    if (!tasks_.empty() && wake_) wake_();
  }

  std::mutex mutex_;
  std::vector<Task> tasks_;
  std::function<void()> wake_;
  bool closed_ = false;
};

}  // namespace gateway
