#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cel/cel.h"

/// Internal to src/cel.
namespace cel {

enum class TokenKind : std::uint8_t {
  end,
  identifier,
  quoted_identifier,  ///< `a-b`: the text without its quotes. Only after a dot.
  integer,
  uinteger,
  floating,
  string,
  bytes,
  symbol,  ///< An operator or a bracket.
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t offset = 0;
  std::string_view text;  ///< As written.
  std::string value;      ///< Of string and bytes: without quotes and escapes.
};

/// The place of a byte offset in `source`.
doc::Mark mark_of(std::string_view source, std::size_t offset);

/// Cuts a whole source into tokens, the last one `end`. The tokens borrow the source.
struct Lexed {
  std::vector<Token> tokens;
  std::vector<Issue> issues;  ///< At most one: nothing after it was read.
};
Lexed lex(std::string_view source);

/// The content of a string literal with its prefix and quotes ("r'a'", "b\"\\x00\"").
/// Errors: invalid_argument with the offset of the bad escape in the literal as hint.
base::Result<std::string> unquote(std::string_view literal, bool bytes);

}  // namespace cel
