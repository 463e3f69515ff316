#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/growth.h"
#include "audit/note.h"
#include "audit/storage.h"
#include "base/result.h"

namespace audit {

/// Which entry of a log: its place, and what stands there. As text "42-<hash of the leaf in hex>":
/// what Glooscap's status.auditRef can hold.
struct EntryId {
  std::uint64_t index = 0;
  Hash leaf{};
  bool operator==(const EntryId&) const = default;
};
std::string to_text(const EntryId& id);
base::Result<EntryId> parse_entry_id(std::string_view text);

/// An append-only log in a Storage. What append() has returned is in a signed checkpoint on disk;
/// a crash at any moment loses none of it.
///
/// How: a group's entries and the checkpoint that it leads to are one record at the end of one
/// file, the journal, synced once. Tiles are written from memory when the journal has grown long or
/// there is time (settle()): into new files (partial tiles have their width in the name, so no
/// file that the last checkpoint needs is touched), all are synced, the new checkpoint takes the
/// old one's place in the file "checkpoint", and the journal goes. What lies beyond the checkpoint
/// and the journal is what a crash left behind: open() removes it, and settles.
///
/// Ownership: borrows `storage`, which must outlive it. Threading: one thread at a time; many
/// appenders share one through GroupCommit (group_commit.h). Memory: up to
/// base::limits::kAuditJournalBytesMax and one group.
class Log {
 public:
  /// Opens the log, or begins one where the storage has none; files that are no log's stay.
  /// failed_precondition: the checkpoint is not of this key or this origin, or tiles or journal do
  /// not fit it: somebody changed the files. data_loss: a file that the checkpoint needs, or the
  /// checkpoint itself, is missing.
  static base::Result<Log> open(Storage& storage, Signer signer, std::string origin);

  /// Appends all entries or, on an error, none; returns their ids. An entry is 1 to 65,535 bytes,
  /// a group at most base::limits::kAuditQueueBytesMax (invalid_argument). After any other error
  /// the log takes no more until it is opened again, since it cannot know what is on disk.
  base::Result<std::vector<EntryId>> append(std::span<const std::string> entries);

  /// Writes the tiles of what was appended: the files alone are then a log as tlog-tiles has it.
  /// Errors are those of the storage, and end the log as those of append() do.
  base::Result<void> settle();
  bool settled() const { return growth_.settled_size() == checkpoint_.size; }

  const Checkpoint& checkpoint() const { return checkpoint_; }
  /// Bytes that open() found at the journal's end and dropped: a group that a power loss cut off
  /// and that nobody was told of.
  std::size_t torn_bytes() const { return torn_bytes_; }

 private:
  Log(Storage& storage, Signer signer, std::string origin);
  base::Result<void> load();
  base::Result<bool> load_checkpoint();
  base::Result<void> replay();
  base::Result<void> remove_leftovers();

  Storage* storage_;
  Signer signer_;
  Checkpoint checkpoint_;
  std::string note_;  // The checkpoint, signed.
  Growth growth_;
  std::size_t torn_bytes_ = 0;
  bool broken_ = false;
};

}  // namespace audit
