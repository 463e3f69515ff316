#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace translate::markdown {

/// Finds where the parts of a block end that hold no words: each function returns the position
/// behind the part that begins at `at`, or `at` when none does. Follows CommonMark and GFM where
/// the difference matters; what it takes for a tag or a formula and cmark for text is merely kept.
///
/// A search that found no end is not made again further on, so that all calls together take time
/// linear in the text for each kind of part.
class TokenEnds {
 public:
  explicit TokenEnds(std::string_view text) : text_(text) {}

  std::size_t code_span(std::size_t at) const;
  std::size_t angle(std::size_t at);  ///< Tags, comments, autolinks in '<' and '>'.
  std::size_t entity(std::size_t at) const;
  /// $x$ and $$x$$ as pandoc and Outline read them: no space inside the dollars, no digit behind.
  std::size_t math(std::size_t at);
  std::size_t shortcode(std::size_t at) const;   ///< ":smile:"
  std::size_t bare_url(std::size_t at) const;    ///< GFM's autolinks without brackets.
  std::size_t identifier(std::size_t at) const;  ///< snake_case, whose underscores are no emphasis.

 private:
  std::size_t tag(std::size_t at) const;
  std::size_t behind(std::string_view closer, std::size_t from, std::size_t at, bool& none_left);

  std::string_view text_;
  std::array<bool, 3> no_math_{};  ///< By the number of dollars.
  bool no_comment_ = false;
  bool no_instruction_ = false;
  bool no_cdata_ = false;
  bool no_declaration_ = false;
};

}  // namespace translate::markdown
