#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "translate/inline_links.h"
#include "translate/segment.h"

namespace translate::markdown {

/// A block's lines joined: '\n' stands for each line break, whose bytes in the page are
/// `breaks[i]` for the i-th. A hard break ("  \n", "\\\n") is one of `hard`.
struct Content {
  std::string text;
  std::vector<std::string> breaks;
  std::vector<bool> hard;
};

/// Fills `segment.text`, `placeholders` and `breaks` from a block's content. Code, HTML, URLs,
/// addresses, math, mentions, template expressions, entities and shortcodes become tokens; the
/// words of links and images stand between tokens. Emphasis marks and backslash escapes stay in the
/// text.
void scan_inlines(const Content& content, const Labels& labels, Segment& segment);

}  // namespace translate::markdown
