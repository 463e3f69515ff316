#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "audit/log.h"

namespace audit {

/// Lets many threads append to one log: while one group is being written the next one gathers, so
/// that the cost of a disk flush is shared by all who wait for it. Tiles are written when nothing
/// has come for base::limits::kAuditSettleAfter, and at the end.
///
/// Ownership: owns the log. Threading: append() from any thread; it returns when the entry is in a
/// signed checkpoint on disk. Limits: at most base::limits::kAuditQueueMax entries of
/// kAuditQueueBytesMax in all wait.
class GroupCommit {
 public:
  explicit GroupCommit(Log log);
  ~GroupCommit();  ///< Writes what waits, then ends its thread.

  /// Blocks until the entry is durable. Errors: Log::append's; resource_exhausted when the queue is
  /// full. An error of the disk fails every entry of its group and all later ones.
  /// Many threads sleep here, and all of a group's wake at once: they wait on the group's own word,
  /// so that none has to take a lock that the others want too.
  base::Result<EntryId> append(std::string entry);
  /// Whether an error of the disk has come: nothing is taken any more until the log is opened anew.
  /// An entry that is refused for its size or for a full queue breaks nothing.
  bool broken() const { return broken_; }
  /// The checkpoint after the last group that was written.
  Checkpoint checkpoint() const;

 private:
  struct Group {
    std::vector<std::string> entries;
    std::size_t bytes = 0;
    std::atomic<int> done{0};  // Set once `ids` is; never changed afterwards.
    base::Result<std::vector<EntryId>> ids = std::vector<EntryId>();
  };
  void run();
  void write(std::unique_lock<std::mutex>& lock);
  void settle(std::unique_lock<std::mutex>& lock);

  Log log_;                                  // Touched by the thread alone.
  std::optional<base::Error> settle_error_;  // The same; told to all that come after.
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<Group> gathering_;  // Shared with the threads that wait for it.
  Checkpoint checkpoint_;
  bool stopping_ = false;
  std::atomic<bool> broken_{false};
  std::thread thread_;
};

}  // namespace audit
