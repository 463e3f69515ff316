#include "doc/diagnostic.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/limits.h"
#include "base/strings.h"
#include "doc/utf8.h"

namespace doc {
namespace {

constexpr std::size_t kExcerptBytesMax = 96;  // With "  1234 | " before it, within 110 columns.
constexpr std::size_t kBeforeCaretMax = 60;
constexpr std::size_t kKnownKeysListedMax = 10;
constexpr std::string_view kCut = "...";

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// What a terminal may be sent: control characters other than tab would move its cursor.
std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) c = '?';
  }
  return out;
}

/// As wide as `text` on a terminal: tabs stay, every other character is one space.
std::string blank(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\t') {
      out += c;
    } else if (!continues(c)) {
      out += ' ';
    }
  }
  return out;
}

std::string two_lines(const Mark& mark, std::string_view line) {
  std::size_t caret = std::min<std::size_t>(mark.column - 1, line.size());
  std::string before, after;
  if (line.size() > kExcerptBytesMax) {
    std::size_t first = caret > kBeforeCaretMax ? caret - kBeforeCaretMax : 0;
    while (first > 0 && first < line.size() && continues(line[first])) ++first;
    std::size_t last = std::min(first + kExcerptBytesMax, line.size());
    while (last < line.size() && continues(line[last])) --last;
    if (first > 0) before = kCut;
    if (last < line.size()) after = kCut;
    line = line.substr(first, last - first);
    caret -= first;
  }
  const std::string number = std::to_string(mark.line);
  const std::string shown = printable(line);
  return "  " + number + " | " + before + shown + after + "\n  " + std::string(number.size(), ' ') +
         " | " + std::string(before.size(), ' ') + blank(std::string_view(shown).substr(0, caret)) +
         "^";
}

std::string place(const Diagnostic& diagnostic, const Source& source) {
  if (!diagnostic.mark.known()) return source.name + ": ";
  return source.name + ":" + std::to_string(diagnostic.mark.line) + ":" +
         std::to_string(diagnostic.mark.column) + ": ";
}

std::string source_lines(const Diagnostic& diagnostic, const Source& source) {
  const std::string lines = excerpt(diagnostic.mark, source.text);
  return lines.empty() ? "" : "\n" + lines;
}

}  // namespace

std::string excerpt(const Mark& mark, std::string_view text) {
  if (!mark.known() || mark.column == 0) return "";
  const std::string_view line = line_text(text, mark.line);
  return line.empty() ? "" : two_lines(mark, line);
}

std::string render(const Diagnostic& diagnostic, const Source& source) {
  std::string text =
      place(diagnostic, source) + "error: " + diagnostic.message + source_lines(diagnostic, source);
  if (!diagnostic.hint.empty()) text += "\nhint: " + diagnostic.hint;
  return text;
}

base::Error to_error(const Diagnostic& diagnostic, const Source& source) {
  return {base::ErrorCode::invalid_argument,
          place(diagnostic, source) + diagnostic.message + source_lines(diagnostic, source),
          diagnostic.hint};
}

std::string hint_for_typo(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view near = base::nearest(word, known);
  return near.empty() ? "" : "did you mean '" + std::string(near) + "'?";
}

std::string hint_for_unknown(std::string_view word, std::span<const std::string_view> known) {
  std::string hint = hint_for_typo(word, known);
  if (!hint.empty()) return hint;
  if (known.empty() || known.size() > kKnownKeysListedMax) return "";
  std::vector<std::string> names(known.begin(), known.end());
  return "known keys: " + base::join(names, ", ");
}

std::optional<Diagnostic> find_unreadable(std::string_view text) {
  if (text.size() > base::limits::kDocumentBytesMax) {
    return Diagnostic{{},
                      std::to_string(text.size()) + " bytes are more than the limit of " +
                          std::to_string(base::limits::kDocumentBytesMax)};
  }
  const std::size_t invalid = find_invalid_utf8(text);
  if (invalid == std::string_view::npos) return std::nullopt;
  char hex[8];
  std::snprintf(hex, sizeof hex, "0x%02X", static_cast<unsigned char>(text[invalid]));
  return Diagnostic{mark_at(text, invalid), std::string("byte ") + hex + " is not UTF-8",
                    "save the file as UTF-8"};
}

Diagnostic describe_repeated(std::span<const Entry> entries, std::size_t repeated) {
  const std::string_view name = entries[repeated].name();
  const auto first = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.name() == name; });
  return {entries[repeated].key.mark(), "duplicate key '" + std::string(name) + "'",
          "it stands in line " + std::to_string(first->key.mark().line) + " already"};
}

std::string_view line_text(std::string_view text, std::uint32_t number) {
  std::size_t start = 0;
  for (std::uint32_t line = 1; line < number; ++line) {
    const std::size_t end = text.find_first_of("\r\n", start);
    if (end == std::string_view::npos) return {};
    const bool two = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    start = end + (two ? 2 : 1);
  }
  const std::size_t end = std::min(text.find_first_of("\r\n", start), text.size());
  return text.substr(start, end - start);
}

Mark mark_at(std::string_view text, std::size_t offset) {
  Mark mark{1, 1};
  std::size_t start = 0;
  for (std::size_t i = 0; i < offset; ++i) {
    const bool end = text[i] == '\n' || (text[i] == '\r' && !text.substr(i + 1).starts_with('\n'));
    if (!end) continue;
    ++mark.line;
    start = i + 1;
  }
  mark.column = std::uint32_t(offset - start + 1);
  return mark;
}

}  // namespace doc
