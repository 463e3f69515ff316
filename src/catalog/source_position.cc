#include "catalog/source_position.h"

#include <algorithm>

namespace catalog {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::size_t offset_of(std::string_view text, doc::Mark mark) {
  std::size_t offset = 0;
  for (std::uint32_t line = 1; line < mark.line; ++line) {
    const std::size_t end = text.find('\n', offset);
    if (end == std::string_view::npos) return text.size();
    offset = end + 1;
  }
  return std::min<std::size_t>(text.size(), offset + (mark.column > 0 ? mark.column - 1 : 0));
}

std::size_t follow(std::string_view text, std::size_t begin, std::string_view expression,
                   std::size_t index) {
  std::size_t at = begin;
  for (std::size_t i = 0; i < index && i < expression.size() && at < text.size();) {
    if (is_space(expression[i]) && is_space(text[at])) {
      while (i < index && is_space(expression[i])) ++i;
      // The white space of the file ends where its last blank does, however often it was folded.
      while (at < text.size() && is_space(text[at])) ++at;
      continue;
    }
    if (expression[i] != text[at]) break;
    ++i;
    ++at;
  }
  return at;
}

}  // namespace catalog
