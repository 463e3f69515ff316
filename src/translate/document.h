#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "translate/segment.h"

namespace translate {

/// Why a part of the page is not translated.
enum class KeptKind {
  code,          ///< Code blocks, fenced or indented.
  html,          ///< HTML blocks.
  front_matter,  ///< YAML or TOML between "---" or "+++" at the very beginning.
  math,          ///< $$ blocks.
  no_words,      ///< Paragraphs, headings and cells without a word outside placeholders.
  unverified     ///< Changing its words would have changed the page's structure: left alone.
};
std::string_view kind_name(KeptKind kind);

struct Kept {
  KeptKind kind;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A top-level block with the blank lines behind it: what is released together.
struct Region {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t first_segment = 0;  ///< Its segments: [first_segment, last_segment).
  std::size_t last_segment = 0;
};

/// A page cut into segments, and put together again.
///
/// cmark-gfm finds the blocks; its inline positions are not used (they are wrong in tables,
/// footnotes and after definitions). What must not change inside a block is found by a scan of our
/// own, and then proven: each region is parsed again with all its words changed, and a segment that
/// changes the structure is kept as it is (KeptKind::unverified). So a position that is wrong costs
/// a translation, never the page.
///
/// Understands CommonMark, GFM, front matter, footnotes, $math$, and Outline's `:::info` notices,
/// @mentions and attachments. Line ends, tabs and indents are the page's own.
///
/// Immutable after parse(); safe from any thread.
class Document {
 public:
  /// Errors: invalid_argument for text that is not UTF-8, resource_exhausted above
  /// limits::kPageBytesMax.
  static base::Result<Document> parse(std::string page);
  /// A page's title: one line of plain text, no Markdown.
  static base::Result<Document> parse_title(std::string title);

  const std::string& page() const { return page_; }
  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<Kept>& kept() const { return kept_; }
  /// In order, without gaps: together they are the page.
  const std::vector<Region>& regions() const { return regions_; }

  /// The bytes of region `index` with its segments replaced: `replacements[i]` for segment
  /// `first_segment + i`, as restore() gives it. REQUIRES (CHECK): one for each.
  std::string rebuild(std::size_t index, const std::vector<std::string>& replacements) const;
  /// Whether `bytes` in place of region `index` leave the structure as it is: same blocks, links,
  /// images, code, HTML. Inline parts may change places within their block, as words do.
  bool same_structure(std::size_t index, std::string_view bytes) const;
  /// The same for `bytes` in place of segment `index`, taken by itself: quick, and enough to tell
  /// most answers that break something. What a block means where it stands, only the region shows.
  bool same_structure_alone(std::size_t index, std::string_view bytes) const;
  /// same_structure for a whole page.
  bool same_structure(std::string_view page) const;

 private:
  friend class DocumentBuilder;
  Document() = default;

  std::string page_;
  std::vector<Segment> segments_;
  std::vector<Kept> kept_;
  std::vector<Region> regions_;
  std::vector<std::string> shapes_;  ///< Of each region with segments.
  std::string context_;  ///< Definitions of the page's labels, for parsing a region alone.
  bool title_ = false;
};

}  // namespace translate
