#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "doc/value.h"

namespace cli {

/// "slipway: error: ..." and, on a line of its own, "hint: ...". Ends with a line break.
std::string error_text(const base::Error& error);

/// `value` in the form that -o asks for: "json" (indented) or "yaml". Ends with a line break.
std::string formatted(const doc::Value& value, std::string_view format);

/// Columns of text, each as wide as its widest cell, two spaces between; the last is not padded.
/// A row a line, each ended by a line break. Rows may have fewer cells than `heads`.
std::string table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows);

/// `text` cut to `width` columns (a byte each; what is not ASCII counts a column a character),
/// with "..." at the end where something was cut. Line breaks become spaces.
std::string cut(std::string_view text, int width);

}  // namespace cli
