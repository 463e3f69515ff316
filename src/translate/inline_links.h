#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "translate/inline_tokens.h"

namespace translate::markdown {

/// Labels of the page's link definitions, normalised.
using Labels = std::set<std::string>;
/// As CommonMark matches labels: trimmed, runs of white space one space, case folded.
std::string normalise_label(std::string_view label);

/// A link or an image of a block's content.
struct Link {
  std::size_t close = 0;  ///< The ']' behind its words.
  std::size_t end = 0;    ///< Behind the whole.
  bool image = false;
  std::string_view label;   ///< Of a shortcut or collapsed reference: its words.
  std::string_view target;  ///< Of an inline link, as written.
};

/// The links and images of `text` by the position of their '['. As in CommonMark, a link holds no
/// link: of nested ones the innermost is it. Time is linear in the text but for labels, which are
/// at most 999 bytes.
std::map<std::size_t, Link> find_links(std::string_view text, const Labels& labels,
                                       TokenEnds& ends);

/// The end of the link definition that begins at `at` of a block's content, or `at` when there is
/// none: the position behind its last line.
std::size_t definition_end(std::string_view content, std::size_t at);

}  // namespace translate::markdown
