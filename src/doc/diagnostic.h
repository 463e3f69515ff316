#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "doc/value.h"

namespace doc {

/// What is wrong at one place of a source text.
struct Diagnostic {
  Mark mark;              ///< Where; unknown: only the file is named.
  std::string message;    ///< "unknown key 'vender'": lower case, no full stop.
  std::string hint = {};  ///< "did you mean 'vendor'?"; empty when there is none.
};

/// The form that compilers use, with the source line and a caret under the place:
///
///     site.yaml:7:3: error: unknown key 'vender'
///       7 |   vender: nvidia
///         |   ^
///     hint: did you mean 'vendor'?
///
/// Long lines are cut around the caret; tabs are kept, so that the caret stands right.
/// Ends without a line break.
std::string render(const Diagnostic& diagnostic, const Source& source);

/// The source line of `mark` and a caret under it, as render() shows them: two lines without a line
/// break at the end; "" where there is no such place.
std::string excerpt(const Mark& mark, std::string_view text);

/// The diagnostic as an Error (invalid_argument): `message` is render() without its first "error: "
/// (a program's "error: " comes before it) and without the hint line, which is `hint`.
base::Error to_error(const Diagnostic& diagnostic, const Source& source);

/// "did you mean 'vendor'?" when one of `known` is near `word`; otherwise "".
std::string hint_for_typo(std::string_view word, std::span<const std::string_view> known);

/// hint_for_typo; failing that, "known keys: a, b, c" when they are few (10 at most); else "".
std::string hint_for_unknown(std::string_view word, std::span<const std::string_view> known);

/// What makes a text unreadable for every parser: more bytes than base::limits::kDocumentBytesMax,
/// or bytes that are not UTF-8 (with the place of the first). nullopt when it can be read.
std::optional<Diagnostic> find_unreadable(std::string_view text);

/// "duplicate key 'a'" at the entry `repeated`, and where the key stood first.
Diagnostic describe_repeated(std::span<const Entry> entries, std::size_t repeated);

/// The text of line `number` (from 1) without its line break; "" when there is no such line.
std::string_view line_text(std::string_view text, std::uint32_t number);

/// Line and column of the byte at `offset`. Lines end at LF, CR or CR LF. O(offset).
Mark mark_at(std::string_view text, std::size_t offset);

}  // namespace doc
