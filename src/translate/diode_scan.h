#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "translate/diode.h"

namespace translate::diode {

/// Something in a text that could be resolved.
struct Reference {
  Reason reason;
  std::u32string text;  ///< What must be found, the same, in the source.
  std::size_t begin = 0;
  std::size_t end = 0;  ///< Where it stands in the text scanned.
  /// "End.Start": two sentences without a space rather than a host, as far as one can tell. Such a
  /// one passes when the source has as many of them.
  bool joint = false;
};

/// How much is believed of a reading of the text.
enum class Depth {
  full,      ///< The text as written, or decoded: every rule.
  rendered,  ///< Markup taken away: all but the rules that mistake "Note:</b>text" for a scheme.
  strong     ///< Line breaks, spaces or shapes taken away: only what cannot be chance.
};

/// The references of `text`, in no particular order, duplicates included. Over-approximates. Takes
/// time linear in the text: one whose references together would be much longer than itself gets a
/// reference with Reason::too_large, which no source can have.
std::vector<Reference> scan(std::u32string_view text, Depth depth);

/// Targets of Markdown links, images and definitions and labels of references, found by their
/// brackets alone, so that no difference between parsers matters.
std::vector<Reference> scan_brackets(std::u32string_view text);
/// Everything in brackets as the label that it may be: "[words]" of a source block stands for its
/// definition, and may become "[other words][words]".
std::vector<Reference> scan_labels(std::u32string_view text);

/// Where a whitespace-delimited token that begins at `begin` ends, as linkifiers see it: before
/// `<`, `>`, quotes, a bracket that it did not open, and the punctuation that ends a sentence.
std::size_t token_end(std::u32string_view text, std::size_t begin);
/// `end` moved to before the punctuation and spaces that end a sentence, not below `begin`.
std::size_t without_sentence_end(std::u32string_view text, std::size_t begin, std::size_t end);

}  // namespace translate::diode
