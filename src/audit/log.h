#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/storage.h"
#include "audit/tiles.h"
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
/// How: entries, then hashes are written into new files (partial tiles have their width in the
/// name, so no file that the last checkpoint needs is touched), all is synced, and the new
/// checkpoint takes the old one's place. Files beyond the checkpoint are what a crash left behind:
/// open() removes them.
///
/// Ownership: borrows `storage`, which must outlive it. Threading: one thread at a time; many
/// appenders share one through GroupCommit (group_commit.h).
class Log {
 public:
  /// Opens the log, or begins one where the storage is empty.
  /// failed_precondition: the checkpoint is not of this key or this origin, or the tiles do not
  /// give its root: somebody changed the files. data_loss: a file that the checkpoint needs is
  /// missing.
  static base::Result<Log> open(Storage& storage, Signer signer, std::string origin);

  /// Appends all entries or, on an error, none; returns their ids. An entry is 1 to 65,535 bytes
  /// (invalid_argument). After any other error the log takes no more until it is opened again,
  /// since it cannot know what is on disk.
  base::Result<std::vector<EntryId>> append(std::span<const std::string> entries);

  const Checkpoint& checkpoint() const { return checkpoint_; }

 private:
  Log(Storage& storage, Signer signer, std::string origin);
  base::Result<void> load();
  base::Result<void> load_edges();
  base::Result<void> remove_leftovers();
  base::Result<void> write_tiles(std::uint64_t size, std::span<const std::string> entries,
                                 std::vector<std::vector<Hash>>& levels);
  base::Result<void> write_bundles(std::uint64_t size, std::span<const std::string> entries);
  base::Result<void> remove_superseded(std::uint64_t old_size, std::uint64_t size);

  Storage* storage_;
  Signer signer_;
  Checkpoint checkpoint_;
  std::vector<std::vector<Hash>> edges_;   // Per tile level, the hashes of its unfinished tile.
  std::vector<std::string> edge_entries_;  // The entries of the unfinished bundle.
  bool broken_ = false;
};

}  // namespace audit
