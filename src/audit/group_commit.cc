#include "audit/group_commit.h"

#include "audit/tiles.h"
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
  if (gathering_->entries.size() >= base::limits::kAuditQueueMax ||
      gathering_->bytes + entry.size() > base::limits::kAuditQueueBytesMax) {
    return Error{ErrorCode::resource_exhausted, "the audit log cannot keep up: its queue is full"};
  }
  const std::shared_ptr<Group> group = gathering_;
  const std::size_t place = group->entries.size();
  group->bytes += entry.size();
  group->entries.push_back(std::move(entry));
  lock.unlock();
  if (place == 0) wake_.notify_one();
  group->done.wait(0);
  if (!group->ids) return group->ids.error();
  return (*group->ids)[place];
}

void GroupCommit::run() {
  std::unique_lock lock(mutex_);
  const auto has_work = [&] { return stopping_ || !gathering_->entries.empty(); };
  for (;;) {
    if (log_.settled() || settle_error_) {
      wake_.wait(lock, has_work);
    } else if (!wake_.wait_for(lock, base::limits::kAuditSettleAfter, has_work)) {
      settle(lock);
      continue;
    }
    if (gathering_->entries.empty()) break;
    write(lock);
  }
  settle(lock);
}

void GroupCommit::write(std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Group> group = std::exchange(gathering_, std::make_shared<Group>());
  lock.unlock();
  if (settle_error_) {
    group->ids = *settle_error_;
  } else {
    group->ids = log_.append(group->entries);
  }
  if (!group->ids) broken_ = true;
  lock.lock();
  checkpoint_ = log_.checkpoint();
  lock.unlock();
  group->done = 1;
  group->done.notify_all();
  lock.lock();
}

void GroupCommit::settle(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  // What was acknowledged is in the journal either way; it is for later entries that this matters.
  if (auto result = log_.settle(); !result) {
    settle_error_ = std::move(result).error().within("write the audit log's tiles");
    broken_ = true;
  }
  lock.lock();
}

}  // namespace audit
