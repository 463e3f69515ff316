#include "translate/document.h"

#include <cmark-gfm.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "doc/utf8.h"
#include "translate/blocks.h"
#include "translate/inline_scan.h"
#include "translate/markdown_tree.h"
#include "translate/pseudo.h"

namespace translate {
namespace {

using markdown::Blocks;
using markdown::Content;
using markdown::Labels;
using markdown::Leaf;
using markdown::LineSpan;

/// Where the body begins: behind "---" ... "---" (or "+++") at the very beginning; 0 without one.
std::size_t front_matter_end(std::string_view page) {
  const std::string_view fence = page.substr(0, 3);
  if (fence != "---" && fence != "+++") return 0;
  bool first = true;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    std::string_view line = page.substr(at, end - at);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    const std::size_t next = std::min(end + 1, page.size());
    if (first && line != fence) return 0;
    // A page that begins with a thematic break has a blank line next; YAML does not.
    if (!first && at == 4 && line.empty()) return 0;
    if (!first && (line == fence || (fence == "---" && line == "..."))) return next;
    first = false;
    at = next;
  }
  return 0;
}

/// The labels among `candidates` that cmark-gfm resolves in this body: asked by parsing the body
/// with a reference to each behind it. Where the end of the body swallows them (an open fence),
/// none is: their references are then left alone.
std::vector<std::string> resolved(std::string_view body,
                                  const std::vector<std::string>& candidates) {
  std::string probe(body);
  for (const std::string& label : candidates) probe += "\n\n[" + label + "]";
  const markdown::Tree root = markdown::parse(probe);
  cmark_node* node = cmark_node_last_child(root.get());
  std::vector<std::string> found;
  for (std::size_t k = candidates.size(); k > 0 && node != nullptr;
       node = cmark_node_previous(node)) {
    if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH) continue;
    cmark_node* child = cmark_node_first_child(node);
    if (child != nullptr && cmark_node_get_type(child) == CMARK_NODE_LINK) {
      found.push_back(candidates[k - 1]);
    }
    --k;
  }
  return found;
}

/// Definitions that make a region parse alone as it does in its page. Targets do not matter: each
/// label has its own.
std::string context_of(const std::vector<std::string>& links,
                       const std::vector<std::string>& footnotes) {
  if (links.empty() && footnotes.empty()) return {};
  std::string context = "\n\n";
  for (std::size_t i = 0; i < links.size(); ++i) {
    context += "[" + links[i] + "]: /" + std::to_string(i) + "\n";
  }
  context += "\n";
  for (const std::string& label : footnotes) context += "[" + label + "] ";
  for (const std::string& label : footnotes) context += "\n\n[" + label + "]: z";
  return context + "\n";
}

/// A leaf's lines joined, and what stands between them.
Content content_of(std::string_view body, const Leaf& leaf) {
  Content content;
  for (std::size_t k = 0; k < leaf.lines.size(); ++k) {
    const LineSpan& line = leaf.lines[k];
    std::string_view text = body.substr(line.begin, line.end - line.begin);
    if (k + 1 == leaf.lines.size()) {
      content.text += text;
      break;
    }
    const std::size_t slashes = text.size() - (text.find_last_not_of('\\') + 1);
    const bool backslash = slashes % 2 == 1;
    if (backslash) text.remove_suffix(1);
    const std::size_t end = line.begin + text.size();
    const std::string between(body.substr(end, leaf.lines[k + 1].begin - end));
    content.text += text;
    content.text += '\n';
    content.hard.push_back(backslash || between.substr(0, 2) == "  ");
    content.breaks.push_back(between);
  }
  return content;
}

/// Replaces segments [first, last) of `page` inside [begin, end).
template <typename Replacement>
std::string splice(std::string_view page, std::size_t begin, std::size_t end,
                   const std::vector<Segment>& segments, std::size_t first, std::size_t last,
                   Replacement&& replacement) {
  std::string out;
  std::size_t at = begin;
  for (std::size_t i = first; i < last; ++i) {
    out += page.substr(at, segments[i].begin - at);
    out += replacement(i);
    at = segments[i].end;
  }
  out += page.substr(at, end - at);
  return out;
}

std::string shape_in_context(std::string_view bytes, std::string_view context) {
  if (bytes.find('[') == std::string_view::npos) return markdown::shape(bytes);
  return markdown::shape(std::string(bytes) + std::string(context));
}

/// The page's bytes of each segment with its words changed; the segment's own where that fails.
std::string probe_of(const Segment& segment, std::string_view own) {
  const auto changed = restore(segment, pseudo_translate(segment.text));
  return changed ? *changed : std::string(own);
}

}  // namespace

std::string_view kind_name(KeptKind kind) {
  switch (kind) {
    case KeptKind::code:
      return "code";
    case KeptKind::html:
      return "html";
    case KeptKind::front_matter:
      return "front_matter";
    case KeptKind::math:
      return "math";
    case KeptKind::no_words:
      return "no_words";
    case KeptKind::unverified:
      return "unverified";
  }
  return "unknown";
}

/// Builds a Document step by step.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(Document& document) : document_(document) {}

  void build() {
    const std::string_view page = document_.page_;
    offset_ = front_matter_end(page);
    if (offset_ > 0) {
      document_.kept_.push_back({KeptKind::front_matter, 0, offset_});
      starts_.push_back(0);
    }
    const std::string_view body = page.substr(offset_);
    const markdown::LabelTexts texts = markdown::find_labels(body);
    const std::vector<std::string> links = resolved(body, texts.links);
    document_.context_ = context_of(links, texts.footnotes);
    for (const std::string& label : links) labels_.insert(markdown::normalise_label(label));
    const Blocks blocks = markdown::find_blocks(body);
    for (const Kept& kept : blocks.kept) {
      document_.kept_.push_back({kept.kind, kept.begin + offset_, kept.end + offset_});
    }
    for (const std::size_t start : blocks.region_starts) {
      if (start + offset_ < page.size() || page.empty()) starts_.push_back(start + offset_);
    }
    for (const Leaf& leaf : blocks.leaves) add_leaf(body, leaf);
    finish();
  }

  void build_title() {
    const std::string& title = document_.page_;
    starts_.push_back(0);
    Segment segment;
    segment.kind = SegmentKind::title;
    segment.begin = std::min(title.find_first_not_of(" \t\r\n"), title.size());
    segment.end =
        title.empty() ? 0 : std::max(title.find_last_not_of(" \t\r\n") + 1, segment.begin);
    Content content;
    content.text = title.substr(segment.begin, segment.end - segment.begin);
    add_segment(content, std::move(segment));
    finish();
  }

 private:
  void keep(KeptKind kind, std::size_t begin, std::size_t end) {
    document_.kept_.push_back({kind, begin, end});
  }

  void add_leaf(std::string_view body, const Leaf& leaf) {
    Segment segment;
    segment.kind = leaf.kind;
    segment.begin = leaf.lines.front().begin + offset_;
    segment.end = leaf.lines.back().end + offset_;
    add_segment(content_of(body, leaf), std::move(segment));
  }

  void add_segment(const Content& content, Segment segment) {
    const std::string_view own =
        std::string_view(document_.page_).substr(segment.begin, segment.end - segment.begin);
    const bool has_brackets = content.text.find(kTokenOpen) != std::string::npos ||
                              content.text.find(kTokenClose) != std::string::npos;
    // A longer block is data; searching it for brackets and words costs too much.
    constexpr std::size_t kBlockBytesMax = 64U << 10;
    if (has_brackets || content.text.size() > kBlockBytesMax) {
      return keep(KeptKind::unverified, segment.begin, segment.end);
    }
    markdown::scan_inlines(content, labels_, segment);
    if (words_of(segment.text).empty()) {
      return keep(KeptKind::no_words, segment.begin, segment.end);
    }
    const auto identity = restore(segment, segment.text);
    const bool overlaps =
        !document_.segments_.empty() && segment.begin < document_.segments_.back().end;
    if (!identity || *identity != own || overlaps) {
      return keep(KeptKind::unverified, segment.begin, segment.end);
    }
    document_.segments_.push_back(std::move(segment));
  }

  void finish() {
    make_regions();
    if (!document_.title_) {
      for (std::size_t r = 0; r < document_.regions_.size(); ++r) prove(r);
      prove_page(0, document_.regions_.size());
    }
    std::vector<Segment> proven;
    for (std::size_t i = 0; i < document_.segments_.size(); ++i) {
      if (dropped_.size() > i && dropped_[i]) {
        keep(KeptKind::unverified, document_.segments_[i].begin, document_.segments_[i].end);
      } else {
        proven.push_back(std::move(document_.segments_[i]));
      }
    }
    document_.segments_ = std::move(proven);
    make_regions();
    std::sort(document_.kept_.begin(), document_.kept_.end(),
              [](const Kept& a, const Kept& b) { return a.begin < b.begin; });
  }

  void make_regions() {
    document_.regions_.clear();
    std::size_t next = 0;
    const std::vector<Segment>& segments = document_.segments_;
    for (std::size_t r = 0; r < starts_.size(); ++r) {
      Region region;
      region.begin = starts_[r];
      region.end = r + 1 < starts_.size() ? starts_[r + 1] : document_.page_.size();
      region.first_segment = next;
      while (next < segments.size() && segments[next].begin < region.end) ++next;
      region.last_segment = next;
      document_.regions_.push_back(region);
    }
  }

  std::string probe(const Region& region, std::size_t first, std::size_t last) const {
    const std::string_view page = document_.page_;
    return splice(
        page, region.begin, region.end, document_.segments_, first, last, [&](std::size_t i) {
          const Segment& segment = document_.segments_[i];
          const std::string_view own = page.substr(segment.begin, segment.end - segment.begin);
          return i < dropped_.size() && dropped_[i] ? std::string(own) : probe_of(segment, own);
        });
  }

  /// Drops the segments of [first, last) that change the structure, found by halving.
  template <typename Same>
  void drop_unproven(const Same& same, std::size_t first, std::size_t last) {
    if (first == last || same(first, last)) return;
    if (last - first == 1) {
      dropped_[first] = true;
      return;
    }
    const std::size_t middle = first + (last - first) / 2;
    drop_unproven(same, first, middle);
    drop_unproven(same, middle, last);
  }

  /// Keeps the segments of region `index` whose words cannot be changed without changing its
  /// structure.
  void prove(std::size_t index) {
    const Region& region = document_.regions_[index];
    document_.shapes_.emplace_back();
    if (region.first_segment == region.last_segment) return;
    dropped_.resize(document_.segments_.size(), false);
    const std::string_view page = document_.page_;
    const std::string& own = document_.shapes_.back() =
        shape_in_context(page.substr(region.begin, region.end - region.begin), document_.context_);
    const auto same = [&](std::size_t first, std::size_t last) {
      return shape_in_context(probe(region, first, last), document_.context_) == own;
    };
    for (std::size_t i = region.first_segment; i < region.last_segment; ++i) {
      if (document_.segments_[i].end > region.end) dropped_[i] = true;
    }
    drop_unproven(same, region.first_segment, region.last_segment);
    if (same(region.first_segment, region.last_segment)) return;
    for (std::size_t i = region.first_segment; i < region.last_segment; ++i) dropped_[i] = true;
  }

  /// The page with the words of regions [first, last) changed.
  std::string page_probe(std::size_t first, std::size_t last) const {
    std::string out;
    for (std::size_t r = 0; r < document_.regions_.size(); ++r) {
      const Region& region = document_.regions_[r];
      const bool changed = r >= first && r < last;
      out +=
          probe(region, region.first_segment, changed ? region.last_segment : region.first_segment);
    }
    return out;
  }

  /// Whether regions influence each other is seen in the whole page only. Halves until the region
  /// is found that does not bear a change where it stands; that one is kept.
  void prove_page(std::size_t first, std::size_t last) {
    if (first == last || document_.same_structure(page_probe(first, last))) return;
    if (last - first == 1 || --page_proofs_left_ < 0) {
      dropped_.resize(document_.segments_.size(), false);
      for (std::size_t i = document_.regions_[first].first_segment;
           i < document_.regions_[last - 1].last_segment; ++i) {
        dropped_[i] = true;
      }
      return;
    }
    const std::size_t middle = first + (last - first) / 2;
    prove_page(first, middle);
    prove_page(middle, last);
  }

  Document& document_;
  std::size_t offset_ = 0;
  Labels labels_;
  std::vector<std::size_t> starts_;
  std::vector<bool> dropped_;
  /// Searches for regions that influence each other; each parses the whole page.
  int page_proofs_left_ = 64;
};

base::Result<Document> Document::parse(std::string page) {
  if (page.size() > base::limits::kPageBytesMax) {
    return base::Error{base::ErrorCode::resource_exhausted,
                       "the page has " + std::to_string(page.size()) + " bytes; the limit is " +
                           std::to_string(base::limits::kPageBytesMax)};
  }
  if (const std::size_t bad = doc::find_invalid_utf8(page); bad != std::string::npos) {
    return base::Error{base::ErrorCode::invalid_argument,
                       "the page is not UTF-8 at byte " + std::to_string(bad)};
  }
  Document document;
  document.page_ = std::move(page);
  DocumentBuilder(document).build();
  return document;
}

base::Result<Document> Document::parse_title(std::string title) {
  if (const std::size_t bad = doc::find_invalid_utf8(title); bad != std::string::npos) {
    return base::Error{base::ErrorCode::invalid_argument,
                       "the title is not UTF-8 at byte " + std::to_string(bad)};
  }
  Document document;
  document.page_ = std::move(title);
  document.title_ = true;
  DocumentBuilder(document).build_title();
  return document;
}

std::string Document::rebuild(std::size_t index,
                              const std::vector<std::string>& replacements) const {
  const Region& region = regions_.at(index);
  CHECK(replacements.size() == region.last_segment - region.first_segment);
  return splice(page_, region.begin, region.end, segments_, region.first_segment,
                region.last_segment,
                [&](std::size_t i) { return replacements[i - region.first_segment]; });
}

bool Document::same_structure(std::size_t index, std::string_view bytes) const {
  const Region& region = regions_.at(index);
  const std::string_view own =
      std::string_view(page_).substr(region.begin, region.end - region.begin);
  if (own == bytes) return true;
  if (title_) return bytes.find_first_of("\r\n") == std::string_view::npos;
  return shape_in_context(bytes, context_) == shapes_.at(index);
}

bool Document::same_structure_alone(std::size_t index, std::string_view bytes) const {
  const Segment& segment = segments_.at(index);
  const std::string_view own =
      std::string_view(page_).substr(segment.begin, segment.end - segment.begin);
  if (title_) return bytes.find_first_of("\r\n") == std::string_view::npos;
  return shape_in_context(bytes, context_) == shape_in_context(own, context_);
}

bool Document::same_structure(std::string_view page) const {
  if (title_) return same_structure(0, page);
  const std::size_t body = front_matter_end(page_);
  if (page.substr(0, body) != std::string_view(page_).substr(0, body)) return false;
  return markdown::shape(page.substr(body)) ==
         markdown::shape(std::string_view(page_).substr(body));
}

}  // namespace translate
