#include "audit/checkpoint.h"

#include <charconv>

#include "base/encoding.h"
#include "base/strings.h"

namespace audit {
namespace {

base::Error bad(std::string_view why) {
  return {base::ErrorCode::invalid_argument, "not a checkpoint: " + std::string(why)};
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         base::to_base64(as_bytes(checkpoint.root)) + "\n";
}

base::Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto lines = base::split(text, '\n');
  if (lines.size() != 4 || !lines[3].empty()) return bad("it does not have three lines");
  if (lines[0].empty()) return bad("it has no origin");
  Checkpoint checkpoint{std::string(lines[0])};
  const std::string_view size = lines[1];
  const auto [end, error] =
      std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (error != std::errc() || end != size.data() + size.size() ||
      std::to_string(checkpoint.size) != size) {
    return bad("its size is no plain decimal number");
  }
  const auto root = base::from_base64(lines[2]);
  if (!root || root->size() != sizeof(Hash)) return bad("its root is not 32 bytes of base64");
  std::copy(root->begin(), root->end(), checkpoint.root.begin());
  return checkpoint;
}

base::Result<Checkpoint> open_checkpoint(std::string_view note, const Verifier& verifier) {
  return parse_checkpoint(TRY(verifier.open(note)));
}

}  // namespace audit
