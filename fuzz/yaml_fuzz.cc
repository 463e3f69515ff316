// YAML, as both readers take it: whatever is accepted is written and read back as the same value
// (but for NaN, which equals nothing), and marks lie within the text.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "doc/yaml.h"

namespace {

bool has_nan(const doc::Value& value) {
  if (value.is_double()) return std::isnan(value.as_double());
  if (value.is_list()) {
    return std::any_of(value.items().begin(), value.items().end(), has_nan);
  }
  if (!value.is_map()) return false;
  return std::any_of(value.entries().begin(), value.entries().end(),
                     [](const doc::Entry& entry) { return has_nan(entry.value); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = std::uint32_t(
      1 + std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }));
  for (const auto reader : {doc::YamlOptions::Reader::core, doc::YamlOptions::Reader::kubectl}) {
    std::vector<doc::Diagnostic> ambiguous;
    doc::Diagnostic failure;
    const auto documents =
        doc::parse_yaml_stream(text, "fuzz.yaml", {reader, &ambiguous, &failure});
    for (const doc::Diagnostic& note : ambiguous) CHECK(note.mark.line <= lines);
    if (!documents) {
      CHECK(failure.mark.line <= lines + 1);
      continue;
    }
    for (const doc::Value& document : *documents) {
      CHECK(document.mark().line <= lines + 1);
      if (has_nan(document)) continue;
      const auto again = doc::parse_yaml(doc::to_yaml(document), "again", {reader});
      CHECK(again.has_value() && *again == document);
    }
  }
  return 0;
}
