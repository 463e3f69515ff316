#include "translate/segment.h"

#include <algorithm>
#include <optional>

#include "translate/unicode.h"

namespace translate {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Token {
  std::size_t number = 0;
  bool closing = false;
  std::size_t end = 0;
};

/// The token at `at`, where `text` has kTokenOpen.
std::optional<Token> token_at(std::string_view text, std::size_t at) {
  Token token;
  std::size_t i = at + kTokenOpen.size();
  if (i < text.size() && text[i] == '/') {
    token.closing = true;
    ++i;
  }
  const std::size_t digits = i;
  while (i < text.size() && i - digits < 6 && is_digit(text[i])) {
    token.number = token.number * 10 + static_cast<std::size_t>(text[i++] - '0');
  }
  if (i == digits || text.substr(i, kTokenClose.size()) != kTokenClose) return std::nullopt;
  token.end = i + kTokenClose.size();
  return token;
}

/// Whether a line that begins with `rest` would begin another block.
bool begins_block(std::string_view rest) {
  if (rest.empty()) return false;
  const auto space_at = [&](std::size_t i) { return i >= rest.size() || is_space(rest[i]); };
  switch (rest[0]) {
    case '#':
    case '>':
    case '|':
      return true;
    case '-':
    case '=':
    case '+':
    case '*':
    case '_':
      return space_at(1) || rest.find_first_not_of(rest[0]) == std::string_view::npos ||
             rest.substr(0, 3) == std::string(3, rest[0]);
    case '~':
      return rest.substr(0, 3) == "~~~";
    case ':':
      return rest.substr(0, 3) == ":::" || space_at(1);
    default:
      break;
  }
  std::size_t i = 0;
  while (i < rest.size() && is_digit(rest[i])) ++i;
  return i > 0 && i < 10 && i < rest.size() && (rest[i] == '.' || rest[i] == ')') &&
         space_at(i + 1);
}

/// `text` with runs of white space that hold a line break as one '\n', and nothing at its ends:
/// a blank line inside would end the block.
std::string tidy(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    bool breaks = false;
    while (end < text.size() && is_space(text[end])) {
      breaks = breaks || text[end] == '\n' || text[end] == '\r';
      ++end;
    }
    if (end == i) {
      out += text[i++];
      continue;
    }
    if (breaks) {
      out += '\n';
    } else {
      out += text.substr(i, end - i);
    }
    i = end;
  }
  const std::size_t first = out.find_first_not_of(" \t\n");
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(" \t\n") - first + 1);
}

/// Writes one translation. Keeps what it has seen of the tokens.
class Restorer {
 public:
  Restorer(const Segment& segment, std::string_view text)
      : segment_(segment),
        text_(text),
        opened_(segment.placeholders.size()),
        seen_open_(segment.placeholders.size()),
        seen_close_(segment.placeholders.size()) {}

  base::Result<std::string> run() && {
    for (std::size_t i = 0; i < text_.size();) {
      if (text_.substr(i, kTokenOpen.size()) == kTokenOpen) {
        const auto token = token_at(text_, i);
        if (!token) return wrong("has a broken token");
        TRY(place(*token, i));
        i = token->end;
      } else if (text_.substr(i, kTokenClose.size()) == kTokenClose) {
        return wrong("has a broken token");
      } else {
        character(i++);
      }
    }
    for (std::size_t n = 0; n < segment_.placeholders.size(); ++n) {
      if (!seen_open_[n] || seen_close_[n] != segment_.placeholders[n].paired) {
        return wrong("lacks token " + std::to_string(n + 1));
      }
    }
    return std::move(out_);
  }

 private:
  static base::Error wrong(const std::string& what) {
    return {base::ErrorCode::invalid_argument, "the translation " + what};
  }

  base::Result<bool> place(const Token& token, std::size_t at) {
    const std::string name = std::to_string(token.number);
    if (token.number == 0 || token.number > segment_.placeholders.size()) {
      return wrong("has an unknown token " + name);
    }
    const std::size_t n = token.number - 1;
    const Placeholder& placeholder = segment_.placeholders[n];
    if (token.closing) {
      if (!placeholder.paired || open_.empty() || open_.back() != n) {
        return wrong("closes token " + name + " where it is not open");
      }
      open_.pop_back();
      seen_close_[n] = true;
      const bool changed =
          std::string_view(out_).substr(opened_[n]) != std::string_view(placeholder.inner);
      out_ += changed && !placeholder.close_if_changed.empty() ? placeholder.close_if_changed
                                                               : placeholder.close;
      return true;
    }
    if (seen_open_[n]) return wrong("repeats token " + name);
    seen_open_[n] = true;
    if (placeholder.bare_url) set_apart_before(token.number, at);
    out_ += placeholder.open;
    opened_[n] = out_.size();
    if (placeholder.paired) open_.push_back(n);
    if (placeholder.bare_url) set_apart_after(token);
    return true;
  }

  /// The bytes beside token `number` in the segment's own text.
  char source_neighbour(std::size_t number, bool before) const {
    const std::string token =
        std::string(kTokenOpen) + std::to_string(number) + std::string(kTokenClose);
    const std::size_t at = segment_.text.find(token);
    if (at == std::string::npos) return '\0';
    if (before) return at == 0 ? '\0' : segment_.text[at - 1];
    return at + token.size() < segment_.text.size() ? segment_.text[at + token.size()] : '\0';
  }

  /// A bare URL is found by the white space around it. Languages without spaces put none.
  void set_apart_before(std::size_t number, std::size_t at) {
    if (at == 0) return;
    const auto before = static_cast<unsigned char>(text_[at - 1]);
    const bool letter = before >= 0x80 || is_alnum(text_[at - 1]);
    if (letter && text_[at - 1] != source_neighbour(number, true)) out_ += ' ';
  }
  void set_apart_after(const Token& token) {
    if (token.end >= text_.size()) return;
    const char next = text_[token.end];
    if (is_space(next) || next == source_neighbour(token.number, false)) return;
    std::size_t i = token.end;
    while (i < text_.size() &&
           std::string_view("?!.,:;*_~'\")]").find(text_[i]) != std::string_view::npos) {
      ++i;
    }
    if (i > token.end && (i == text_.size() || is_space(text_[i]))) return;
    out_ += ' ';
  }

  void character(std::size_t i) {
    const char c = text_[i];
    if (c == '\n') {
      const std::string_view rest = text_.substr(i + 1);
      const bool as_in_source =
          !rest.empty() && segment_.text.find(std::string("\n") + rest[0]) != std::string::npos;
      if (segment_.breaks.empty() || (begins_block(rest) && !as_in_source)) {
        out_ += ' ';
      } else {
        out_ += segment_.breaks[std::min(breaks_used_++, segment_.breaks.size() - 1)];
      }
      return;
    }
    const bool escaped = i > 0 && text_[i - 1] == '\\';
    if (segment_.kind == SegmentKind::table_cell && c == '|' && !escaped) out_ += '\\';
    out_ += c;
  }

  const Segment& segment_;
  std::string_view text_;
  std::string out_;
  std::vector<std::size_t> open_;
  std::vector<std::size_t> opened_;
  std::vector<bool> seen_open_;
  std::vector<bool> seen_close_;
  std::size_t breaks_used_ = 0;
};

}  // namespace

std::string_view kind_name(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::heading:
      return "heading";
    case SegmentKind::paragraph:
      return "paragraph";
    case SegmentKind::table_cell:
      return "table_cell";
    case SegmentKind::title:
      return "title";
  }
  return "unknown";
}

base::Result<std::string> restore(const Segment& segment, std::string_view translation) {
  if (translation == segment.text) return Restorer(segment, segment.text).run();
  std::string text = tidy(translation);
  const bool block = segment.kind == SegmentKind::paragraph;
  if (block && begins_block(text) && !begins_block(segment.text)) {
    // "1. Mai" at the start of a paragraph would become a list.
    const std::size_t mark = text.find_first_not_of("0123456789");
    text.insert(std::min(mark, text.size()), "\\");
  }
  return Restorer(segment, text).run();
}

std::vector<std::size_t> page_offsets(const Segment& segment,
                                      const std::vector<std::size_t>& offsets) {
  std::vector<std::size_t> places;
  const std::string_view text = segment.text;
  std::size_t place = segment.begin, breaks_used = 0;
  for (std::size_t i = 0; places.size() < offsets.size();) {
    // Within a token there is no place of its own: its begin stands for it.
    std::size_t size = 1, bytes = 1;
    if (text.substr(i, kTokenOpen.size()) == kTokenOpen) {
      if (const auto token = token_at(text, i)) {
        const Placeholder& placeholder = segment.placeholders[token->number - 1];
        size = token->end - i;
        bytes = (token->closing ? placeholder.close : placeholder.open).size();
      }
    } else if (i < text.size() && text[i] == '\n' && !segment.breaks.empty()) {
      bytes = segment.breaks[std::min(breaks_used++, segment.breaks.size() - 1)].size();
    }
    while (places.size() < offsets.size() && offsets[places.size()] < i + size) {
      places.push_back(place);
    }
    i += size;
    place += bytes;
  }
  return places;
}

std::string words_of(std::string_view segment_text) {
  std::string out;
  bool letters = false;
  for (std::size_t i = 0; i < segment_text.size();) {
    if (segment_text.substr(i, kTokenOpen.size()) == kTokenOpen) {
      if (const auto token = token_at(segment_text, i)) {
        i = token->end;
        continue;
      }
    }
    out += segment_text[i++];
  }
  for (const char32_t c : to_code_points(out)) letters = letters || is_letter(c);
  return letters ? out : std::string();
}

}  // namespace translate
