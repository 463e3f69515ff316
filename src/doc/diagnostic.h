#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "doc/value.h"

namespace doc {

/// What is wrong at one place of a source text.
struct Diagnostic {
  Mark mark;             ///< Where; unknown: only the file is named.
  std::string message;   ///< "unknown key 'vender'": lower case, no full stop.
  std::string hint = {}; ///< "did you mean 'vendor'?"; empty when there is none.
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

/// The diagnostic as an Error (invalid_argument): `message` is render() without its first "error: "
/// (a program's "error: " comes before it) and without the hint line, which is `hint`.
base::Error to_error(const Diagnostic& diagnostic, const Source& source);

/// "did you mean 'vendor'?" when one of `known` is near `word`; otherwise "known keys: a, b, c" when
/// they are few (10 at most); otherwise "".
std::string hint_for_unknown(std::string_view word, std::span<const std::string_view> known);

}  // namespace doc
