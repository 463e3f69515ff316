#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/growth.h"
#include "audit/note.h"
#include "base/result.h"

namespace audit {

// The journal: what was appended since the tiles were last written. One file, one sync a group;
// tiles are written from it later, when there is much of it or nothing else to do.
//
// It is named after the size of the tree that it goes on from, and holds one record a group:
//
//   4 bytes   length of the note, big-endian
//   4 bytes   length of the entries
//   note      the signed checkpoint of the tree with this record's entries
//   entries   as a bundle holds them: each after its length in two bytes
//
// There is no checksum, since there is something stronger: a record holds when the note is signed
// by the log's key and its root is that of the tree with these entries. No byte is left out.

/// "journal/1234", for the tree of 1234 entries.
std::string journal_path(std::uint64_t settled_size);

/// REQUIRES: each entry has at most kEntryBytesMax bytes.
std::string encode_record(std::string_view note, std::span<const std::string> entries);

struct Replay {
  Checkpoint checkpoint;  ///< After the last record that holds.
  std::string note;       ///< It, signed; empty when there was no record.
  std::size_t torn_bytes = 0;
};
/// Adds the entries of the records in `journal` to `growth`, whose tree is `from`'s, up to the end
/// or the first record that does not hold. That one is what a power loss left of a group that
/// nobody was told of, and is counted in torn_bytes; unless a signed checkpoint beyond it shows
/// that it had been on disk: then somebody changed it (failed_precondition).
///
/// What no file can tell: whether the very last record was torn or changed. Log::open() drops
/// it and says so; verify_log() reports it.
base::Result<Replay> replay_journal(std::string_view journal, const Verifier& verifier,
                                    const Checkpoint& from, Growth& growth,
                                    const std::function<void(std::string_view)>& on_entry = {});

}  // namespace audit
