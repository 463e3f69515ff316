#pragma once

#include <optional>
#include <string_view>

#include "translate/diode.h"

namespace translate::diode {

/// The checks that compare two whole texts rather than references one by one. Each says why the
/// response is refused, or Reason::none.

/// Characters that draw nothing or change direction, beyond the source's own: counted one by one,
/// so that an emoji sequence may be kept but not added to. ZWNJ and ZWJ inside words of scripts
/// that are written with them pass.
Reason check_hidden(std::u32string_view source, std::u32string_view response);
/// Words that mix Latin with letters of its shape; letters in styled forms (mathematical,
/// circled, superscript) that the source does not have.
Reason check_homoglyphs(std::u32string_view source, std::u32string_view response);
/// Data in disguise: base64, base32, hex, snake_case identifiers, spelled letters, many symbols.
Reason check_opaque(std::u32string_view source, std::u32string_view response);
/// Digits that are not the source's: seven or more together. Other separators ("1,234.5" to
/// "1.234,5"), another order of the same groups (dates) and trailing zeros are free.
Reason check_numbers(std::u32string_view source, std::u32string_view response);

}  // namespace translate::diode
