#include <charconv>
#include <cstdlib>
#include <vector>

#include "base/limits.h"
#include "doc/diagnostic.h"
#include "doc/json.h"
#include "doc/utf8.h"

namespace doc {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Recursive descent over text that is known to be UTF-8. Every function returns false after
/// fail(). Items of open lists and maps wait on two stacks, so that each list is allocated once, at
/// its size.
class Parser {
 public:
  explicit Parser(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()), line_start_(at_) {}

  bool parse_text(Value& value) {
    skip_space();
    if (!parse_value(value)) return false;
    skip_space();
    return at_ == end_ || fail("expected the end of the text, found " + found());
  }

  const Diagnostic& diagnostic() const { return diagnostic_; }

 private:
  Mark mark() const { return mark_of(at_); }
  Mark mark_of(const char* at) const { return {line_, std::uint32_t(at - line_start_ + 1)}; }

  bool fail(std::string message, std::string hint = {}) {
    return fail_at(mark(), std::move(message), std::move(hint));
  }
  bool fail_at(Mark where, std::string message, std::string hint = {}) {
    diagnostic_ = {where, std::move(message), std::move(hint)};
    return false;
  }

  /// What stands at the place, as a diagnostic names it.
  std::string found() const {
    if (at_ == end_) return "the end of the text";
    const auto byte = static_cast<unsigned char>(*at_);
    if (byte < 0x20 || byte == 0x7F) return "a control character";
    return "'" + std::string(at_, utf8_length({at_, std::size_t(end_ - at_)})) + "'";
  }

  void skip_space() {
    for (; at_ != end_; ++at_) {
      if (*at_ == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (*at_ != ' ' && *at_ != '\t' && *at_ != '\r') {
        return;
      }
    }
  }

  bool parse_value(Value& value) {
    const Mark start = mark();
    if (at_ == end_) return fail("expected a value, found the end of the text");
    bool good = false;
    switch (*at_) {
      case '{':
        good = parse_map(value);
        break;
      case '[':
        good = parse_list(value);
        break;
      case '"':
        good = parse_string(value);
        break;
      case 't':
        good = parse_word("true", Value(true), value);
        break;
      case 'f':
        good = parse_word("false", Value(false), value);
        break;
      case 'n':
        good = parse_word("null", Value(), value);
        break;
      default:
        if (*at_ != '-' && !is_digit(*at_)) return fail_no_value();
        good = parse_number(value);
    }
    if (good) value = std::move(value).at(start);
    return good;
  }

  bool fail_no_value() {
    std::string hint;
    if (*at_ == '\'') hint = "JSON strings stand in double quotes";
    if (*at_ == '/' || *at_ == '#') hint = "JSON has no comments";
    if (*at_ == '+' || *at_ == '.') hint = "a number starts with a digit or '-'";
    return fail("expected a value, found " + found(), hint);
  }

  bool parse_word(std::string_view word, Value meaning, Value& value) {
    std::size_t length = 0;
    while (at_ + length != end_ && std::isalnum(static_cast<unsigned char>(at_[length]))) ++length;
    if (std::string_view(at_, length) != word) {
      return fail("unknown word '" + std::string(at_, length) + "'",
                  "a bare word is true, false or null; a string stands in double quotes");
    }
    at_ += length;
    value = std::move(meaning);
    return true;
  }

  bool open() {
    ++at_;
    if (++depth_ <= base::limits::kDocumentDepthMax) return true;
    --at_;
    return fail("nested deeper than " + std::to_string(base::limits::kDocumentDepthMax) +
                " levels");
  }

  bool parse_list(Value& value) {
    if (!open()) return false;
    const std::size_t first = items_.size();
    skip_space();
    if (at_ != end_ && *at_ == ']') {
      ++at_;
    } else {
      do {
        Value item;
        skip_space();
        if (at_ != end_ && *at_ == ']') return fail("expected a value after ',', found ']'");
        if (!parse_value(item)) return false;
        items_.push_back(std::move(item));
        skip_space();
      } while (take(','));
      if (!take(']')) return fail("expected ',' or ']' in a list, found " + found());
    }
    const auto begin = items_.begin() + std::ptrdiff_t(first);
    value = Value::list({std::make_move_iterator(begin), std::make_move_iterator(items_.end())});
    items_.resize(first);
    --depth_;
    return true;
  }

  bool parse_map(Value& value) {
    if (!open()) return false;
    const std::size_t first = entries_.size();
    skip_space();
    if (at_ != end_ && *at_ == '}') {
      ++at_;
    } else {
      do {
        if (!parse_entry()) return false;
        skip_space();
      } while (take(','));
      if (!take('}')) return fail("expected ',' or '}' in an object, found " + found());
    }
    const auto begin = entries_.begin() + std::ptrdiff_t(first);
    std::vector<Entry> entries(std::make_move_iterator(begin),
                               std::make_move_iterator(entries_.end()));
    entries_.resize(first);
    --depth_;
    if (const auto repeated = Value::try_map(entries, value)) {
      return fail_repeated(entries, *repeated);
    }
    return true;
  }

  bool fail_repeated(const std::vector<Entry>& entries, std::size_t repeated) {
    diagnostic_ = describe_repeated(entries, repeated);
    return false;
  }

  bool parse_entry() {
    skip_space();
    if (at_ == end_ || *at_ != '"') {
      return fail("expected a key in double quotes, found " + found());
    }
    Entry entry;
    const Mark start = mark();
    if (!parse_string(entry.key)) return false;
    entry.key = std::move(entry.key).at(start);
    skip_space();
    if (!take(':')) return fail("expected ':' after the key, found " + found());
    skip_space();
    if (!parse_value(entry.value)) return false;
    entries_.push_back(std::move(entry));
    return true;
  }

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool parse_string(Value& value) {
    const char* const open_quote = at_++;
    const char* plain = at_;
    buffer_.clear();
    for (;;) {
      while (at_ != end_ && *at_ != '"' && *at_ != '\\' &&
             static_cast<unsigned char>(*at_) >= 0x20) {
        ++at_;
      }
      if (at_ == end_) return fail_at(mark_of(open_quote), "the string does not end");
      if (*at_ == '"') break;
      if (*at_ != '\\') return fail_control(open_quote);
      buffer_.append(plain, at_);
      if (!parse_escape()) return false;
      plain = at_;
    }
    if (buffer_.empty()) {
      value = Value(std::string_view(plain, std::size_t(at_ - plain)));
    } else {
      buffer_.append(plain, at_);
      value = Value(std::string_view(buffer_));
    }
    ++at_;
    return true;
  }

  bool fail_control(const char* open_quote) {
    if (*at_ == '\n' || *at_ == '\r') {
      return fail_at(mark_of(open_quote), "the string does not end on its line",
                     "a line break inside a string is written \\n");
    }
    return fail("a control character must be escaped in a string", "write \\t or \\u00XX");
  }

  bool parse_escape() {
    if (at_ + 1 == end_) return fail("the string does not end");
    static constexpr std::string_view kNames = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const char name = at_[1];
    if (name == 'u') return parse_unicode_escape();
    const std::size_t index = kNames.find(name);
    if (index == std::string_view::npos) {
      const std::size_t length = utf8_length({at_ + 1, std::size_t(end_ - at_ - 1)});
      return fail("unknown escape '\\" + std::string(at_ + 1, length) + "'",
                  "a backslash itself is written \\\\");
    }
    buffer_ += kMeanings[index];
    at_ += 2;
    return true;
  }

  /// The four hex digits of the "\uXXXX" at `at`; -1 when it is none.
  int code_unit(const char* at) const {
    if (end_ - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
    int unit = 0;
    const auto result = std::from_chars(at + 2, at + 6, unit, 16);
    return result.ptr == at + 6 && at[2] != '-' ? unit : -1;
  }

  bool parse_unicode_escape() {
    const int unit = code_unit(at_);
    if (unit < 0) return fail("\\u needs four hexadecimal digits");
    std::uint32_t code_point = std::uint32_t(unit);
    int length = 6;
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      const int low = code_unit(at_ + 6);
      if (unit >= 0xDC00 || low < 0xDC00 || low > 0xDFFF) {
        return fail("half of a surrogate pair is no character");
      }
      code_point = 0x10000 + ((std::uint32_t(unit) - 0xD800) << 10) + (std::uint32_t(low) - 0xDC00);
      length = 12;
    }
    append_utf8(buffer_, code_point);
    at_ += length;
    return true;
  }

  bool parse_number(Value& value) {
    const char* const start = at_;
    if (*at_ == '-') ++at_;
    if (at_ == end_ || !is_digit(*at_)) return fail("expected a digit, found " + found());
    if (*at_ == '0' && at_ + 1 != end_ && is_digit(at_[1])) {
      return fail_at(mark_of(start), "a number cannot start with 0");
    }
    while (at_ != end_ && is_digit(*at_)) ++at_;
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (!take_digits()) return fail("expected a digit after '.', found " + found());
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      whole = false;
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!take_digits()) return fail("expected a digit in the exponent, found " + found());
    }
    if (whole && take_whole(start, value)) return true;
    return take_double(start, value);
  }

  bool take_digits() {
    const char* const start = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != start;
  }

  bool take_whole(const char* start, Value& value) const {
    std::int64_t integer = 0;
    if (std::from_chars(start, at_, integer).ec == std::errc()) {
      value = Value(integer);
      return true;
    }
    std::uint64_t unsigned_integer = 0;
    if (*start == '-' || std::from_chars(start, at_, unsigned_integer).ec != std::errc()) {
      return false;
    }
    value = Value(unsigned_integer);
    return true;
  }

  bool take_double(const char* start, Value& value) {
    double number = 0;
    if (std::from_chars(start, at_, number).ec != std::errc()) {
      // Too large, or so small that it is zero; only strtod tells which.
      number = std::strtod(std::string(start, at_).c_str(), nullptr);
      if (number > 1 || number < -1) {
        return fail_at(mark_of(start), "the number is larger than a double can hold");
      }
    }
    value = Value(number);
    return true;
  }

  const char* at_;
  const char* const end_;
  const char* line_start_;
  std::uint32_t line_ = 1;
  int depth_ = 0;
  std::vector<Value> items_;
  std::vector<Entry> entries_;
  std::string buffer_;
  Diagnostic diagnostic_;
};

}  // namespace

base::Result<Value> parse_json(std::string_view text, std::string_view name, Diagnostic* failure) {
  const auto refuse = [&](const Diagnostic& diagnostic) {
    if (failure != nullptr) *failure = diagnostic;
    return to_error(diagnostic, {std::string(name), std::string(text)});
  };
  if (const auto bad = find_unreadable(text)) return refuse(*bad);
  Parser parser(text);
  Value value;
  if (!parser.parse_text(value)) return refuse(parser.diagnostic());
  return value;
}

}  // namespace doc
