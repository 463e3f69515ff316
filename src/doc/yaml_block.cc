#include "doc/yaml_block.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "doc/yaml_marks.h"
#include "doc/yaml_scalar.h"

namespace doc {
namespace {

constexpr int kDepthMax = 100;  // The real limit is above, so that passing it is said in one place.

/// Functions return false (or find nothing) where the text is not of the style. Between them the
/// reader stands at a line with content: `begin_` to `end_`, of which `indent_` spaces. What
/// belongs to open lists and maps waits on two stacks, so that each is allocated once, at its size.
class Reader {
 public:
  Reader(std::string_view text, const YamlOptions& options) : text_(text), options_(options) {}

  bool run() {
    next_line();
    while (!at_end_) {
      if (is_separator()) {
        next_line();
        if (at_end_) return false;
        if (is_separator()) {
          documents_.push_back(Value().at({line_, 1}));
          continue;
        }
      }
      const std::size_t at = begin_ + std::size_t(indent_);
      Value document;
      if (!(is_item(at) ? list(at, -1, document) : map(at, document))) return false;
      documents_.push_back(std::move(document));
      if (!at_end_ && !is_separator()) return false;
    }
    return true;
  }

  std::vector<Value> take_documents() { return std::move(documents_); }

 private:
  // --- Lines ---

  void next_line() {
    for (;;) {
      if (next_ >= text_.size()) {
        at_end_ = true;
        return;
      }
      begin_ = next_;
      const void* found = std::memchr(text_.data() + begin_, '\n', text_.size() - begin_);
      end_ = found == nullptr ? text_.size()
                              : std::size_t(static_cast<const char*>(found) - text_.data());
      next_ = end_ + 1;
      ++line_;
      std::size_t at = begin_;
      while (at < end_ && text_[at] == ' ') ++at;
      if (at == end_ || text_[at] == '#') continue;
      indent_ = int(at - begin_);
      return;
    }
  }

  bool is_separator() const {
    const std::string_view line = text_.substr(begin_, end_ - begin_);
    return line.starts_with("---") && rest_is_empty(begin_ + 3);
  }

  /// Whether nothing but spaces, or a comment after one, follows in the line.
  bool rest_is_empty(std::size_t at) const {
    if (at == end_) return true;
    if (text_[at] != ' ') return false;
    at = skip_spaces(at);
    return at == end_ || text_[at] == '#';
  }

  std::size_t skip_spaces(std::size_t at) const {
    while (at < end_ && text_[at] == ' ') ++at;
    return at;
  }

  bool is_blank_at(std::size_t at) const { return at >= end_ || text_[at] == ' '; }
  Mark mark_of(std::size_t at) const { return {line_, std::uint32_t(at - begin_ + 1)}; }

  // --- Lists and maps ---

  bool is_item(std::size_t at) const { return text_[at] == '-' && is_blank_at(at + 1); }

  /// Whether the next item or key of what stands at `column` begins in this line.
  bool goes_on_at(int column) const { return !at_end_ && indent_ == column && !is_document_end(); }

  bool is_document_end() const {
    if (indent_ != 0) return false;
    const std::string_view line = text_.substr(begin_, end_ - begin_);
    return line.starts_with("---") || line.starts_with("...");
  }

  /// A list whose first '-' is at `at`; the reader may stand in the middle of its line.
  /// `parent`: the indent of what it stands in; equal to its own where it is the value of a key.
  bool list(std::size_t at, int parent, Value& value) {
    const int column = int(at - begin_);
    if (++depth_ > kDepthMax || is_document_end()) return false;
    const Mark mark = mark_of(at);
    const std::size_t first = items_.size();
    do {
      at = begin_ + std::size_t(column);
      if (!is_item(at)) {
        if (column != parent) return false;
        break;
      }
      Value item;
      if (!item_after(at + 1, column, item)) return false;
      items_.push_back(std::move(item));
    } while (goes_on_at(column));
    const auto begin = items_.begin() + std::ptrdiff_t(first);
    value = Value::list({std::make_move_iterator(begin), std::make_move_iterator(items_.end())});
    value = std::move(value).at(mark);
    items_.resize(first);
    --depth_;
    return at_end_ || indent_ <= column;
  }

  bool item_after(std::size_t at, int column, Value& item) {
    const Mark empty = mark_of(at);
    at = skip_spaces(at);
    if (at == end_ || text_[at] == '#') return below(column, column + 1, empty, item);
    if (is_item(at)) return list(at, column, item);
    if (key_ends(at)) return map(at, item);
    return scalar(at, column, item);
  }

  /// A map whose first key is at `at`; the reader may stand in the middle of its line.
  bool map(std::size_t at, Value& value) {
    const int column = int(at - begin_);
    if (++depth_ > kDepthMax || is_document_end()) return false;
    const Mark mark = mark_of(at);
    const std::size_t first = entries_.size();
    do {
      at = begin_ + std::size_t(column);
      Entry entry;
      if (!key(at, entry.key) || !value_after(at, column, entry.value)) return false;
      entries_.push_back(std::move(entry));
    } while (goes_on_at(column));
    const auto begin = entries_.begin() + std::ptrdiff_t(first);
    std::vector<Entry> entries(std::make_move_iterator(begin),
                               std::make_move_iterator(entries_.end()));
    entries_.resize(first);
    if (Value::try_map(entries, value)) return false;
    value = std::move(value).at(mark);
    --depth_;
    return at_end_ || indent_ < column || is_document_end();
  }

  bool value_after(std::size_t at, int column, Value& value) {
    const Mark empty = mark_of(at);
    at = skip_spaces(at);
    if (at == end_ || text_[at] == '#') return below(column, column, empty, value);
    return scalar(at, column, value);
  }

  /// What stands in the lines below a key or '-' at `column` that has nothing beside it: a list or
  /// map deeper than that (a list from `list_from` on), or null.
  bool below(int column, int list_from, Mark empty, Value& value) {
    next_line();
    if (!at_end_ && !is_document_end() && indent_ >= list_from) {
      const std::size_t at = begin_ + std::size_t(indent_);
      if (is_item(at)) return list(at, column, value);
      if (indent_ > column) return map(at, value);
    }
    value = Value().at(empty);
    return true;
  }

  // --- Keys and scalars ---

  /// Where the ':' after the key at `at` is; 0 where no key is there.
  std::size_t key_ends(std::size_t at) const {
    const char first = text_[at];
    std::size_t colon = at;
    if (first == '"' || first == '\'') {
      colon = quote_end(at);
      if (colon == 0 || ++colon >= end_ || text_[colon] != ':') return 0;
    } else {
      for (;; ++colon) {
        const void* found = std::memchr(text_.data() + colon, ':', end_ - colon);
        if (found == nullptr) return 0;
        colon = std::size_t(static_cast<const char*>(found) - text_.data());
        if (is_blank_at(colon + 1)) break;
      }
    }
    return is_blank_at(colon + 1) && colon - at <= kSimpleKeyBytesMax ? colon : 0;
  }

  /// `at` moves from the key's first byte to behind its ':'.
  bool key(std::size_t& at, Value& value) {
    const std::size_t colon = key_ends(at);
    if (colon == 0) return false;
    const Mark mark = mark_of(at);
    if (text_[at] == '"' || text_[at] == '\'') {
      if (!quoted(at, colon - 1, value)) return false;
    } else {
      std::size_t last = colon;
      while (last > at && text_[last - 1] == ' ') --last;
      const std::string_view name = text_.substr(at, last - at);
      if (!can_begin_plain(at) || name == "<<" || name.find(" #") != name.npos) return false;
      value = Value(name);
    }
    value = std::move(value).at(mark);
    at = colon + 1;
    return true;
  }

  bool can_begin_plain(std::size_t at) const {
    const char first = text_[at];
    if (first == '-') return !is_blank_at(at + 1);
    return std::strchr("?:,[]{}#&*!|>'\"%@` ", first) == nullptr;
  }

  /// The scalar, or the empty list or map, at `at` in the line, below something at `column`. Leaves
  /// the reader at the next line with content.
  bool scalar(std::size_t at, int column, Value& value) {
    const Mark mark = mark_of(at);
    switch (text_[at]) {
      case '\'':
      case '"': {
        const std::size_t last = quote_end(at);
        if (last == 0 || !rest_is_empty(last + 1) || !quoted(at, last, value)) return false;
        break;
      }
      case '|':
      case '>':
        if (!block(at, column, value)) return false;
        break;
      case '{':
      case '[': {
        const std::string_view two = text_.substr(at, 2);
        if ((two != "{}" && two != "[]") || !rest_is_empty(at + 2)) return false;
        value = two == "{}" ? Value::map(std::vector<Entry>{}) : Value::list({});
        break;
      }
      default:
        if (!plain(at, value)) return false;
    }
    value = std::move(value).at(mark);
    next_line();
    // What is deeper would go on with a plain text; after anything else it is an error.
    return at_end_ || indent_ <= column;
  }

  bool plain(std::size_t at, Value& value) {
    if (!can_begin_plain(at)) return false;
    std::size_t last = end_;
    for (std::size_t i = at; i < end_; ++i) {
      if (text_[i] == ':' && is_blank_at(i + 1)) return false;
      if (text_[i] != '#' || text_[i - 1] != ' ') continue;
      last = i;
      break;
    }
    while (text_[last - 1] == ' ') --last;
    value = resolve_plain(text_.substr(at, last - at), mark_of(at), options_);
    return true;
  }

  /// Where the quote that opens at `at` closes in this line; 0 where it does not.
  std::size_t quote_end(std::size_t at) const {
    const char quote = text_[at];
    for (++at; at < end_; ++at) {
      if (quote == '"' && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote) {
        if (quote == '"' || at + 1 >= end_ || text_[at + 1] != '\'') return at;
        ++at;
      }
    }
    return 0;
  }

  bool quoted(std::size_t first, std::size_t last, Value& value) {
    const char quote = text_[first], escape = quote == '"' ? '\\' : '\'';
    const std::string_view inside = text_.substr(first + 1, last - first - 1);
    if (inside.find(escape) == inside.npos) {
      value = Value(inside);
      return true;
    }
    std::string text;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (inside[i] != escape) {
        text += inside[i];
        continue;
      }
      const char escaped = inside[++i];
      if (quote == '"' && escaped != '\\' && escaped != '"' && escaped != 'n') return false;
      text += quote == '"' && escaped == 'n' ? '\n' : escaped;
    }
    value = Value(text);
    return true;
  }

  // --- Block scalars: as yaml_parser_scan_block_scalar of libyaml 0.2.5 does it ---

  bool block(std::size_t at, int column, Value& value) {
    const bool literal = text_[at++] == '|';
    const char chomp = at < end_ && (text_[at] == '-' || text_[at] == '+') ? text_[at++] : ' ';
    if (!rest_is_empty(at)) return false;
    std::string text, breaks;
    const std::size_t indent = block_indent(column, breaks);
    bool line_break = false, was_blank = false;
    while (has_indent(indent)) {
      const std::string_view content = text_.substr(next_ + indent, line_end() - next_ - indent);
      const bool is_blank = content.starts_with(' ');
      if (line_break && !literal && !was_blank && !is_blank) {
        if (breaks.empty()) text += ' ';
      } else if (line_break) {
        text += '\n';
      }
      text += breaks;
      breaks.clear();
      was_blank = is_blank;
      text += content;
      line_break = line_end() < text_.size();
      skip_line();
      take_breaks(indent, breaks);
    }
    if (chomp != '-' && line_break) text += '\n';
    if (chomp == '+') text += breaks;
    value = Value(text);
    return true;
  }

  /// The indent of the text: that of its first line, or of a deeper empty one before it.
  std::size_t block_indent(int column, std::string& breaks) {
    std::size_t deepest = 1 + std::size_t(column);
    while (next_ < text_.size()) {
      const std::size_t end = line_end(), spaces = spaces_of_line(end);
      deepest = std::max(deepest, spaces);
      if (next_ + spaces < end || end == text_.size()) break;
      breaks += '\n';
      skip_line();
    }
    return deepest;
  }

  /// Takes the lines that hold no more than `indent` spaces.
  void take_breaks(std::size_t indent, std::string& breaks) {
    while (next_ < text_.size()) {
      const std::size_t end = line_end(), spaces = spaces_of_line(end);
      if (spaces > indent || next_ + spaces < end || end == text_.size()) return;
      breaks += '\n';
      skip_line();
    }
  }

  /// Whether the next line is one of the text.
  bool has_indent(std::size_t indent) const {
    return next_ + indent < text_.size() && spaces_of_line(line_end()) >= indent;
  }

  std::size_t line_end() const { return std::min(text_.find('\n', next_), text_.size()); }
  std::size_t spaces_of_line(std::size_t end) const {
    std::size_t at = next_;
    while (at < end && text_[at] == ' ') ++at;
    return at - next_;
  }
  void skip_line() {
    next_ = line_end() + 1;
    ++line_;
  }

  const std::string_view text_;
  const YamlOptions& options_;
  std::size_t begin_ = 0, end_ = 0, next_ = 0;
  std::uint32_t line_ = 0;
  int indent_ = 0;
  bool at_end_ = false;
  int depth_ = 0;
  std::vector<Value> items_;
  std::vector<Entry> entries_;
  std::vector<Value> documents_;
};

}  // namespace

std::optional<std::vector<Value>> read_block_style(std::string_view text,
                                                   const YamlOptions& options) {
  if (!is_plain_text(text)) return std::nullopt;
  const std::size_t notes = options.ambiguous == nullptr ? 0 : options.ambiguous->size();
  Reader reader(text, options);
  if (reader.run()) return reader.take_documents();
  if (options.ambiguous != nullptr) {
    options.ambiguous->erase(options.ambiguous->begin() + std::ptrdiff_t(notes),
                             options.ambiguous->end());
  }
  return std::nullopt;
}

}  // namespace doc
