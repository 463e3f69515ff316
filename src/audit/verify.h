#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/log.h"
#include "audit/storage.h"

namespace audit {

/// Reads a whole log back and checks every byte of it: the checkpoint's signature, each entry
/// against its leaf hash, each tile against the level below, the root, the journal's records, and
/// that no other file is there. Calls `on_entry`, where given, with each entry in order. Returns
/// the last signed checkpoint. failed_precondition or data_loss, naming the file, at the first
/// thing that does not fit: also while a process appends, when it meets a record half written.
base::Result<Checkpoint> verify_log(
    Storage& storage, const Verifier& verifier,
    const std::function<void(std::uint64_t index, std::string_view entry)>& on_entry = {});

/// One entry with the proof that the checkpoint's tree holds it.
struct EntryProof {
  EntryId id;
  std::string entry;
  std::vector<Hash> proof;
  Checkpoint checkpoint;
  std::string note;  ///< The signed checkpoint as it stands in the log.
};

/// Makes and checks the proof of the entry at `index`, which may still be in the journal alone.
/// out_of_range beyond the log's end.
base::Result<EntryProof> prove_entry(Storage& storage, const Verifier& verifier,
                                     std::uint64_t index);

}  // namespace audit
