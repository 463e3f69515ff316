// YAML, as both readers take it: whatever is accepted is written and read back as the same value
// (but for NaN, which equals nothing), and marks lie within the text. What the fast reader of the
// block style takes is what libyaml's events give: values, kinds, order, marks and notes.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "doc/yaml.h"
#include "doc/yaml_block.h"
#include "doc/yaml_events.h"

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

bool identical(const doc::Value& a, const doc::Value& b) {
  if (a.kind() != b.kind() || a.mark() != b.mark()) return false;
  if (a.is_list()) {
    return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(),
                      identical);
  }
  if (a.is_map()) {
    return std::equal(a.entries().begin(), a.entries().end(), b.entries().begin(),
                      b.entries().end(), [](const doc::Entry& one, const doc::Entry& other) {
                        return identical(one.key, other.key) && identical(one.value, other.value);
                      });
  }
  return a == b || (has_nan(a) && has_nan(b));
}

void compare_readers(std::string_view text, doc::YamlOptions::Reader reader) {
  if (text.starts_with("\xEF\xBB\xBF") || doc::find_unreadable(text)) return;
  std::vector<doc::Diagnostic> notes, fast_notes;
  const auto fast = doc::read_block_style(text, {reader, &fast_notes, nullptr});
  if (!fast) return CHECK(fast_notes.empty());
  doc::Diagnostic failure;
  const auto all = doc::read_events(text, {reader, &notes, nullptr}, failure);
  CHECK(all.has_value());
  CHECK(std::equal(fast->begin(), fast->end(), all->begin(), all->end(), identical));
  const auto same_note = [](const doc::Diagnostic& one, const doc::Diagnostic& other) {
    return one.mark == other.mark && one.message == other.message && one.hint == other.hint;
  };
  CHECK(std::equal(fast_notes.begin(), fast_notes.end(), notes.begin(), notes.end(), same_note));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = std::uint32_t(
      1 + std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }));
  for (const auto reader : {doc::YamlOptions::Reader::core, doc::YamlOptions::Reader::kubectl}) {
    compare_readers(text, reader);
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
