#include "audit/verify.h"

#include <set>

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

Error changed(const std::string& path, std::string_view why) {
  return Error{ErrorCode::failed_precondition, path + ": " + std::string(why)};
}

Hash tile_root(std::string_view bytes) {
  if (bytes.size() == sizeof(Hash)) {
    Hash hash;
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
  }
  const std::size_t half = bytes.size() / 2;
  return node_hash(tile_root(bytes.substr(0, half)), tile_root(bytes.substr(half)));
}

/// Checks the tiles of one level against `hashes`, which the level below gave; returns the roots of
/// the full tiles, which are the hashes of the next level.
Result<std::vector<Hash>> check_level(Storage& storage, std::uint64_t size, int level,
                                      std::span<const Hash> hashes, std::set<std::string>& seen) {
  std::vector<Hash> roots;
  for (const Tile& tile : tiles_of_level(size, level)) {
    const std::string path = hash_tile_path(tile);
    seen.insert(path);
    const std::string bytes = TRY(storage.read(path));
    std::string expected;
    for (const Hash& hash : hashes.subspan(tile.index * kTileWidth, tile.width)) {
      expected += as_bytes(hash);
    }
    if (bytes != expected) return changed(path, "does not fit what is below it");
    if (tile.full()) roots.push_back(tile_root(bytes));
  }
  return roots;
}

}  // namespace

Result<Checkpoint> verify_log(
    Storage& storage, const Verifier& verifier,
    const std::function<void(std::uint64_t, std::string_view)>& on_entry) {
  std::set<std::string> seen{"checkpoint"};
  const Checkpoint checkpoint =
      TRY_WITHIN(open_checkpoint(TRY(storage.read("checkpoint")), verifier), "checkpoint");
  std::vector<Hash> hashes;
  for (const Tile& tile : tiles_of_level(checkpoint.size, 0)) {
    const std::string path = entry_bundle_path(tile);
    seen.insert(path);
    const auto entries = TRY_WITHIN(decode_bundle(TRY(storage.read(path)), tile.width), path);
    for (const std::string& entry : entries) {
      if (on_entry) on_entry(hashes.size(), entry);
      hashes.push_back(leaf_hash(entry));
    }
  }
  for (int level = 0; level < tile_levels(checkpoint.size); ++level) {
    hashes = TRY(check_level(storage, checkpoint.size, level, hashes, seen));
  }
  const auto read = [&](const std::string& path) { return storage.read(path); };
  if (TRY(tree_root(checkpoint.size, tile_hash_reader(checkpoint.size, read))) != checkpoint.root) {
    return changed("checkpoint", "its root is not the root of the entries");
  }
  for (const std::string& path : TRY(storage.list())) {
    if (!seen.contains(path)) return changed(path, "the checkpoint does not know this file");
  }
  return checkpoint;
}

Result<EntryProof> prove_entry(Storage& storage, const Verifier& verifier, std::uint64_t index) {
  EntryProof result;
  result.note = TRY(storage.read("checkpoint"));
  result.checkpoint = TRY_WITHIN(open_checkpoint(result.note, verifier), "checkpoint");
  const std::uint64_t size = result.checkpoint.size;
  if (index >= size) {
    return Error{ErrorCode::out_of_range, "no entry " + std::to_string(index) + ": the log has " +
                                              std::to_string(size) + " entries"};
  }
  Tile tile = edge_tile(size, 0);
  if (index / kTileWidth != tile.index) tile = {0, index / kTileWidth};
  const std::string path = entry_bundle_path(tile);
  const auto entries = TRY_WITHIN(decode_bundle(TRY(storage.read(path)), tile.width), path);
  result.entry = entries[index % kTileWidth];
  result.id = {index, leaf_hash(result.entry)};
  const auto read = [&](const std::string& name) { return storage.read(name); };
  result.proof = TRY(inclusion_proof(index, size, tile_hash_reader(size, read)));
  TRY_WITHIN(verify_inclusion(index, size, result.id.leaf, result.proof, result.checkpoint.root),
             "entry " + std::to_string(index));
  return result;
}

}  // namespace audit
