#include "audit/journal.h"

#include <optional>

#include "audit/tiles.h"

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::size_t kHeaderBytes = 8;

void append_length(std::string& bytes, std::size_t length) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 255);
}

std::size_t length_at(std::string_view bytes) {
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  return length;
}

struct Record {
  std::string_view note, entries;
  std::size_t bytes = 0;
};

/// The record that `journal` begins with; nullopt when it is longer than what is there.
std::optional<Record> first_record(std::string_view journal) {
  if (journal.size() < kHeaderBytes) return std::nullopt;
  const std::size_t note = length_at(journal), entries = length_at(journal.substr(4));
  if (journal.size() - kHeaderBytes < note + entries) return std::nullopt;
  return Record{journal.substr(kHeaderBytes, note), journal.substr(kHeaderBytes + note, entries),
                kHeaderBytes + note + entries};
}

/// The checkpoint of a record that holds, with its entries; nullopt for one that does not.
std::optional<std::pair<Checkpoint, std::vector<std::string>>> open_record(const Record& record,
                                                                           const Verifier& verifier,
                                                                           const Checkpoint& from,
                                                                           Peaks peaks) {
  const auto checkpoint = open_checkpoint(record.note, verifier);
  if (!checkpoint || checkpoint->origin != from.origin || checkpoint->size <= peaks.size()) {
    return std::nullopt;
  }
  auto entries = decode_bundle(record.entries, checkpoint->size - peaks.size());
  if (!entries) return std::nullopt;
  for (const std::string& entry : *entries) {
    if (entry.empty()) return std::nullopt;
    peaks.add(leaf_hash(entry), [](std::size_t, const Hash&) {});
  }
  if (peaks.root() != checkpoint->root) return std::nullopt;
  return std::pair(*checkpoint, *std::move(entries));
}

/// Whether `tail` has a signed checkpoint beyond `size` other than that of the record that it
/// begins with: one of a record that was begun when the first had been synced.
bool has_later_record(std::string_view tail, const Verifier& verifier, const Checkpoint& from,
                      std::uint64_t size) {
  const std::string begin = from.origin + "\n";
  for (auto at = tail.find(begin); at != std::string_view::npos; at = tail.find(begin, at + 1)) {
    if (at == kHeaderBytes) continue;
    std::size_t end = at;  // Origin, size, root, an empty line, the signature.
    for (int line = 0; line < 5 && end != std::string_view::npos; ++line) {
      end = tail.find('\n', end);
      if (end != std::string_view::npos) ++end;
    }
    if (end == std::string_view::npos) continue;
    const auto checkpoint = open_checkpoint(tail.substr(at, end - at), verifier);
    if (checkpoint && checkpoint->origin == from.origin && checkpoint->size > size) return true;
  }
  return false;
}

}  // namespace

std::string journal_path(std::uint64_t settled_size) {
  return "journal/" + std::to_string(settled_size);
}

std::string encode_record(std::string_view note, std::span<const std::string> entries) {
  std::size_t entry_bytes = 0;
  for (const std::string& entry : entries) entry_bytes += 2 + entry.size();
  std::string record;
  record.reserve(kHeaderBytes + note.size() + entry_bytes);
  append_length(record, note.size());
  append_length(record, entry_bytes);
  record += note;
  for (const std::string& entry : entries) append_to_bundle(record, entry);
  return record;
}

Result<Replay> replay_journal(std::string_view journal, const Verifier& verifier,
                              const Checkpoint& from, Growth& growth,
                              const std::function<void(std::string_view)>& on_entry) {
  Replay replay{from, {}, 0};
  while (const auto record = first_record(journal)) {
    const auto opened = open_record(*record, verifier, from, growth.peaks());
    if (!opened) break;
    for (const std::string& entry : opened->second) {
      growth.add(entry);
      if (on_entry) on_entry(entry);
    }
    replay.checkpoint = opened->first;
    replay.note = record->note;
    journal.remove_prefix(record->bytes);
  }
  if (has_later_record(journal, verifier, from, growth.peaks().size())) {
    return Error{ErrorCode::failed_precondition,
                 journal_path(from.size) +
                     ": a record with later ones behind it does not hold: it "
                     "was changed"};
  }
  replay.torn_bytes = journal.size();
  return replay;
}

}  // namespace audit
