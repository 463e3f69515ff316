#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/storage.h"
#include "base/result.h"

namespace audit {

/// The roots of the complete subtrees that a tree of some size falls into, at most one a level
/// ("compact range"): all that appending and the root need. Adding a leaf costs one node hash on
/// average.
class Peaks {
 public:
  Peaks() = default;
  /// Of the tree of `size`, whose hashes `read` gives.
  static base::Result<Peaks> load(std::uint64_t size, const HashReader& read);

  /// `on_subtree(level, root)` is told of each subtree that the leaf completes, level 0 being the
  /// leaf itself.
  template <typename OnSubtree>
  void add(const Hash& leaf, OnSubtree&& on_subtree) {
    Hash hash = leaf;
    std::size_t level = 0;
    on_subtree(level, hash);
    for (; (size_ >> level & 1) != 0; ++level) {
      hash = node_hash(roots_[level], hash);
      on_subtree(level + 1, hash);
    }
    roots_[level] = hash;
    ++size_;
  }
  std::uint64_t size() const { return size_; }
  Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::array<Hash, 64> roots_{};  // [level] is filled where size_ has that bit.
};

/// A log's tree as it grows in memory ahead of its tiles: what was added since the tiles were last
/// written, and the unfinished tiles that it goes on with.
/// Not thread-safe. Memory: the entries and hashes since the last settled().
class Growth {
 public:
  /// The tree that `checkpoint` commits to, from its tiles. data_loss: a file has a wrong length;
  /// not_found: it is missing; failed_precondition: tiles or the last bundle do not give the root.
  static base::Result<Growth> load(Storage& storage, const Checkpoint& checkpoint);

  /// Returns the leaf's hash. REQUIRES: 1 to kEntryBytesMax bytes.
  Hash add(std::string_view entry);
  const Peaks& peaks() const { return peaks_; }
  std::uint64_t settled_size() const { return settled_size_; }
  std::size_t pending_bytes() const { return pending_bytes_; }  ///< Entries not in tiles yet.

  /// Writes the tiles and bundles that the tree has beyond settled_size(). They are new files, or
  /// the same bytes again: none that the settled tree needs is changed.
  base::Result<void> write_tiles(Storage& storage) const;
  /// Removes the partial tiles that only the settled tree needed.
  base::Result<void> remove_superseded(Storage& storage) const;
  /// The tiles are in place: forgets what they hold.
  void settled();

 private:
  Peaks peaks_;
  std::uint64_t settled_size_ = 0;
  std::size_t pending_bytes_ = 0;
  // From the beginning of the tile that was unfinished at settled_size_.
  std::vector<std::vector<Hash>> levels_;
  std::vector<std::string> bundles_;
};

}  // namespace audit
