#include "audit/growth.h"

#include "audit/tiles.h"

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

std::string tile_bytes(std::span<const Hash> hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * sizeof(Hash));
  for (const Hash& hash : hashes) bytes += as_bytes(hash);
  return bytes;
}

}  // namespace

Result<Peaks> Peaks::load(std::uint64_t size, const HashReader& read) {
  Peaks peaks;
  peaks.size_ = size;
  for (int level = 0; level < 64 && size >> level != 0; ++level) {
    if ((size >> level & 1) == 0) continue;
    peaks.roots_[static_cast<std::size_t>(level)] = TRY(read(level, (size >> level) - 1));
  }
  return peaks;
}

Hash Peaks::root() const {
  Hash root = empty_root();
  bool begun = false;
  for (std::size_t level = 0; level < roots_.size(); ++level) {
    if ((size_ >> level & 1) == 0) continue;
    root = begun ? node_hash(roots_[level], root) : roots_[level];
    begun = true;
  }
  return root;
}

Result<Growth> Growth::load(Storage& storage, const Checkpoint& checkpoint) {
  const std::uint64_t size = checkpoint.size;
  const auto read = [&](const std::string& path) { return storage.read(path); };
  Growth growth;
  growth.settled_size_ = size;
  growth.peaks_ = TRY(Peaks::load(size, tile_hash_reader(size, read)));
  if (growth.peaks_.root() != checkpoint.root) {
    return Error{ErrorCode::failed_precondition,
                 "the tiles do not give the checkpoint's root: the log's files were changed"};
  }
  for (int level = 0; level < tile_levels(size); ++level) {
    auto& hashes = growth.levels_.emplace_back();
    const Tile tile = edge_tile(size, level);
    if (tile.width == 0) continue;
    const std::string bytes = TRY(storage.read(hash_tile_path(tile)));
    if (bytes.size() != tile.width * sizeof(Hash)) {
      return Error{ErrorCode::data_loss, hash_tile_path(tile) + " has a wrong length"};
    }
    hashes.resize(tile.width);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      std::copy_n(bytes.data() + i * sizeof(Hash), sizeof(Hash), hashes[i].begin());
    }
  }
  const Tile bundle = edge_tile(size, 0);
  if (bundle.width == 0) return growth;
  growth.bundles_.push_back(TRY(storage.read(entry_bundle_path(bundle))));
  const auto entries = TRY_WITHIN(decode_bundle(growth.bundles_[0], bundle.width),  //
                                  entry_bundle_path(bundle));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (leaf_hash(entries[i]) != growth.levels_[0][i]) {
      return Error{ErrorCode::failed_precondition,
                   entry_bundle_path(bundle) + " does not fit its hashes: it was changed"};
    }
  }
  return growth;
}

Hash Growth::add(std::string_view entry) {
  if (peaks_.size() % kTileWidth == 0) bundles_.emplace_back();
  append_to_bundle(bundles_.back(), entry);
  pending_bytes_ += entry.size();
  const Hash leaf = leaf_hash(entry);
  peaks_.add(leaf, [this](std::size_t level, const Hash& root) {
    if (level % 8 != 0) return;
    if (levels_.size() == level / 8) levels_.emplace_back();
    levels_[level / 8].push_back(root);
  });
  return leaf;
}

Result<void> Growth::write_tiles(Storage& storage) const {
  const std::uint64_t size = peaks_.size();
  for (int level = 0; level < static_cast<int>(levels_.size()); ++level) {
    const std::span<const Hash> hashes = levels_[static_cast<std::size_t>(level)];
    const Tile old_edge = edge_tile(settled_size_, level);
    for (std::size_t first = 0; first < hashes.size(); first += kTileWidth) {
      const Tile tile{level, old_edge.index + first / kTileWidth,
                      std::min<std::uint64_t>(kTileWidth, hashes.size() - first)};
      if (tile == old_edge) continue;  // It did not grow, and the settled tree needs it.
      TRY(storage.write(hash_tile_path(tile), tile_bytes(hashes.subspan(first, tile.width))));
      if (level > 0) continue;
      TRY(storage.write(entry_bundle_path(tile), bundles_[first / kTileWidth]));
    }
  }
  CHECK(levels_.empty() || edge_tile(size, 0).width == levels_[0].size() % kTileWidth);
  return {};
}

Result<void> Growth::remove_superseded(Storage& storage) const {
  for (int level = 0; level < tile_levels(settled_size_); ++level) {
    const Tile old_edge = edge_tile(settled_size_, level);
    if (old_edge.width == 0 || old_edge == edge_tile(peaks_.size(), level)) continue;
    TRY(storage.remove(hash_tile_path(old_edge)));
    if (level == 0) TRY(storage.remove(entry_bundle_path(old_edge)));
  }
  return {};
}

void Growth::settled() {
  settled_size_ = peaks_.size();
  pending_bytes_ = 0;
  for (auto& hashes : levels_) {
    hashes.erase(hashes.begin(),
                 hashes.end() - static_cast<std::ptrdiff_t>(hashes.size() % kTileWidth));
  }
  if (settled_size_ % kTileWidth == 0) {
    bundles_.clear();
  } else {
    bundles_.erase(bundles_.begin(), bundles_.end() - 1);
  }
}

}  // namespace audit
