// JSON: whatever is accepted is written and read back as the same value, in each form; the
// canonical form is the same bytes when it is made again.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "doc/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = doc::parse_json(text, "fuzz.json");
  if (!value) {
    CHECK(!value.error().message.empty());
    return 0;
  }
  CHECK(doc::parse_json(doc::to_json(*value)).value() == *value);
  CHECK(doc::parse_json(doc::to_json_pretty(*value)).value() == *value);
  const std::string canonical = doc::to_canonical_json(*value);
  CHECK(doc::to_canonical_json(doc::parse_json(canonical).value()) == canonical);
  return 0;
}
