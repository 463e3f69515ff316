#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct cmark_node;

namespace translate::markdown {

struct FreeTree {
  void operator()(cmark_node* root) const;
};
using Tree = std::unique_ptr<cmark_node, FreeTree>;

/// CommonMark with GFM's tables, strikethrough, autolinks and task lists, and footnotes: the
/// dialect that Outline and GitHub share. Never null. Thread-safe.
Tree parse(std::string_view text);

/// The structure of a text, as a string to compare: blocks in order with their kinds, links,
/// images, code and HTML byte for byte; within a block inline parts are sorted, as translation
/// moves them. Words are left out; whether there are any is not.
std::string shape(std::string_view text);

}  // namespace translate::markdown
