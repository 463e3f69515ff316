#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace translate {

/// In a segment's text, what must not change stands as a token: "⟦3⟧" for something kept whole
/// (code, a URL, a tag), "⟦3⟧words⟦/3⟧" around words to translate (a link's text, an image's
/// description). Numbers count from 1 in each segment. A text that has these brackets itself is
/// not translated.
inline constexpr std::string_view kTokenOpen = "\u27E6";   // ⟦
inline constexpr std::string_view kTokenClose = "\u27E7";  // ⟧

/// What a token stands for.
struct Placeholder {
  bool paired = false;
  std::string open;   ///< Bytes of the page for "⟦n⟧".
  std::string close;  ///< For "⟦/n⟧" of a pair.
  /// Of a shortcut reference "[words]": its close once the words have changed ("][words]"), so
  /// that the label still finds its definition. Empty where `close` always holds.
  std::string close_if_changed;
  std::string inner;      ///< The words between, as in the page; to tell whether they have changed.
  bool bare_url = false;  ///< Ends where white space does: needs it on both sides.
};

enum class SegmentKind { heading, paragraph, table_cell, title };
std::string_view kind_name(SegmentKind kind);

/// A run of the page that is translated as one. Everything outside segments is kept byte for byte.
struct Segment {
  SegmentKind kind = SegmentKind::paragraph;
  std::size_t begin = 0;  ///< Bytes of the page that a translation replaces.
  std::size_t end = 0;
  /// For the model: placeholders as tokens, '\n' where the page breaks a line inside the segment.
  std::string text;
  std::vector<Placeholder> placeholders;  ///< Of token n at n - 1.
  /// The page's bytes for each '\n' of `text`: line end and the next line's quote marks and indent.
  std::vector<std::string> breaks;
};

/// `translation` of `segment`'s text as bytes for the page: tokens replaced, line breaks given
/// their indent, '|' escaped in table cells. The segment's own text gives the page's own bytes.
/// Errors: invalid_argument when a token is missing, repeated, unknown or out of order.
base::Result<std::string> restore(const Segment& segment, std::string_view translation);

/// Where in the page the bytes at `offsets` of the segment's text come from. REQUIRES: sorted.
std::vector<std::size_t> page_offsets(const Segment& segment,
                                      const std::vector<std::size_t>& offsets);

/// The text without tokens: the words alone.
std::string words_of(std::string_view segment_text);

}  // namespace translate
