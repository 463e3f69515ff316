#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "gateway/translator.h"
#include "gateway/usual_time.h"

namespace gateway {

/// Limits of the queue between callers and the model.
struct JobLimits {
  std::size_t workers = 8;  ///< Orders worked on at once: about what vLLM batches well.
  std::size_t queued_max = 512;
  std::size_t remembered_max = 256;
  std::size_t remembered_bytes_max = 64U << 20;
  std::chrono::seconds remembered_for{900};
};

/// Translations under way. Orders wait in line instead of being refused, since a refused one is
/// lost for good; the same order that comes again (Kubernetes retries a runner's job, a reconcile
/// runs twice) joins the one under way or gets the answer that was given.
///
/// Each order that was taken in gets its audit entry, also when its deadline passes in line or its
/// callers go before it was begun. One that finds the line full was never taken in and has none, so
/// that a flood of them cannot fill the log.
///
/// First come, first served; but when the line is so long that deadlines come near, those go first
/// that can still be made in time, judged by how long the latest took. The others keep their place.
///
/// What "the same" is: namespace, job id, content and languages. "direct-<page>" ids come again
/// with other content, and are then another order. Ownership: borrows translator and clock.
/// Threading: any thread.
class Jobs {
 public:
  using Done = std::function<void(const Outcome&)>;
  /// A caller's share of a job.
  struct Ticket {
    std::string key;
    std::uint64_t number = 0;
  };

  Jobs(Translator& translator, const base::Clock& clock, JobLimits limits);
  ~Jobs();  ///< Stops what is under way; every waiting caller is told `cancelled`, and why.

  /// `done` is called once, on another thread or before this returns (an answer that is remembered,
  /// a queue that is full), unless cancel() comes first. `on_released`, where given, gets the page
  /// in pieces before that, but only when this call begins the job: one that joins gets all at
  /// once.
  Ticket submit(Order order, base::SteadyTime deadline, Done done,
                OnReleased on_released = nullptr);
  /// The caller has gone. The last one to go stops the work.
  void cancel(const Ticket& ticket);

  struct Counts {
    std::size_t queued = 0, running = 0, remembered = 0;
  };
  Counts counts() const;

 private:
  struct Job;
  void work();
  std::shared_ptr<Job> take_next();
  void watch_the_line();
  std::vector<std::shared_ptr<Job>> take_ended();
  base::Error late() const;
  void finish(const std::shared_ptr<Job>& job, Outcome outcome);
  void remember(const std::shared_ptr<Job>& job);

  Translator* translator_;
  const base::Clock* clock_;
  JobLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // A job is shared by the table, the queue and the worker that has it.
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  std::deque<std::shared_ptr<Job>> queue_;
  std::deque<std::shared_ptr<Job>> ended_;      // Given up by their callers while in line.
  std::list<std::shared_ptr<Job>> remembered_;  // Oldest first.
  std::size_t remembered_bytes_ = 0;
  std::size_t running_ = 0;
  UsualTime usual_time_;
  std::uint64_t next_number_ = 1;
  bool stopping_ = false;
  std::vector<std::jthread> workers_;
  std::condition_variable look_;  // Wakes the watcher: something ended, or the gateway ends.
  std::jthread watcher_;
};

/// The key of an order: SHA-256 over its fields, each with its length.
std::string job_key(const Order& order);

}  // namespace gateway
