#include "audit/group_commit.h"

#include "base/limits.h"

namespace audit {

using base::Error;
using base::ErrorCode;
using base::Result;

GroupCommit::GroupCommit(Log log)
    : log_(std::move(log)),
      gathering_(std::make_shared<Group>()),
      checkpoint_(log_.checkpoint()),
      thread_([this] { run(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Checkpoint GroupCommit::checkpoint() const {
  const std::lock_guard lock(mutex_);
  return checkpoint_;
}

Result<EntryId> GroupCommit::append(std::string entry) {
  // Refused here, so that one bad entry does not fail the others of its group.
  if (entry.empty() || entry.size() > kEntryBytesMax) {
    return Error{ErrorCode::invalid_argument,
                 "an audit entry has 1 to 65535 bytes, this one " + std::to_string(entry.size())};
  }
  std::unique_lock lock(mutex_);
  if (gathering_->entries.size() >= base::limits::kAuditQueueMax) {
    return Error{ErrorCode::resource_exhausted, "the audit log cannot keep up: its queue is full"};
  }
  const std::shared_ptr<Group> group = gathering_;
  const std::size_t place = group->entries.size();
  group->entries.push_back(std::move(entry));
  if (place == 0) wake_.notify_one();
  written_.wait(lock, [&] { return group->done; });
  if (!group->ids) return group->ids.error();
  return (*group->ids)[place];
}

void GroupCommit::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || !gathering_->entries.empty(); });
    if (gathering_->entries.empty()) return;
    const std::shared_ptr<Group> group = std::exchange(gathering_, std::make_shared<Group>());
    lock.unlock();
    auto ids = log_.append(group->entries);
    lock.lock();
    group->ids = std::move(ids);
    group->done = true;
    checkpoint_ = log_.checkpoint();
    written_.notify_all();
  }
}

}  // namespace audit
