#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/merkle.h"
#include "audit/note.h"
#include "base/result.h"

namespace audit {

/// What a log commits to at one moment (https://c2sp.org/tlog-checkpoint).
struct Checkpoint {
  std::string origin;  ///< The log's name; one line, not empty.
  std::uint64_t size = 0;
  Hash root{};
  bool operator==(const Checkpoint&) const = default;
};

/// The three lines that are signed: origin, size in decimal, root in base64.
std::string to_text(const Checkpoint& checkpoint);
/// invalid_argument for anything that to_text would not write: extensions are refused too.
base::Result<Checkpoint> parse_checkpoint(std::string_view text);
/// The signed note's checkpoint. failed_precondition when the signature does not hold.
base::Result<Checkpoint> open_checkpoint(std::string_view note, const Verifier& verifier);

}  // namespace audit
