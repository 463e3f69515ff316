#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "doc/diagnostic.h"
#include "doc/value.h"

namespace doc {

/// Parses one JSON text (RFC 8259), keeping line and column of each value. Strict: UTF-8 is
/// checked, a duplicate key, a trailing comma, a comment, a number without digits are errors.
/// `name` is what a diagnostic calls the text. A whole number that fits is an integer; "1.0" and
/// "1e3" are numbers (double).
/// Errors: invalid_argument, as a diagnostic (doc/diagnostic.h); the limits of base/limits.h.
/// `failure`, where given, is set to what the Error says, in its parts.
base::Result<Value> parse_json(std::string_view text, std::string_view name = "<json>",
                               Diagnostic* failure = nullptr);

/// JSON on one line, no spaces, entries in source order. NaN and infinities become null.
std::string to_json(const Value& value);
/// JSON for a person: two spaces of indent, a line per entry, ends with a line break.
std::string to_json_pretty(const Value& value);
/// RFC 8785 (JCS): keys sorted by UTF-16 code units, ECMAScript numbers. The same bytes for equal
/// values, on every machine: what is hashed and compared.
std::string to_canonical_json(const Value& value);

}  // namespace doc
