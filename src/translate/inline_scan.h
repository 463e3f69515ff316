#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "translate/segment.h"

namespace translate::markdown {

/// A block's lines joined: '\n' stands for each line break, whose bytes in the page are
/// `breaks[i]` for the i-th. A hard break ("  \n", "\\\n") is one of `hard`.
struct Content {
  std::string text;
  std::vector<std::string> breaks;
  std::vector<bool> hard;
};

/// Labels of the page's link definitions, normalised.
using Labels = std::set<std::string>;
/// As CommonMark matches labels: trimmed, runs of white space one space, case folded.
std::string normalise_label(std::string_view label);

/// Fills `segment.text`, `placeholders` and `breaks` from a block's content. Code, HTML, URLs,
/// addresses, math, mentions, template expressions, entities and shortcodes become tokens; the
/// words of links and images stand between tokens. Emphasis marks and backslash escapes stay in the
/// text.
void scan_inlines(const Content& content, const Labels& labels, Segment& segment);

/// The end of the link definition that begins at `at` of a block's content, or `at` when there is
/// none: the position behind its last line.
std::size_t definition_end(std::string_view content, std::size_t at);

}  // namespace translate::markdown
