#include "cel/lexer.h"

#include <algorithm>
#include <array>

namespace cel {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

constexpr std::array<std::string_view, 6> kLongSymbols = {"==", "!=", "<=", ">=", "&&", "||"};
constexpr std::string_view kSymbols = "()[]{}.,:?<>!+-*/%";

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Lexed run() {
    while (lexed_.issues.empty()) {
      skip_space();
      begin_ = at_;
      if (at_ == source_.size()) {
        push(TokenKind::end);
        break;
      }
      next();
    }
    return std::move(lexed_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  void fail(std::string message) {
    lexed_.issues.push_back({mark_of(source_, begin_), std::move(message), {}});
  }
  void push(TokenKind kind, std::string value = {}) {
    lexed_.tokens.push_back({kind, static_cast<std::uint32_t>(begin_),
                             source_.substr(begin_, at_ - begin_), std::move(value)});
  }

  void skip_space() {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < source_.size() && source_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  void next() {
    const char c = peek();
    if (const std::size_t prefix = string_prefix(); prefix != std::string_view::npos) {
      string(prefix);
    } else if (is_name_start(c)) {
      while (is_name(peek())) ++at_;
      push(TokenKind::identifier);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else if (c == '`') {
      quoted_identifier();
    } else {
      symbol();
    }
  }

  /// The length of the prefix of a string literal that begins here; npos if none does.
  std::size_t string_prefix() const {
    std::size_t i = 0;
    if (peek(i) == 'b' || peek(i) == 'B') ++i;
    if (peek(i) == 'r' || peek(i) == 'R') ++i;
    return peek(i) == '"' || peek(i) == '\'' ? i : std::string_view::npos;
  }

  void string(std::size_t prefix) {
    const std::string_view marks = source_.substr(at_, prefix);
    const bool bytes = marks.find_first_of("bB") != std::string_view::npos;
    const bool raw = marks.find_first_of("rR") != std::string_view::npos;
    at_ += prefix;
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    const std::string closing(triple ? 3 : 1, quote);
    at_ += closing.size();
    while (source_.substr(at_, closing.size()) != closing) {
      if (at_ == source_.size() || (!triple && (peek() == '\n' || peek() == '\r'))) {
        return fail("Syntax error: token recognition error: a string without its closing quote");
      }
      at_ += peek() == '\\' && !raw && at_ + 1 < source_.size() ? 2 : 1;
    }
    at_ += closing.size();
    auto value = unquote(source_.substr(begin_, at_ - begin_), bytes);
    if (!value) return fail("Syntax error: " + value.error().message);
    push(bytes ? TokenKind::bytes : TokenKind::string, std::move(value).value());
  }

  void number() {
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
      at_ += 2;
      while (is_hex(peek())) ++at_;
      return integer();
    }
    bool floating = false;
    while (is_digit(peek())) ++at_;
    if (peek() == '.' && is_digit(peek(1))) {
      floating = true;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (is_digit(peek(1 + sign))) {
        floating = true;
        at_ += 1 + sign;
        while (is_digit(peek())) ++at_;
      }
    }
    if (floating) return push(TokenKind::floating);
    integer();
  }

  void integer() {
    const bool is_unsigned = peek() == 'u' || peek() == 'U';
    if (is_unsigned) ++at_;
    push(is_unsigned ? TokenKind::uinteger : TokenKind::integer);
  }

  void quoted_identifier() {
    const std::size_t end = source_.find('`', at_ + 1);
    const std::string_view text =
        end == std::string_view::npos ? "" : source_.substr(at_ + 1, end - at_ - 1);
    const bool valid = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return is_name(c) || c == '.' || c == '-' || c == '/' || c == ' ';
    });
    if (!valid) return fail("Syntax error: token recognition error at: '`'");
    at_ = end + 1;
    push(TokenKind::quoted_identifier, std::string(text));
  }

  void symbol() {
    for (const std::string_view symbol : kLongSymbols) {
      if (source_.substr(at_, 2) == symbol) {
        at_ += 2;
        return push(TokenKind::symbol);
      }
    }
    const char c = peek();
    if (kSymbols.find(c) == std::string_view::npos) {
      const bool shown = c >= ' ' && c < 0x7F;
      return fail(std::string("Syntax error: token recognition error at: '") +
                  (shown ? std::string(1, c) : "a byte that is not ASCII") + "'");
    }
    ++at_;
    push(TokenKind::symbol);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  Lexed lexed_;
};

}  // namespace

doc::Mark mark_of(std::string_view source, std::size_t offset) {
  doc::Mark mark{1, 1};
  for (std::size_t i = 0; i < offset && i < source.size(); ++i) {
    if (source[i] == '\n') {
      ++mark.line;
      mark.column = 1;
    } else {
      ++mark.column;
    }
  }
  return mark;
}

Lexed lex(std::string_view source) { return Lexer(source).run(); }

}  // namespace cel
