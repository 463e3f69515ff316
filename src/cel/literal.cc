#include <optional>

#include "cel/lexer.h"
#include "cel/unicode.h"

namespace cel {
namespace {

base::Error bad_escape(std::string message) {
  return {base::ErrorCode::invalid_argument, std::move(message)};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

std::optional<char> simple_escape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
    case '\'':
    case '"':
    case '`':
    case '?':
      return c;
    default:
      return std::nullopt;
  }
}

struct Numeric {
  int base;
  std::size_t digits;
  std::size_t skip;  ///< Letters between the backslash and the digits.
};

std::optional<Numeric> numeric_escape(char c, bool bytes) {
  if (c == 'x' || c == 'X') return Numeric{16, 2, 1};
  if (c == 'u' && !bytes) return Numeric{16, 4, 1};
  if (c == 'U' && !bytes) return Numeric{16, 8, 1};
  if (c >= '0' && c <= '3') return Numeric{8, 3, 0};
  return std::nullopt;
}

/// Appends the escape at `text[at]` (on the character after the backslash), moves `at` behind it.
base::Result<void> append_escape(std::string_view text, std::size_t& at, bool bytes,
                                 std::string& out) {
  if (at >= text.size())
    return bad_escape("unable to unescape string, found '\\' as last character");
  if (const auto simple = simple_escape(text[at])) {
    out += *simple;
    ++at;
    return {};
  }
  const auto numeric = numeric_escape(text[at], bytes);
  if (!numeric) return bad_escape("unable to unescape string");
  if (at + numeric->skip + numeric->digits > text.size()) {
    return bad_escape("unable to unescape string");
  }
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < numeric->digits; ++i) {
    const int value = digit(text[at + numeric->skip + i]);
    if (value >= numeric->base) return bad_escape("unable to unescape string");
    code = code * static_cast<std::uint32_t>(numeric->base) + static_cast<std::uint32_t>(value);
  }
  at += numeric->skip + numeric->digits;
  if (bytes) {
    out += static_cast<char>(code);
  } else if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return bad_escape("invalid unicode code point");
  } else {
    append_utf8(code, out);
  }
  return {};
}

/// "\r\n" and "\r" are a line break like any other, as in cel-go.
std::string with_plain_line_breaks(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
      continue;
    }
    out += '\n';
    if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
  }
  return out;
}

}  // namespace

base::Result<std::string> unquote(std::string_view literal, bool bytes) {
  bool raw = false;
  while (!literal.empty() && literal[0] != '"' && literal[0] != '\'') {
    raw = raw || literal[0] == 'r' || literal[0] == 'R';
    literal.remove_prefix(1);
  }
  const std::string_view triple = literal.substr(0, 3);
  const std::size_t quotes = literal.size() >= 6 && (triple == "\"\"\"" || triple == "'''") ? 3 : 1;
  const std::string text =
      with_plain_line_breaks(literal.substr(quotes, literal.size() - 2 * quotes));
  if (raw) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      out += text[i++];
      continue;
    }
    ++i;
    if (auto appended = append_escape(text, i, bytes, out); !appended) {
      return std::move(appended).error();
    }
  }
  return out;
}

}  // namespace cel
