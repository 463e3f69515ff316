#pragma once

#include <string>

namespace doc {

/// Appends `value` as ECMAScript's Number::toString writes it (ECMA-262, 6.1.6.1.20), which RFC
/// 8785 prescribes: the shortest digits that read back as the same double; "1e+21" from 1e21 on,
/// "1e-7" from 1e-7 down; -0 is "0". REQUIRES: finite.
void append_number(std::string& text, double value);

/// The same, but for whole numbers from 2^53 on, which get an exponent ("1.8446744073705951e+19"):
/// their shortest digits, filled up with zeros, would be read back as another whole number.
/// REQUIRES: finite.
void append_readable_number(std::string& text, double value);

}  // namespace doc
