#include "doc/yaml_marks.h"

#include <algorithm>

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

}  // namespace

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
