#include "translate/inline_tokens.h"

namespace translate::markdown {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_letter(c) || is_digit(c); }

}  // namespace

std::size_t TokenEnds::code_span(std::size_t at) const {
  std::size_t ticks = 0;
  while (at + ticks < text_.size() && text_[at + ticks] == '`') ++ticks;
  for (std::size_t i = at + ticks; i < text_.size();) {
    if (text_[i] != '`') {
      ++i;
      continue;
    }
    std::size_t run = 0;
    while (i + run < text_.size() && text_[i + run] == '`') ++run;
    if (run == ticks) return i + run;
    i += run;
  }
  return at;
}

std::size_t TokenEnds::entity(std::size_t at) const {
  std::size_t i = at + 1;
  if (i < text_.size() && text_[i] == '#') {
    ++i;
    if (i < text_.size() && (text_[i] == 'x' || text_[i] == 'X')) ++i;
  }
  const std::size_t start = i;
  while (i < text_.size() && i - start < 32 && is_alnum(text_[i])) ++i;
  return i > start && i < text_.size() && text_[i] == ';' ? i + 1 : at;
}

std::size_t TokenEnds::behind(std::string_view closer, std::size_t from, std::size_t at,
                              bool& none_left) {
  const std::size_t found = none_left ? std::string_view::npos : text_.find(closer, from);
  none_left = found == std::string_view::npos;
  return none_left ? at : found + closer.size();
}

/// A tag's end, quotes minded.
std::size_t TokenEnds::tag(std::size_t at) const {
  char quote = 0;
  for (std::size_t i = at + 1; i < text_.size(); ++i) {
    const char c = text_[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = text_[i - 1] == '=' || is_space(text_[i - 1]) ? c : '\0';
    } else if (c == '>') {
      return i + 1;
    } else if (c == '<') {
      return at;
    }
  }
  return at;
}

std::size_t TokenEnds::angle(std::size_t at) {
  const std::string_view rest = text_.substr(at);
  if (rest.size() < 2) return at;
  if (rest.substr(0, 4) == "<!--") return behind("-->", at + 4, at, no_comment_);
  if (rest.substr(0, 2) == "<?") return behind("?>", at + 2, at, no_instruction_);
  if (rest.substr(0, 9) == "<![CDATA[") return behind("]]>", at + 9, at, no_cdata_);
  if (rest.substr(0, 2) == "<!") return behind(">", at + 2, at, no_declaration_);
  if (rest[1] == '/' && rest.size() > 2 && is_letter(rest[2])) return tag(at);
  if (!is_alnum(rest[1])) return at;
  // An autolink has no white space before its '>'.
  const std::size_t stop = text_.find_first_of(" \t\n<>", at + 1);
  if (stop != std::string_view::npos && text_[stop] == '>' &&
      text_.substr(at, stop - at).find_first_of(":@") != std::string_view::npos) {
    return stop + 1;
  }
  return is_letter(rest[1]) ? tag(at) : at;
}

std::size_t TokenEnds::math(std::size_t at) {
  const std::size_t dollars = text_.substr(at, 2) == "$$" ? 2 : 1;
  const std::size_t start = at + dollars;
  if (no_math_[dollars] || start >= text_.size() || is_space(text_[start])) return at;
  for (std::size_t i = start + 1; i < text_.size(); ++i) {
    if (text_[i - 1] == '\\' || is_space(text_[i - 1])) continue;
    if (text_.substr(i, dollars) != std::string_view("$$").substr(0, dollars)) continue;
    const std::size_t end = i + dollars;
    if (dollars == 1 && end < text_.size() && is_digit(text_[end])) continue;
    return end;
  }
  no_math_[dollars] = true;
  return at;
}

std::size_t TokenEnds::shortcode(std::size_t at) const {
  std::size_t i = at + 1;
  while (i < text_.size() && i - at < 64 &&
         (is_alnum(text_[i]) || text_[i] == '_' || text_[i] == '+' || text_[i] == '-')) {
    ++i;
  }
  const bool bounded = at == 0 || !is_alnum(text_[at - 1]);
  return bounded && i > at + 1 && i < text_.size() && text_[i] == ':' ? i + 1 : at;
}

std::size_t TokenEnds::bare_url(std::size_t at) const {
  bool begins = false;
  for (const std::string_view start : {"http://", "https://", "ftp://", "www."}) {
    begins = begins || text_.substr(at, start.size()) == start;
  }
  if (!begins) return at;
  std::size_t end = at;
  int open = 0;
  int close = 0;
  while (end < text_.size() && !is_space(text_[end]) && text_[end] != '<') {
    open += text_[end] == '(';
    close += text_[end] == ')';
    ++end;
  }
  while (end > at) {
    const char last = text_[end - 1];
    if (last == ')') {
      if (close <= open) break;
      --close;
    } else if (std::string_view("?!.,:*_~'\"").find(last) == std::string_view::npos) {
      break;
    }
    --end;
  }
  return end;
}

std::size_t TokenEnds::identifier(std::size_t at) const {
  if (!is_alnum(text_[at])) return at;
  if (at > 0 && (is_alnum(text_[at - 1]) || text_[at - 1] == '_')) return at;
  std::size_t i = at;
  bool underscore = false;
  while (i < text_.size() && (is_alnum(text_[i]) || text_[i] == '_'))
    underscore |= text_[i++] == '_';
  return underscore && text_[i - 1] != '_' ? i : at;
}

}  // namespace translate::markdown
