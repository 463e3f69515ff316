#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "translate/document.h"

namespace translate::markdown {

/// One line of a leaf block: the bytes of the body that are its words.
struct LineSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A block that holds inline text.
struct Leaf {
  SegmentKind kind = SegmentKind::paragraph;
  std::vector<LineSpan> lines;
};

/// Where everything is in a body of Markdown (a page without front matter).
struct Blocks {
  std::vector<Leaf> leaves;                ///< In page order.
  std::vector<Kept> kept;                  ///< Code, HTML and math blocks.
  std::vector<std::size_t> region_starts;  ///< Offsets of the top-level blocks; the first is 0.
};

/// Finds the leaf blocks by cmark-gfm's block positions and the text itself.
Blocks find_blocks(std::string_view body);

/// The labels that the body's definitions define, as written: of links, and of footnotes.
struct LabelTexts {
  std::vector<std::string> links;
  std::vector<std::string> footnotes;
};
LabelTexts find_labels(std::string_view body);

}  // namespace translate::markdown
