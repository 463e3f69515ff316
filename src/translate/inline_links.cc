#include "translate/inline_links.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "translate/unicode.h"

namespace translate::markdown {
namespace {

constexpr std::size_t kLabelBytesMax = 999;  // CommonMark's, in characters.
constexpr int kParenthesesMax = 32;          // cmark's.

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_punctuation(char c) {
  return kind_of(static_cast<unsigned char>(c)) == CharKind::punctuation && c > 0;
}

/// Finds the links of one text.
class LinkFinder {
 public:
  LinkFinder(std::string_view text, const Labels& labels, TokenEnds& ends)
      : text_(text), labels_(labels), ends_(ends) {}

  std::map<std::size_t, Link> run() && {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < text_.size();) {
      const char c = text_[i];
      if (c == '\\') {
        i += 2;
        continue;
      }
      const std::size_t stop = c == '`' ? ends_.code_span(i) : c == '<' ? ends_.angle(i) : i;
      if (stop > i) {
        i = stop;
        continue;
      }
      if (c == '`') {
        while (i < text_.size() && text_[i] == '`') ++i;
        continue;
      }
      if (c == '[') open.push_back(i);
      if (c != ']' || open.empty()) {
        ++i;
        continue;
      }
      const std::size_t bracket = open.back();
      open.pop_back();
      i = close(bracket, i);
    }
    return std::move(links_);
  }

 private:
  /// A bracket pair is complete: returns where to go on.
  std::size_t close(std::size_t bracket, std::size_t at) {
    const bool image =
        bracket > 0 && text_[bracket - 1] == '!' && (bracket < 2 || text_[bracket - 2] != '\\');
    // Pairs close from the inside: a link that opened behind this bracket is inside it.
    const bool holds_link = any_link_ && last_link_ > bracket;
    if (!image && holds_link) return at + 1;
    std::optional<Link> link = tail(bracket, at);
    if (!link) return at + 1;
    link->image = image;
    if (!image) {
      any_link_ = true;
      last_link_ = bracket;
    }
    links_[bracket] = *link;
    return link->end;
  }

  std::optional<Link> tail(std::size_t bracket, std::size_t at) const {
    const std::string_view next = text_.substr(at + 1, 1);
    if (next == "(") {
      if (auto link = inline_tail(at)) return link;
    }
    const std::string_view words = text_.substr(bracket + 1, at - bracket - 1);
    if (next == "[") {
      const std::size_t label_end = text_.find_first_of("[]", at + 2);
      if (label_end != std::string_view::npos && text_[label_end] == ']') {
        const std::string_view label = text_.substr(at + 2, label_end - at - 2);
        const bool collapsed = label.empty();
        if (is_defined(collapsed ? words : label)) {
          return Link{at, label_end + 1, false, collapsed ? words : std::string_view(), {}};
        }
        if (!collapsed) return std::nullopt;
      }
    }
    if (is_defined(words)) return Link{at, at + 1, false, words, {}};
    return std::nullopt;
  }

  bool is_defined(std::string_view label) const {
    return label.size() <= kLabelBytesMax && labels_.count(normalise_label(label)) != 0;
  }

  std::size_t skip_space(std::size_t i) const {
    while (i < text_.size() && is_space(text_[i])) ++i;
    return i;
  }

  std::optional<std::size_t> target_end(std::size_t i) const {
    if (i < text_.size() && text_[i] == '<') {
      for (++i; i < text_.size() && text_[i] != '>'; i += text_[i] == '\\' ? 2 : 1) {
        if (text_[i] == '\n' || text_[i] == '<') return std::nullopt;
      }
      if (i >= text_.size()) return std::nullopt;
      return i + 1;
    }
    int depth = 0;
    for (; i < text_.size() && !is_space(text_[i]); ++i) {
      if (text_[i] == '\\' && i + 1 < text_.size() && is_punctuation(text_[i + 1])) {
        ++i;
        continue;
      }
      if (text_[i] == '(' && ++depth > kParenthesesMax) return std::nullopt;
      if (text_[i] == ')' && --depth < 0) break;
    }
    return std::min(i, text_.size());
  }

  /// "(target "title")" behind the bracket at `at`.
  std::optional<Link> inline_tail(std::size_t at) const {
    const std::size_t target = skip_space(at + 2);
    const std::optional<std::size_t> end = target_end(target);
    if (!end) return std::nullopt;
    std::size_t i = skip_space(*end);
    const char quote = i < text_.size() ? text_[i] : '\0';
    if (i > *end && (quote == '"' || quote == '\'' || quote == '(')) {
      const char closer = quote == '(' ? ')' : quote;
      for (++i; i < text_.size() && text_[i] != closer; ++i) {
        if (text_[i] == '\\') ++i;
        if (quote == '(' && i < text_.size() && text_[i] == '(') return std::nullopt;
      }
      if (i >= text_.size()) return std::nullopt;
      i = skip_space(i + 1);
    }
    if (i >= text_.size() || text_[i] != ')') return std::nullopt;
    return Link{at, i + 1, false, {}, text_.substr(target, *end - target)};
  }

  std::string_view text_;
  const Labels& labels_;
  TokenEnds& ends_;
  std::map<std::size_t, Link> links_;
  bool any_link_ = false;
  std::size_t last_link_ = 0;  ///< The '[' of the link that was found last.
};

}  // namespace

std::string normalise_label(std::string_view label) {
  std::u32string out;
  bool space = false;
  for (const char32_t c : to_code_points(label)) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      space = !out.empty();
      continue;
    }
    if (space) out.push_back(' ');
    space = false;
    out.push_back(to_lower(c));
  }
  return to_utf8(out);
}

std::map<std::size_t, Link> find_links(std::string_view text, const Labels& labels,
                                       TokenEnds& ends) {
  return LinkFinder(text, labels, ends).run();
}

std::size_t definition_end(std::string_view content, std::size_t at) {
  std::size_t i = at;
  const auto line_end = [&](std::size_t from) {
    return std::min(content.find('\n', from), content.size());
  };
  const auto blank_until_line_end = [&](std::size_t from) {
    const std::string_view rest = content.substr(from, line_end(from) - from);
    return rest.find_first_not_of(" \t") == std::string_view::npos;
  };
  if (content.substr(i, 1) != "[" || content.substr(i, 2) == "[^") return at;
  for (++i; i < content.size() && content[i] != ']' && content[i] != '['; ++i) {
    if (content[i] == '\\') ++i;
  }
  if (content.substr(i, 2) != "]:" || normalise_label(content.substr(at + 1, i - at - 1)).empty()) {
    return at;
  }
  i += 2;
  while (i < content.size() && is_space(content[i])) ++i;
  const std::size_t target = i;
  if (content.substr(i, 1) == "<") {
    i = content.find('>', i);
    if (i == std::string_view::npos) return at;
    ++i;
  } else {
    while (i < content.size() && !is_space(content[i])) ++i;
  }
  if (i == target) return at;
  const std::size_t without_title = blank_until_line_end(i) ? line_end(i) : at;
  std::size_t title = i;
  while (title < content.size() && is_space(content[title])) ++title;
  if (title > i && title < content.size() &&
      std::string_view("\"'(").find(content[title]) != std::string_view::npos) {
    const char quote = content[title] == '(' ? ')' : content[title];
    std::size_t end = title + 1;
    while (end < content.size() && content[end] != quote) end += content[end] == '\\' ? 2 : 1;
    if (end < content.size() && blank_until_line_end(end + 1)) return line_end(end + 1);
  }
  return without_title;
}

}  // namespace translate::markdown
