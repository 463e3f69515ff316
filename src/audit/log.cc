#include "audit/log.h"

#include <charconv>
#include <set>

#include "base/encoding.h"

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

const std::string kCheckpointPath = "checkpoint";

std::string tile_bytes(std::span<const Hash> hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * sizeof(Hash));
  for (const Hash& hash : hashes) bytes += as_bytes(hash);
  return bytes;
}

Hash full_tile_root(std::span<const Hash> hashes) {
  if (hashes.size() == 1) return hashes[0];
  const std::size_t half = hashes.size() / 2;
  return node_hash(full_tile_root(hashes.first(half)), full_tile_root(hashes.subspan(half)));
}

}  // namespace

std::string to_text(const EntryId& id) {
  return std::to_string(id.index) + "-" + base::to_hex(as_bytes(id.leaf));
}

Result<EntryId> parse_entry_id(std::string_view text) {
  const Error bad{ErrorCode::invalid_argument,
                  "'" + std::string(text) + "' is no entry id: want <index>-<64 hex digits>"};
  EntryId id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.index);
  if (error != std::errc() || end == text.data() + text.size() || *end != '-') return bad;
  const auto leaf = base::from_hex(text.substr(static_cast<std::size_t>(end - text.data()) + 1));
  if (!leaf || leaf->size() != sizeof(Hash)) return bad;
  std::copy(leaf->begin(), leaf->end(), id.leaf.begin());
  return id;
}

Log::Log(Storage& storage, Signer signer, std::string origin)
    : storage_(&storage), signer_(std::move(signer)) {
  checkpoint_.origin = std::move(origin);
  checkpoint_.root = empty_root();
}

Result<Log> Log::open(Storage& storage, Signer signer, std::string origin) {
  Log log(storage, std::move(signer), std::move(origin));
  TRY_WITHIN(log.load(), "open the audit log");
  return log;
}

Result<void> Log::load() {
  auto note = storage_->read(kCheckpointPath);
  if (!note && note.error().code != ErrorCode::not_found) return std::move(note).error();
  if (note) {
    const Checkpoint found = TRY(open_checkpoint(*note, signer_.verifier()));
    if (found.origin != checkpoint_.origin) {
      return Error{ErrorCode::failed_precondition,
                   "the log is of '" + found.origin + "', not of '" + checkpoint_.origin + "'"};
    }
    checkpoint_ = found;
  }
  TRY(load_edges());
  TRY(remove_leftovers());
  // Only now: a checkpoint of size 0 that came first would say that nothing can have been lost.
  if (!note) return storage_->replace(kCheckpointPath, signer_.sign(to_text(checkpoint_)));
  return {};
}

Result<void> Log::load_edges() {
  const auto read = [this](const std::string& path) { return storage_->read(path); };
  edges_.clear();
  for (int level = 0; level < tile_levels(checkpoint_.size); ++level) {
    auto& hashes = edges_.emplace_back();
    const Tile tile = edge_tile(checkpoint_.size, level);
    if (tile.width == 0) continue;
    const std::string bytes = TRY(storage_->read(hash_tile_path(tile)));
    if (bytes.size() != tile.width * sizeof(Hash)) {
      return Error{ErrorCode::data_loss, hash_tile_path(tile) + " has a wrong length"};
    }
    hashes.resize(tile.width);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      std::copy_n(bytes.data() + i * sizeof(Hash), sizeof(Hash), hashes[i].begin());
    }
  }
  const Hash root = TRY(tree_root(checkpoint_.size, tile_hash_reader(checkpoint_.size, read)));
  if (root != checkpoint_.root) {
    return Error{ErrorCode::failed_precondition,
                 "the tiles do not give the checkpoint's root: the log's files were changed"};
  }
  edge_entries_.clear();
  const Tile bundle = edge_tile(checkpoint_.size, 0);
  if (bundle.width == 0) return {};
  edge_entries_ = TRY(decode_bundle(TRY(storage_->read(entry_bundle_path(bundle))), bundle.width));
  for (std::size_t i = 0; i < edge_entries_.size(); ++i) {
    if (leaf_hash(edge_entries_[i]) != edges_[0][i]) {
      return Error{ErrorCode::failed_precondition,
                   entry_bundle_path(bundle) + " does not fit its hashes: it was changed"};
    }
  }
  return {};
}

Result<void> Log::remove_leftovers() {
  std::set<std::string> needed{kCheckpointPath};
  for (int level = 0; level < tile_levels(checkpoint_.size); ++level) {
    for (const Tile& tile : tiles_of_level(checkpoint_.size, level)) {
      needed.insert(hash_tile_path(tile));
      if (level == 0) needed.insert(entry_bundle_path(tile));
    }
  }
  for (const std::string& path : TRY(storage_->list())) {
    if (!needed.contains(path)) TRY(storage_->remove(path));
  }
  return storage_->sync();
}

Result<std::vector<EntryId>> Log::append(std::span<const std::string> entries) {
  for (const std::string& entry : entries) {
    if (entry.empty() || entry.size() > kEntryBytesMax) {
      return Error{ErrorCode::invalid_argument,
                   "an audit entry has 1 to 65535 bytes, this one " + std::to_string(entry.size())};
    }
  }
  if (broken_) {
    return Error{ErrorCode::failed_precondition, "the audit log failed and has to be opened again"};
  }
  std::vector<EntryId> ids;
  if (entries.empty()) return ids;
  broken_ = true;  // Until all of it is on disk.
  const std::uint64_t old_size = checkpoint_.size, size = old_size + entries.size();
  std::vector<std::vector<Hash>> levels = edges_;
  if (levels.empty()) levels.emplace_back();
  for (const std::string& entry : entries) {
    const Hash leaf = leaf_hash(entry);
    ids.push_back({old_size + ids.size(), leaf});
    levels[0].push_back(leaf);
  }
  TRY(write_bundles(size, entries));
  TRY(write_tiles(size, entries, levels));
  TRY(storage_->sync());

  Checkpoint next{checkpoint_.origin, size, {}};
  const auto read = [this](const std::string& path) { return storage_->read(path); };
  next.root = TRY(tree_root(size, tile_hash_reader(size, read)));
  TRY(storage_->replace(kCheckpointPath, signer_.sign(to_text(next))));
  checkpoint_ = next;
  edges_ = std::move(levels);
  TRY(remove_superseded(old_size, size));
  broken_ = false;
  return ids;
}

/// Writes the bundles that `entries` begin, go on with or fill.
Result<void> Log::write_bundles(std::uint64_t size, std::span<const std::string> entries) {
  std::uint64_t index = checkpoint_.size / kTileWidth;
  for (const std::string& entry : entries) {
    edge_entries_.push_back(entry);
    if (edge_entries_.size() < kTileWidth) continue;
    TRY(storage_->write(entry_bundle_path({0, index++}), encode_bundle(edge_entries_)));
    edge_entries_.clear();
  }
  if (edge_entries_.empty()) return {};
  return storage_->write(entry_bundle_path(edge_tile(size, 0)), encode_bundle(edge_entries_));
}

/// Writes the hash tiles of a tree of `size`. `levels` holds per level the hashes of the unfinished
/// tile and all that came since, and in the end those of the new unfinished tile.
Result<void> Log::write_tiles(std::uint64_t size, std::span<const std::string> entries,
                              std::vector<std::vector<Hash>>& levels) {
  CHECK(checkpoint_.size + entries.size() == size);
  for (int level = 0; level < static_cast<int>(levels.size()); ++level) {
    std::vector<Hash> hashes = std::move(levels[static_cast<std::size_t>(level)]);
    const Tile edge = edge_tile(size, level);
    const std::size_t full_tiles = hashes.size() / kTileWidth;
    for (std::size_t i = 0; i < full_tiles; ++i) {
      const auto tile = std::span<const Hash>(hashes).subspan(i * kTileWidth, kTileWidth);
      TRY(storage_->write(hash_tile_path({level, edge.index - full_tiles + i}), tile_bytes(tile)));
      if (levels.size() == static_cast<std::size_t>(level) + 1) levels.emplace_back();
      levels[static_cast<std::size_t>(level) + 1].push_back(full_tile_root(tile));
    }
    hashes.erase(hashes.begin(),
                 hashes.begin() + static_cast<std::ptrdiff_t>(full_tiles * kTileWidth));
    CHECK(hashes.size() == edge.width);
    // A tile that did not grow is one that the last checkpoint needs: it is not touched.
    if (edge.width > 0 && edge != edge_tile(checkpoint_.size, level)) {
      TRY(storage_->write(hash_tile_path(edge), tile_bytes(hashes)));
    }
    levels[static_cast<std::size_t>(level)] = std::move(hashes);
  }
  return {};
}

/// Partial tiles of the old size that the new one has outgrown.
Result<void> Log::remove_superseded(std::uint64_t old_size, std::uint64_t size) {
  for (int level = 0; level < tile_levels(old_size); ++level) {
    const Tile old_edge = edge_tile(old_size, level);
    if (old_edge.width == 0 || old_edge == edge_tile(size, level)) continue;
    TRY(storage_->remove(hash_tile_path(old_edge)));
    if (level == 0) TRY(storage_->remove(entry_bundle_path(old_edge)));
  }
  return {};
}

}  // namespace audit
