#include "translate/inline_scan.h"

#include <algorithm>
#include <optional>

#include "translate/diode_scan.h"
#include "translate/unicode.h"

namespace translate::markdown {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_letter(c) || is_digit(c); }
bool is_punctuation(char c) { return c > ' ' && c < 0x7F && !is_alnum(c); }

/// A stretch of bytes that is kept whole.
struct Fixed {
  std::size_t begin;
  std::size_t end;
  bool bare_url = false;
};

/// The references that the diode would see in plain text, in order, without overlaps: what must
/// come back byte for byte.
std::vector<Fixed> fixed_words(std::string_view text) {
  const std::u32string points = to_code_points(text);
  std::vector<std::size_t> offsets;  // Of each code point.
  offsets.reserve(points.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80) offsets.push_back(i);
  }
  offsets.push_back(text.size());
  std::vector<Fixed> found;
  for (const diode::Reference& reference : diode::scan(points, diode::Depth::full)) {
    const bool wanted = !reference.joint && reference.reason != Reason::html &&
                        reference.reason != Reason::spelled_out &&
                        reference.reason != Reason::outbound_instruction;
    if (wanted) found.push_back({offsets[reference.begin], offsets[reference.end]});
  }
  std::sort(found.begin(), found.end(), [](const Fixed& a, const Fixed& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  return found;
}

/// The end of a GFM bare autolink that begins at `at`; `at` when there is none.
std::size_t autolink_end(std::string_view text, std::size_t at) {
  bool begins = false;
  for (const std::string_view start : {"http://", "https://", "ftp://", "www."}) {
    begins = begins || text.substr(at, start.size()) == start;
  }
  if (!begins) return at;
  std::size_t end = at;
  int open = 0;
  int close = 0;
  while (end < text.size() && !is_space(text[end]) && text[end] != '<') {
    open += text[end] == '(';
    close += text[end] == ')';
    ++end;
  }
  while (end > at) {
    const char last = text[end - 1];
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

/// The end of a backslash escape, entity, code span, tag, autolink or formula at `at`; `at` when
/// there is none.
std::size_t code_span_end(std::string_view text, std::size_t at) {
  std::size_t ticks = 0;
  while (at + ticks < text.size() && text[at + ticks] == '`') ++ticks;
  for (std::size_t i = at + ticks; i < text.size();) {
    if (text[i] != '`') {
      ++i;
      continue;
    }
    std::size_t run = 0;
    while (i + run < text.size() && text[i + run] == '`') ++run;
    if (run == ticks) return i + run;
    i += run;
  }
  return at;
}

std::size_t entity_end(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  if (i < text.size() && text[i] == '#') {
    ++i;
    if (i < text.size() && (text[i] == 'x' || text[i] == 'X')) ++i;
  }
  const std::size_t start = i;
  while (i < text.size() && i - start < 32 && is_alnum(text[i])) ++i;
  return i > start && i < text.size() && text[i] == ';' ? i + 1 : at;
}

std::size_t find_behind(std::string_view text, std::string_view what, std::size_t at) {
  const std::size_t found = text.find(what, at);
  return found == std::string_view::npos ? found : found + what.size();
}

/// A tag's end, quotes minded. Attributes are not checked: what cmark takes for text and we for a
/// tag is merely kept.
std::size_t tag_end(std::string_view text, std::size_t at) {
  char quote = 0;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = text[i - 1] == '=' || is_space(text[i - 1]) ? c : 0;
    } else if (c == '>') {
      return i + 1;
    } else if (c == '<') {
      return at;
    }
  }
  return at;
}

std::size_t angle_end(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return at;
  const auto or_none = [&](std::size_t end) { return end == std::string_view::npos ? at : end; };
  const std::string_view rest = text.substr(at);
  if (rest.substr(0, 4) == "<!--") return or_none(find_behind(text, "-->", at + 4));
  if (rest.substr(0, 2) == "<?") return or_none(find_behind(text, "?>", at + 2));
  if (rest.substr(0, 9) == "<![CDATA[") return or_none(find_behind(text, "]]>", at + 9));
  if (rest.substr(0, 2) == "<!") return or_none(find_behind(text, ">", at + 2));
  if (rest[1] == '/' && rest.size() > 2 && is_letter(rest[2])) return tag_end(text, at);
  if (!is_alnum(rest[1])) return at;
  // An autolink has no white space before its '>'.
  const std::size_t stop = text.find_first_of(" \t\n<>", at + 1);
  if (stop != std::string_view::npos && text[stop] == '>' &&
      text.substr(at, stop - at).find_first_of(":@") != std::string_view::npos) {
    return stop + 1;
  }
  return is_letter(rest[1]) ? tag_end(text, at) : at;
}

/// $x$ and $$x$$ as pandoc and Outline read them: no space inside the dollars, no digit behind.
std::size_t math_end(std::string_view text, std::size_t at) {
  const std::size_t dollars = text.substr(at, 2) == "$$" ? 2 : 1;
  const std::size_t start = at + dollars;
  if (start >= text.size() || is_space(text[start])) return at;
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i - 1] == '\\') continue;
    if (text.substr(i, dollars) != std::string_view("$$").substr(0, dollars)) continue;
    if (is_space(text[i - 1])) continue;
    const std::size_t end = i + dollars;
    if (dollars == 1 && end < text.size() && is_digit(text[end])) continue;
    return end;
  }
  return at;
}

std::size_t shortcode_end(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  while (i < text.size() &&
         (is_alnum(text[i]) || text[i] == '_' || text[i] == '+' || text[i] == '-')) {
    ++i;
  }
  const bool bounded = at == 0 || !is_alnum(text[at - 1]);
  return bounded && i > at + 1 && i < text.size() && text[i] == ':' ? i + 1 : at;
}

/// snake_case at `at`: an identifier, whose underscores are no emphasis.
std::size_t identifier_end(std::string_view text, std::size_t at) {
  if (at > 0 && (is_alnum(text[at - 1]) || text[at - 1] == '_')) return at;
  std::size_t i = at;
  bool underscore = false;
  while (i < text.size() && (is_alnum(text[i]) || text[i] == '_')) underscore |= text[i++] == '_';
  if (!underscore || text[i - 1] == '_') return at;
  return i;
}

/// Scans one block. `out_` is the segment's text so far.
class Scanner {
 public:
  Scanner(const Content& content, const Labels& labels, Segment& segment)
      : content_(content),
        text_(content.text),
        labels_(labels),
        segment_(segment),
        fixed_(fixed_words(content.text)) {
    std::size_t next = 0;
    for (const char c : text_) {
      break_index_.push_back(next);
      next += c == '\n';
    }
    break_index_.push_back(next);
  }

  void run() {
    scan(0, text_.size());
    segment_.text = std::move(out_);
  }

 private:
  struct Link {
    std::size_t close;        ///< Of the ']' behind the words.
    std::size_t end;          ///< Of the whole.
    std::string_view label;   ///< Of a shortcut or collapsed reference.
    std::string_view target;  ///< Of an inline link.
  };

  /// Returns whether a link (not an image) was found: links do not nest.
  bool scan(std::size_t begin, std::size_t end);
  std::size_t token_at(std::size_t i, std::size_t end, bool& bare_url) const;
  std::optional<Link> link_at(std::size_t bracket, std::size_t end) const;
  std::size_t closing_bracket(std::size_t open, std::size_t end) const;
  std::optional<Link> inline_tail(std::size_t close, std::size_t end) const;
  bool emit_link(std::size_t i, std::size_t bracket, const Link& link, bool image);
  void line_break(std::size_t i);

  void emit_fixed(std::size_t begin, std::size_t end, bool bare_url = false) {
    add_fixed(expand(begin, end), bare_url);
  }
  void add_fixed(std::string bytes, bool bare_url) {
    if (merge_ == out_.size() && merge_ > 0 && !bare_url) {
      segment_.placeholders.back().open += bytes;
      return;
    }
    segment_.placeholders.push_back({});
    segment_.placeholders.back().open = std::move(bytes);
    segment_.placeholders.back().bare_url = bare_url;
    token(segment_.placeholders.size(), false);
    if (!bare_url) merge_ = out_.size();
  }
  void token(std::size_t number, bool closing) {
    out_ += kTokenOpen;
    if (closing) out_ += '/';
    out_ += std::to_string(number);
    out_ += kTokenClose;
  }
  /// The page's bytes for a stretch of the content.
  std::string expand(std::size_t begin, std::size_t end) const {
    std::string bytes;
    for (std::size_t i = begin; i < end; ++i) {
      if (text_[i] == '\n') {
        bytes += content_.breaks[break_index_[i]];
      } else {
        bytes += text_[i];
      }
    }
    return bytes;
  }

  const Content& content_;
  std::string_view text_;
  const Labels& labels_;
  Segment& segment_;
  std::vector<Fixed> fixed_;
  std::vector<std::size_t> break_index_;
  std::string out_;
  std::size_t merge_ = 0;  ///< Where a fixed token ends that the next one may join.
};

std::size_t Scanner::token_at(std::size_t i, std::size_t end, bool& bare_url) const {
  const std::string_view text = text_.substr(0, end);
  std::size_t stop = i;
  switch (text[i]) {
    case '`':
      stop = code_span_end(text, i);
      break;
    case '<':
      stop = angle_end(text, i);
      break;
    case '&':
      stop = entity_end(text, i);
      break;
    case '$':
      stop = math_end(text, i);
      break;
    case ':':
      stop = shortcode_end(text, i);
      break;
    default:
      break;  // Anything else may still begin a reference.
  }
  if (stop > i) return stop;
  stop = std::max(autolink_end(text, i), is_alnum(text[i]) ? identifier_end(text, i) : i);
  bare_url = autolink_end(text, i) > i;
  const auto fixed = std::lower_bound(fixed_.begin(), fixed_.end(), i,
                                      [](const Fixed& f, std::size_t at) { return f.begin < at; });
  if (fixed != fixed_.end() && fixed->begin == i && fixed->end <= end) {
    stop = std::max(stop, fixed->end);
  }
  return stop;
}

std::size_t Scanner::closing_bracket(std::size_t open, std::size_t end) const {
  int depth = 0;
  for (std::size_t i = open; i < end;) {
    const char c = text_[i];
    if (c == '\\' && i + 1 < end) {
      i += 2;
      continue;
    }
    if (c == '`' || c == '<') {
      const std::size_t stop =
          c == '`' ? code_span_end(text_.substr(0, end), i) : angle_end(text_.substr(0, end), i);
      if (stop > i) {
        i = stop;
        continue;
      }
      if (c == '`') {  // A run of backticks that opens nothing.
        while (i < end && text_[i] == '`') ++i;
        continue;
      }
    }
    if (c == '[') ++depth;
    if (c == ']' && --depth == 0) return i;
    ++i;
  }
  return std::string_view::npos;
}

/// "(target "title")" behind a closing bracket.
std::optional<Scanner::Link> Scanner::inline_tail(std::size_t close, std::size_t end) const {
  std::size_t i = close + 2;
  const auto skip_space = [&] {
    while (i < end && is_space(text_[i])) ++i;
  };
  skip_space();
  const std::size_t target = i;
  if (i < end && text_[i] == '<') {
    while (i < end && text_[i] != '>' && text_[i] != '\n') i += text_[i] == '\\' ? 2 : 1;
    if (i >= end || text_[i] != '>') return std::nullopt;
    ++i;
  } else {
    int depth = 0;
    for (; i < end && !is_space(text_[i]); ++i) {
      if (text_[i] == '\\' && i + 1 < end && is_punctuation(text_[i + 1])) {
        ++i;
        continue;
      }
      if (text_[i] == '(') ++depth;
      if (text_[i] == ')' && --depth < 0) break;
    }
  }
  const std::size_t target_end = std::min(i, end);
  skip_space();
  if (i < end && i > target_end && (text_[i] == '"' || text_[i] == '\'' || text_[i] == '(')) {
    const char quote = text_[i] == '(' ? ')' : text_[i];
    for (++i; i < end && text_[i] != quote; ++i) {
      if (text_[i] == '\\') ++i;
    }
    if (i >= end) return std::nullopt;
    ++i;
    skip_space();
  }
  if (i >= end || text_[i] != ')') return std::nullopt;
  return Link{close, i + 1, {}, text_.substr(target, target_end - target)};
}

std::optional<Scanner::Link> Scanner::link_at(std::size_t bracket, std::size_t end) const {
  const std::size_t close = closing_bracket(bracket, end);
  if (close == std::string_view::npos) return std::nullopt;
  const char next = close + 1 < end ? text_[close + 1] : '\0';
  if (next == '(') {
    if (auto link = inline_tail(close, end)) return link;
  }
  const std::string_view words = text_.substr(bracket + 1, close - bracket - 1);
  if (next == '[') {
    const std::size_t label_end = closing_bracket(close + 1, end);
    if (label_end != std::string_view::npos) {
      const std::string_view label = text_.substr(close + 2, label_end - close - 2);
      const bool collapsed = label.empty();
      if (labels_.count(normalise_label(collapsed ? words : label)) != 0) {
        return Link{close, label_end + 1, collapsed ? words : std::string_view(), {}};
      }
      if (!collapsed) return std::nullopt;
    }
  }
  if (labels_.count(normalise_label(words)) != 0) return Link{close, close + 1, words, {}};
  return std::nullopt;
}

/// Returns false, with nothing emitted, when the words hold a link themselves: then the inner one
/// is the link.
bool Scanner::emit_link(std::size_t i, std::size_t bracket, const Link& link, bool image) {
  const bool mention = i > 0 && text_[i - 1] == '@' && !image;
  const bool attachment = !image && link.target.substr(0, 16) == "/api/attachments";
  if (mention || attachment) {
    emit_fixed(i, link.end);
    return true;
  }
  const std::string saved_out = out_;
  const std::size_t saved_count = segment_.placeholders.size();
  const std::size_t saved_merge = merge_;
  const std::vector<std::string> saved_breaks = segment_.breaks;
  segment_.placeholders.push_back({});
  const std::size_t number = segment_.placeholders.size();
  token(number, false);
  const std::size_t inner_begin = out_.size();
  const bool nested = scan(bracket + 1, link.close);
  const bool has_words = !words_of(std::string_view(out_).substr(inner_begin)).empty();
  if ((nested && !image) || !has_words) {
    out_ = saved_out;
    segment_.placeholders.resize(saved_count);
    segment_.breaks = saved_breaks;
    merge_ = saved_merge;
    if (nested && !image) return false;
    emit_fixed(i, link.end);
    return true;
  }
  Placeholder& placeholder = segment_.placeholders[number - 1];
  placeholder.paired = true;
  placeholder.open = expand(i, bracket + 1);
  placeholder.close = expand(link.close, link.end);
  placeholder.inner = expand(bracket + 1, link.close);
  if (link.label.data() != nullptr) {
    const std::size_t label = static_cast<std::size_t>(link.label.data() - text_.data());
    placeholder.close_if_changed = "][" + expand(label, label + link.label.size()) + "]";
  }
  token(number, true);
  return true;
}

void Scanner::line_break(std::size_t i) {
  const std::size_t index = break_index_[i];
  if (content_.hard[index]) {
    add_fixed(content_.breaks[index], false);
  } else {
    out_ += '\n';
    segment_.breaks.push_back(content_.breaks[index]);
  }
}

bool Scanner::scan(std::size_t begin, std::size_t end) {
  bool found_link = false;
  for (std::size_t i = begin; i < end;) {
    const char c = text_[i];
    if (c == '\n') {
      line_break(i++);
      continue;
    }
    if (c == '\\' && i + 1 < end && is_punctuation(text_[i + 1])) {
      out_ += text_.substr(i, 2);
      i += 2;
      continue;
    }
    const bool image = c == '!' && i + 1 < end && text_[i + 1] == '[';
    if (c == '[' || image) {
      const std::size_t bracket = image ? i + 1 : i;
      // A footnote, a label behind words that resolves to nothing, or what looks like one.
      const bool label = !image && bracket > begin && text_[bracket - 1] == ']';
      if (label || text_.substr(bracket, 2) == "[^") {
        const std::size_t close = text_.find(']', bracket);
        if (close != std::string_view::npos && close < end) {
          emit_fixed(i, close + 1);
          i = close + 1;
          continue;
        }
      }
      const auto link = link_at(bracket, end);
      if (link && emit_link(i, bracket, *link, image)) {
        found_link = found_link || !image;
        i = link->end;
        continue;
      }
    }
    bool bare_url = false;
    const std::size_t stop = token_at(i, end, bare_url);
    if (stop > i) {
      emit_fixed(i, stop, bare_url);
      i = stop;
      continue;
    }
    if (c == '`') {  // Backticks that open nothing are text, all of the run.
      while (i < end && text_[i] == '`') out_ += text_[i++];
      continue;
    }
    out_ += c;
    ++i;
  }
  return found_link;
}

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

void scan_inlines(const Content& content, const Labels& labels, Segment& segment) {
  Scanner(content, labels, segment).run();
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
