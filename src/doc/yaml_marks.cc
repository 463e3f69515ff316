#include "doc/yaml_marks.h"

#include <algorithm>
#include <cstring>

#include "doc/utf8.h"

namespace doc {
namespace {

enum class Break { none, editor, libyaml_only };

struct BreakHere {
  Break kind;
  std::size_t length;
};

BreakHere break_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\r\n")) return {Break::editor, 2};
  if (rest.starts_with('\n') || rest.starts_with('\r')) return {Break::editor, 1};
  if (rest.starts_with("\xC2\x85")) return {Break::libyaml_only, 2};
  if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
    return {Break::libyaml_only, 3};
  }
  return {Break::none, 1};
}

constexpr std::uint64_t kOnes = 0x0101010101010101U, kHigh = kOnes << 7U;

/// Whether all of eight ASCII characters are printable or LF.
bool is_plain_ascii(std::uint64_t eight) {
  const std::uint64_t no_break = (eight ^ kOnes * '\n') + kOnes * 0x7F;
  const std::uint64_t no_control = eight + kOnes * (0x80 - ' '), is_delete = eight + kOnes;
  return ((no_control | ~no_break) & ~is_delete & kHigh) == kHigh;
}

/// Whether the character at `at` means the same to both readers: of the control characters only LF
/// does, and some others end a line for libyaml or are refused (those from U+F000 on are not told
/// apart here).
bool is_plain_character(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return byte == '\n' || (byte >= ' ' && byte != 0x7F);
  if (byte == 0xC2) return static_cast<unsigned char>(text[at + 1]) >= 0xA0;
  const std::string_view three = text.substr(at, 3);
  return byte != 0xEF && three != "\xE2\x80\xA8" && three != "\xE2\x80\xA9";
}

}  // namespace

bool is_plain_text(std::string_view text) {
  std::size_t at = 0;
  while (at + 8 <= text.size()) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + at, 8);
    if ((eight & kHigh) != 0) {
      for (const std::size_t end = at + 8; at < end; ++at) {
        if (!is_plain_character(text, at)) return false;
      }
      continue;
    }
    if (!is_plain_ascii(eight)) return false;
    at += 8;
  }
  for (; at < text.size(); ++at) {
    if (!is_plain_character(text, at)) return false;
  }
  return true;
}

YamlMarks::YamlMarks(std::string_view text) : text_(text), ascii_(is_ascii(text)) {
  if (!ascii_) find_lines();
}

void YamlMarks::find_lines() {
  lines_.push_back({0, 1, 0});
  for (std::size_t at = 0; at < text_.size();) {
    const auto here = break_at(text_, at);
    at += here.length;
    Line next = lines_.back();
    next.offset = at;
    if (here.kind == Break::editor) {
      ++next.line;
      next.line_offset = at;
    }
    if (here.kind != Break::none) lines_.push_back(next);
  }
}

Mark YamlMarks::walk(std::size_t line, std::size_t column) {
  const std::size_t known = std::min(line, lines_.size() - 1);
  if (cursor_line_ != known || cursor_column_ > column) {
    cursor_line_ = known;
    cursor_column_ = 0;
    cursor_offset_ = lines_[known].offset;
  }
  while (cursor_column_ < column && cursor_offset_ < text_.size()) {
    cursor_offset_ += std::max<std::size_t>(1, utf8_length(text_.substr(cursor_offset_, 4)));
    ++cursor_column_;
  }
  const Line& found = lines_[known];
  return {found.line, std::uint32_t(cursor_offset_ - found.line_offset + 1)};
}

}  // namespace doc
