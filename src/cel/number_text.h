#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Internal to src/cel: numbers as Go prints and reads them.
namespace cel {

/// strconv.FormatFloat(value, 'g', -1, 64): "1.5", "1e+06", "NaN", "+Inf".
std::string double_text(double value);
/// strconv.ParseFloat, without hexadecimal and underscores: "1.5", "1e3", "NaN", "-Inf",
/// "Infinity".
std::optional<double> parse_double(std::string_view text);

}  // namespace cel
