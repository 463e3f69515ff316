#include "audit/verify.h"

#include <map>
#include <set>

#include "audit/journal.h"
#include "audit/tiles.h"

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

/// A storage as its journal would leave it once settled, in memory: nothing is written through.
class SettledView final : public Storage {
 public:
  explicit SettledView(Storage& storage) : storage_(&storage) {}

  Result<std::string> read(const std::string& path) override {
    const auto at = written_.find(path);
    return at == written_.end() ? storage_->read(path) : Result<std::string>(at->second);
  }
  Result<void> write(const std::string& path, std::string_view bytes) override {
    written_[path] = bytes;
    return {};
  }
  Result<void> append(const std::string& path, std::string_view bytes) override {
    written_[path] += bytes;
    return {};
  }
  Result<void> sync() override { return {}; }
  Result<void> replace(const std::string& path, std::string_view bytes) override {
    return write(path, bytes);
  }
  Result<void> remove(const std::string&) override { return {}; }
  Result<std::vector<std::string>> list() override { return storage_->list(); }

 private:
  Storage* storage_;
  std::map<std::string, std::string> written_;
};

/// What the journal adds to the tree of `settled`.
Result<Replay> read_journal(Storage& storage, const Verifier& verifier, const Checkpoint& settled,
                            Growth& growth,
                            const std::function<void(std::string_view)>& on_entry = {}) {
  auto journal = storage.read(journal_path(settled.size));
  if (!journal && journal.error().code == ErrorCode::not_found) return Replay{settled, {}, 0};
  if (!journal) return std::move(journal).error();
  return replay_journal(*journal, verifier, settled, growth, on_entry);
}

/// Checks the files that the checkpoint commits to; adds their paths to `seen`.
Result<Checkpoint> verify_settled(
    Storage& storage, const Verifier& verifier, std::set<std::string>& seen,
    const std::function<void(std::uint64_t, std::string_view)>& on_entry) {
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
  return checkpoint;
}

}  // namespace

Result<Checkpoint> verify_log(
    Storage& storage, const Verifier& verifier,
    const std::function<void(std::uint64_t, std::string_view)>& on_entry) {
  std::set<std::string> seen{"checkpoint"};
  const Checkpoint settled = TRY(verify_settled(storage, verifier, seen, on_entry));
  Growth growth = TRY(Growth::load(storage, settled));
  std::uint64_t index = settled.size;
  const auto in_journal = [&](std::string_view entry) {
    if (on_entry) on_entry(index++, entry);
  };
  const Replay replay = TRY(read_journal(storage, verifier, settled, growth, in_journal));
  const std::string journal = journal_path(settled.size);
  if (replay.torn_bytes > 0) {
    return Error{ErrorCode::failed_precondition,
                 journal + ": its last " + std::to_string(replay.torn_bytes) + " bytes do not hold",
                 "the log is being written now, or power was lost while it was (nanabush drops, "
                 "when it starts, what nobody was told of), or somebody changed it"};
  }
  seen.insert(journal);
  for (const std::string& path : TRY(storage.list())) {
    if (!seen.contains(path)) return changed(path, "the checkpoint does not know this file");
  }
  return replay.checkpoint;
}

Result<EntryProof> prove_entry(Storage& storage, const Verifier& verifier, std::uint64_t index) {
  EntryProof result;
  result.note = TRY(storage.read("checkpoint"));
  result.checkpoint = TRY_WITHIN(open_checkpoint(result.note, verifier), "checkpoint");
  SettledView view(storage);
  Growth growth = TRY(Growth::load(storage, result.checkpoint));
  const Replay replay = TRY(read_journal(storage, verifier, result.checkpoint, growth));
  if (!replay.note.empty()) {
    TRY(growth.write_tiles(view));
    result.note = replay.note;
    result.checkpoint = replay.checkpoint;
  }
  const std::uint64_t size = result.checkpoint.size;
  if (index >= size) {
    return Error{ErrorCode::out_of_range, "no entry " + std::to_string(index) + ": the log has " +
                                              std::to_string(size) + " entries"};
  }
  Tile tile = edge_tile(size, 0);
  if (index / kTileWidth != tile.index) tile = {0, index / kTileWidth};
  const std::string path = entry_bundle_path(tile);
  const auto entries = TRY_WITHIN(decode_bundle(TRY(view.read(path)), tile.width), path);
  result.entry = entries[index % kTileWidth];
  result.id = {index, leaf_hash(result.entry)};
  const auto read = [&](const std::string& name) { return view.read(name); };
  result.proof = TRY(inclusion_proof(index, size, tile_hash_reader(size, read)));
  TRY_WITHIN(verify_inclusion(index, size, result.id.leaf, result.proof, result.checkpoint.root),
             "entry " + std::to_string(index));
  return result;
}

}  // namespace audit
