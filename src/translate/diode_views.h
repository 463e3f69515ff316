#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translate/diode_scan.h"

namespace translate::diode {

/// One reading of a text.
struct View {
  std::string_view name;
  std::u32string text;
  Depth depth;
};

/// Stands where a reference was that the source has: nothing reads across it. A noncharacter, so
/// it is hidden_character when a response brings its own.
inline constexpr char32_t kBarrier = 0xFDD0;

/// Entities (HTML5's, also numeric ones without semicolon), percent-escapes, backslash escapes and
/// \u, \x escapes undone, all of them and repeatedly, until nothing changes (at most 4 times).
std::u32string decode(std::u32string_view text);
/// NFKC, hidden characters dropped, letters in circles, squares and flags made plain, look-alikes
/// of the dot between ASCII labels made dots, digits of any script made ASCII.
std::u32string fold(std::u32string_view text);

/// The text as it is and as decoders would read it. The first is `text` itself, named "raw". The
/// same names in the same order for every text, here and in reassembled_views.
std::vector<View> decoded_views(std::u32string_view text);
/// The text as a reader puts it together: markup, line breaks, spaces removed; shapes compared.
/// `masked` is the text with the references that are known to be good replaced by kBarrier.
std::vector<View> reassembled_views(std::u32string_view masked);

/// What cmark-gfm makes of `text`: link and image targets, decoded and without the punctuation at
/// their end (scan_brackets compares them byte by byte), and the text
/// that a reader sees ("rendered" among reassembled_views is this).
struct Parsed {
  std::vector<Reference> targets;
  std::u32string visible;
};
Parsed parse(std::u32string_view text);

}  // namespace translate::diode
