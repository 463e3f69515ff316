#pragma once

#include <string>
#include <string_view>

#include "doc/value.h"

namespace schema {

/// How Go prints things, because the API server's messages do.

/// strconv.Quote: %q of a string.
std::string go_quoted(std::string_view text);
/// %v of a float64: "3", "0.5", "1e+21", "1e-05".
std::string go_number(double value);
/// The value as field.Error prints it: numbers and booleans with %v, strings with %q, null as
/// "null", lists and maps with %#v (`map[string]interface {}{"a":1}`).
std::string go_bad_value(const doc::Value& value);

}  // namespace schema
