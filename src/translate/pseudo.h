#pragma once

#include <string>
#include <string_view>

namespace translate {

/// Pseudo-translation of a segment's text: letters get accents, vowels are doubled (about a third
/// longer), everything else - tokens, marks, digits - stays. What it does to a page's structure, an
/// honest translation may do too: Document proves its segments with it.
std::string pseudo_translate(std::string_view segment_text);

}  // namespace translate
