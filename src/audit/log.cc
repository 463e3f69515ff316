#include "audit/log.h"

#include <charconv>
#include <set>

#include "audit/journal.h"
#include "audit/tiles.h"
#include "base/encoding.h"
#include "base/limits.h"

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

const std::string kCheckpointPath = "checkpoint";

bool is_of_a_log(const std::string& path) {
  return path.starts_with("tile/") || path.starts_with("journal/");
}

Error no_entry(std::size_t bytes) {
  return Error{ErrorCode::invalid_argument,
               "an audit entry has 1 to 65535 bytes, this one " + std::to_string(bytes)};
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
  const bool is_new = !TRY(load_checkpoint());
  growth_ = TRY(Growth::load(*storage_, checkpoint_));
  TRY(replay());
  TRY(settle());
  TRY(remove_leftovers());
  if (!is_new) return {};
  note_ = signer_.sign(to_text(checkpoint_));
  return storage_->replace(kCheckpointPath, note_);
}

/// False when the storage has no log.
Result<bool> Log::load_checkpoint() {
  auto note = storage_->read(kCheckpointPath);
  if (!note && note.error().code != ErrorCode::not_found) return std::move(note).error();
  if (!note) {
    // A log's first file is its checkpoint: without one nothing of a log can be there.
    for (const std::string& path : TRY(storage_->list())) {
      if (is_of_a_log(path)) return Error{ErrorCode::data_loss, "the checkpoint is missing"};
    }
    return false;
  }
  const Checkpoint found = TRY(open_checkpoint(*note, signer_.verifier()));
  if (found.origin != checkpoint_.origin) {
    return Error{ErrorCode::failed_precondition,
                 "the log is of '" + found.origin + "', not of '" + checkpoint_.origin + "'"};
  }
  checkpoint_ = found;
  note_ = *std::move(note);
  return true;
}

Result<void> Log::replay() {
  auto journal = storage_->read(journal_path(checkpoint_.size));
  if (!journal && journal.error().code != ErrorCode::not_found) return std::move(journal).error();
  if (!journal) return {};
  Replay replayed = TRY(replay_journal(*journal, signer_.verifier(), checkpoint_, growth_));
  torn_bytes_ = replayed.torn_bytes;
  if (replayed.note.empty()) return {};
  checkpoint_ = replayed.checkpoint;
  note_ = std::move(replayed.note);
  return {};
}

Result<void> Log::remove_leftovers() {
  std::set<std::string> needed;
  for (int level = 0; level < tile_levels(checkpoint_.size); ++level) {
    for (const Tile& tile : tiles_of_level(checkpoint_.size, level)) {
      needed.insert(hash_tile_path(tile));
      if (level == 0) needed.insert(entry_bundle_path(tile));
    }
  }
  for (const std::string& path : TRY(storage_->list())) {
    if (is_of_a_log(path) && !needed.contains(path)) TRY(storage_->remove(path));
  }
  return storage_->sync();
}

Result<std::vector<EntryId>> Log::append(std::span<const std::string> entries) {
  std::size_t bytes = 0;
  for (const std::string& entry : entries) {
    if (entry.empty() || entry.size() > kEntryBytesMax) return no_entry(entry.size());
    bytes += entry.size();
  }
  if (bytes > base::limits::kAuditQueueBytesMax) {
    return Error{ErrorCode::invalid_argument,
                 "a group of " + std::to_string(bytes) + " bytes is too large for the audit log"};
  }
  if (broken_) {
    return Error{ErrorCode::failed_precondition, "the audit log failed and has to be opened again"};
  }
  std::vector<EntryId> ids;
  if (entries.empty()) return ids;
  // Before and not after: an error must not be of a group that is on disk.
  if (growth_.pending_bytes() >= base::limits::kAuditJournalBytesMax) TRY(settle());
  broken_ = true;  // Until all of it is on disk.
  ids.reserve(entries.size());
  for (const std::string& entry : entries) {
    const std::uint64_t index = growth_.peaks().size();
    ids.push_back({index, growth_.add(entry)});
  }
  const Checkpoint next{checkpoint_.origin, growth_.peaks().size(), growth_.peaks().root()};
  std::string note = signer_.sign(to_text(next));
  TRY(storage_->append(journal_path(growth_.settled_size()), encode_record(note, entries)));
  checkpoint_ = next;
  note_ = std::move(note);
  broken_ = false;
  return ids;
}

Result<void> Log::settle() {
  if (broken_ || settled()) return {};
  broken_ = true;
  const std::string journal = journal_path(growth_.settled_size());
  TRY(growth_.write_tiles(*storage_));
  TRY(storage_->sync());
  TRY(storage_->replace(kCheckpointPath, note_));
  TRY(growth_.remove_superseded(*storage_));
  TRY(storage_->remove(journal));
  TRY(storage_->sync());
  growth_.settled();
  broken_ = false;
  return {};
}

}  // namespace audit
