// Checkpoints and the notes that sign them: a checkpoint that is accepted is exactly what we
// would have written, a signed note opens to its own text, and no change of a byte goes unseen.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "audit/log.h"
#include "audit/note.h"
#include "base/check.h"

namespace {

const audit::Signer& signer() {
  static const audit::Signer made =
      audit::Signer::from_seed("fuzz.local/audit", std::string(32, 's')).value();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto checkpoint = audit::parse_checkpoint(text)) {
    CHECK(audit::to_text(*checkpoint) == text);
  }
  // People copy ids and keys, so hex in capitals is taken; what we write of it is read as the same.
  if (const auto id = audit::parse_entry_id(text)) {
    CHECK(audit::parse_entry_id(audit::to_text(*id)).value() == *id);
  }
  if (const auto key = audit::Verifier::parse(text)) {
    CHECK(audit::Verifier::parse(key->text()).value().text() == key->text());
  }
  if (const auto key = audit::Signer::parse(text)) {
    CHECK(audit::Signer::parse(key->secret_text()).value().secret_text() == key->secret_text());
  }

  // Somebody's note, which this key has signed or not.
  if (const auto opened = signer().verifier().open(text)) CHECK(signer().sign(*opened) == text);

  // The input as the text of a note of ours, and that note with one byte changed.
  if (size == 0 || text.back() != '\n') return 0;
  std::string note = signer().sign(text);
  const auto opened = signer().verifier().open(note);
  CHECK(!opened || *opened == text);
  if (!opened) return 0;
  const std::size_t at = (data[0] * 257U + size) % note.size();
  note[at] = static_cast<char>(note[at] ^ (1U << (data[size / 2] % 8U)));
  CHECK(!signer().verifier().open(note));
  return 0;
}
