#include "translate/blocks.h"

#include <cmark-gfm.h>

#include <algorithm>
#include <set>
#include <string>

#include "translate/inline_links.h"
#include "translate/markdown_tree.h"

namespace translate::markdown {
namespace {

/// Blocks nested deeper than anybody reads are left as they are; markdown_tree compares as deep.
constexpr int kNestedMax = 64;

struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< Without its line end.
};

/// Lines as cmark counts them: "\n", "\r\n" and "\r" end one.
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    lines.push_back({begin, end});
    begin = end + 1;
    if (end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n') ++begin;
  }
  return lines;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "---|:-:" and the like: the second line of a table.
bool is_delimiter_row(std::string_view line) {
  line = trim(line);
  return !line.empty() && line.find('-') != std::string_view::npos &&
         line.find_first_not_of("|:- \t") == std::string_view::npos;
}

/// The lines of $$ blocks, marked from a line that is "$$" (or begins with it and has no other) to
/// the one that ends with it. One that is never closed is none.
std::vector<bool> math_lines(std::string_view body, const std::vector<Line>& lines) {
  std::vector<bool> math(lines.size(), false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto bare = [&](std::size_t k) {
      std::string_view line = trim(body.substr(lines[k].begin, lines[k].end - lines[k].begin));
      while (!line.empty() && line[0] == '>') line = trim(line.substr(1));
      return line;
    };
    const std::string_view first = bare(i);
    if (first.substr(0, 2) != "$$" || first.find("$$", 2) != std::string_view::npos) continue;
    for (std::size_t k = i + 1; k < lines.size(); ++k) {
      const std::string_view line = bare(k);
      if (line.size() < 2 || line.substr(line.size() - 2) != "$$") continue;
      std::fill(math.begin() + i, math.begin() + k + 1, true);
      i = k;
      break;
    }
  }
  return math;
}

/// Walks cmark's tree and collects.
class Finder {
 public:
  explicit Finder(std::string_view body)
      : body_(body), lines_(lines_of(body)), math_(math_lines(body, lines_)) {}

  Blocks run() && {
    const Tree root = parse(body_);
    blocks_.region_starts.push_back(0);
    for (cmark_node* node = cmark_node_first_child(root.get()); node != nullptr;
         node = cmark_node_next(node)) {
      start_region(node);
      walk(node, 0);
    }
    add_math();
    std::sort(blocks_.region_starts.begin(), blocks_.region_starts.end());
    blocks_.region_starts.erase(
        std::unique(blocks_.region_starts.begin(), blocks_.region_starts.end()),
        blocks_.region_starts.end());
    const auto by_begin = [](const auto& a, const auto& b) { return a.begin < b.begin; };
    std::sort(blocks_.leaves.begin(), blocks_.leaves.end(), [](const Leaf& a, const Leaf& b) {
      return a.lines.front().begin < b.lines.front().begin;
    });
    std::sort(blocks_.kept.begin(), blocks_.kept.end(), by_begin);
    return std::move(blocks_);
  }

 private:
  std::size_t first_line(cmark_node* node) const {
    return static_cast<std::size_t>(std::max(cmark_node_get_start_line(node), 0));
  }
  std::size_t last_line(cmark_node* node) const {
    const auto last = static_cast<std::size_t>(std::max(cmark_node_get_end_line(node), 0));
    return std::min(std::max(last, first_line(node)), lines_.size());
  }
  std::string_view line_text(std::size_t number) const {  // Counts from 1.
    const Line& line = lines_[number - 1];
    return body_.substr(line.begin, line.end - line.begin);
  }

  /// cmark moves footnotes to the end of the tree, from wherever they were: only one at the margin
  /// begins a region. A table behind a paragraph has the paragraph's position, a setext heading's
  /// end is unknown: only beginnings are used.
  void start_region(cmark_node* node) {
    const std::size_t line = first_line(node);
    if (line == 0 || line > lines_.size()) return;
    const bool footnote = cmark_node_get_type(node) == CMARK_NODE_FOOTNOTE_DEFINITION;
    if (footnote && trim(line_text(line)).substr(0, 2) != "[^") return;
    if (math_[line - 1] && line > 1 && math_[line - 2]) return;
    blocks_.region_starts.push_back(lines_[line - 1].begin);
  }

  /// Where the words of a line that continues a block begin: behind quote marks and indent.
  std::size_t continuation(std::size_t number, int quotes) const {
    const Line& line = lines_[number - 1];
    std::size_t i = line.begin;
    const auto skip = [&] {
      while (i < line.end && is_blank(body_[i])) ++i;
    };
    skip();
    for (int q = 0; q < quotes && i < line.end && body_[i] == '>'; ++q) {
      ++i;
      skip();
    }
    return i;
  }

  std::size_t first_content(cmark_node* node, int quotes) const {
    const Line& line = lines_[first_line(node) - 1];
    const int column = cmark_node_get_start_column(node);
    const std::size_t begin = line.begin + static_cast<std::size_t>(std::max(column - 1, 0));
    if (column < 1 || begin > line.end) return continuation(first_line(node), quotes);
    std::size_t i = begin;
    while (i < line.end && is_blank(body_[i])) ++i;
    return i;
  }

  LineSpan span(std::size_t number, std::size_t begin) const {
    std::size_t end = lines_[number - 1].end;
    while (end > begin && is_blank(body_[end - 1])) --end;
    return {std::min(begin, end), end};
  }

  void keep(KeptKind kind, cmark_node* node) {
    const std::size_t first = first_line(node);
    if (first == 0 || first > lines_.size()) return;
    blocks_.kept.push_back({kind, lines_[first - 1].begin, lines_[last_line(node) - 1].end});
  }

  void walk(cmark_node* node, int quotes, int depth = 0) {
    if (depth > kNestedMax) return;
    const cmark_node_type type = cmark_node_get_type(node);
    const std::string_view name = cmark_node_get_type_string(node);
    if (type == CMARK_NODE_CODE_BLOCK) return keep(KeptKind::code, node);
    if (type == CMARK_NODE_HTML_BLOCK) return keep(KeptKind::html, node);
    if (type == CMARK_NODE_PARAGRAPH) return paragraph(node, quotes);
    if (type == CMARK_NODE_HEADING) return heading(node, quotes);
    if (name == "table") return table(node, quotes);
    const int inside = quotes + (type == CMARK_NODE_BLOCK_QUOTE ? 1 : 0);
    for (cmark_node* child = cmark_node_first_child(node); child != nullptr;
         child = cmark_node_next(child)) {
      walk(child, inside, depth + 1);
    }
  }

  void paragraph(cmark_node* node, int quotes) {
    const std::size_t first = first_line(node);
    if (first == 0 || first > lines_.size()) return;  // Before a table: found there.
    std::vector<LineSpan> lines = {span(first, behind_checkbox(node, first_content(node, quotes)))};
    for (std::size_t n = first + 1; n <= last_line(node); ++n) {
      lines.push_back(span(n, continuation(n, quotes)));
    }
    add_paragraph(first, lines);
  }

  /// cmark's column of a task's paragraph is before or behind its "[ ]", depending on the nesting.
  std::size_t behind_checkbox(cmark_node* node, std::size_t begin) const {
    cmark_node* parent = cmark_node_parent(node);
    const bool task = parent != nullptr && cmark_node_first_child(parent) == node &&
                      std::string_view(cmark_node_get_type_string(parent)) == "tasklist";
    const std::string_view box = body_.substr(begin, 3);
    if (!task || (box != "[ ]" && box != "[x]" && box != "[X]")) return begin;
    begin += 3;
    while (begin < body_.size() && is_blank(body_[begin])) ++begin;
    return begin;
  }

  /// The lines of a paragraph without definitions, `:::` fences and formulas: what is left of them
  /// is one leaf or several.
  void add_paragraph(std::size_t first, const std::vector<LineSpan>& lines) {
    std::size_t skip = leading_definition_lines(lines);
    Leaf leaf;
    for (std::size_t k = skip; k < lines.size(); ++k) {
      const std::string_view text = body_.substr(lines[k].begin, lines[k].end - lines[k].begin);
      if (text.substr(0, 3) == ":::" || math_[first - 1 + k] || text.empty()) {
        flush(leaf);
      } else {
        leaf.lines.push_back(lines[k]);
      }
    }
    flush(leaf);
  }

  void flush(Leaf& leaf) {
    if (!leaf.lines.empty()) blocks_.leaves.push_back(leaf);
    leaf.lines.clear();
  }

  std::size_t leading_definition_lines(const std::vector<LineSpan>& lines) const {
    std::string content;
    for (const LineSpan& line : lines) {
      content += body_.substr(line.begin, line.end - line.begin);
      content += '\n';
    }
    std::size_t at = 0;
    for (std::size_t end = definition_end(content, at); end > at;
         end = definition_end(content, at)) {
      at = std::min(end + 1, content.size());
    }
    return static_cast<std::size_t>(std::count(content.begin(), content.begin() + at, '\n'));
  }

  void heading(cmark_node* node, int quotes) {
    const std::size_t first = first_line(node);
    if (first == 0 || first > lines_.size()) return;
    const std::size_t begin = first_content(node, quotes);
    if (begin < lines_[first - 1].end && body_[begin] == '#' && !is_setext(node, first, quotes)) {
      return atx_heading(first, begin);
    }
    Leaf leaf{SegmentKind::heading, {span(first, begin)}};
    for (std::size_t n = first + 1; n <= lines_.size(); ++n) {
      const LineSpan line = span(n, continuation(n, quotes));
      const std::string_view text = body_.substr(line.begin, line.end - line.begin);
      if (is_underline(text)) break;
      leaf.lines.push_back(line);
    }
    const std::size_t skip = leading_definition_lines(leaf.lines);
    leaf.lines.erase(leaf.lines.begin(),
                     leaf.lines.begin() + static_cast<long>(std::min(skip, leaf.lines.size())));
    if (!leaf.lines.empty()) blocks_.leaves.push_back(std::move(leaf));
  }

  static bool is_underline(std::string_view text) {
    return !text.empty() && (text[0] == '=' || text[0] == '-') &&
           text.find_first_not_of(text[0]) == std::string_view::npos;
  }

  /// "#hashtag" over "---" is a setext heading although it begins with '#'.
  bool is_setext(cmark_node* node, std::size_t first, int quotes) const {
    const std::size_t begin = first_content(node, quotes);
    std::size_t i = begin;
    while (i < lines_[first - 1].end && body_[i] == '#') ++i;
    return i - begin > 6 || (i < lines_[first - 1].end && !is_blank(body_[i]));
  }

  void atx_heading(std::size_t number, std::size_t begin) {
    const std::size_t line_end = lines_[number - 1].end;
    while (begin < line_end && body_[begin] == '#') ++begin;
    while (begin < line_end && is_blank(body_[begin])) ++begin;
    LineSpan line = span(number, begin);
    std::size_t end = line.end;
    while (end > line.begin && body_[end - 1] == '#') --end;
    if (end < line.end && (end == line.begin || is_blank(body_[end - 1]))) {
      while (end > line.begin && is_blank(body_[end - 1])) --end;
      line.end = end;
    }
    if (line.end > line.begin) blocks_.leaves.push_back({SegmentKind::heading, {line}});
  }

  void table(cmark_node* node, int quotes) {
    const std::size_t first = first_line(node);
    if (first == 0) return;
    std::size_t delimiter = 0;
    for (std::size_t n = first + 1; n <= lines_.size() && delimiter == 0; ++n) {
      const LineSpan line = span(n, continuation(n, quotes));
      if (is_delimiter_row(body_.substr(line.begin, line.end - line.begin))) delimiter = n;
    }
    if (delimiter == 0) return;
    const auto begin_of = [&](std::size_t n) {
      return n == first ? first_content(node, quotes) : continuation(n, quotes);
    };
    if (delimiter - 1 > first) {  // A paragraph whose last line is the table's header.
      std::vector<LineSpan> lines;
      for (std::size_t n = first; n < delimiter - 1; ++n) lines.push_back(span(n, begin_of(n)));
      add_paragraph(first, lines);
    }
    std::size_t number = delimiter - 1;
    for (cmark_node* row = cmark_node_first_child(node); row != nullptr;
         row = cmark_node_next(row)) {
      if (number > lines_.size()) return;
      row_cells(row, span(number, begin_of(number)));
      number = number == delimiter - 1 ? delimiter + 1 : number + 1;
    }
  }

  void row_cells(cmark_node* row, LineSpan line) {
    std::size_t columns = 0;
    for (cmark_node* cell = cmark_node_first_child(row); cell != nullptr;
         cell = cmark_node_next(cell)) {
      ++columns;
    }
    std::size_t begin = line.begin;
    if (begin < line.end && body_[begin] == '|') ++begin;
    for (std::size_t column = 0; column < columns && begin < line.end; ++column) {
      std::size_t end = begin;
      while (end < line.end && body_[end] != '|')
        end += body_[end] == '\\' && end + 1 < line.end ? 2 : 1;
      LineSpan cell{begin, std::min(end, line.end)};
      begin = cell.end + 1;
      while (cell.begin < cell.end && is_blank(body_[cell.begin])) ++cell.begin;
      while (cell.end > cell.begin && is_blank(body_[cell.end - 1])) --cell.end;
      if (cell.end > cell.begin) blocks_.leaves.push_back({SegmentKind::table_cell, {cell}});
    }
  }

  void add_math() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (!math_[i]) continue;
      std::size_t last = i;
      while (last + 1 < lines_.size() && math_[last + 1]) ++last;
      blocks_.kept.push_back({KeptKind::math, lines_[i].begin, lines_[last].end});
      i = last;
    }
  }

  std::string_view body_;
  std::vector<Line> lines_;
  std::vector<bool> math_;
  Blocks blocks_;
};

}  // namespace

Blocks find_blocks(std::string_view body) { return Finder(body).run(); }

LabelTexts find_labels(std::string_view body) {
  std::set<std::string> links;
  LabelTexts labels;
  for (std::size_t at = body.find("]:"); at != std::string_view::npos;
       at = body.find("]:", at + 2)) {
    // A label has no bracket inside but an escaped one, and at most 999 characters.
    std::size_t open = at;
    while (open > 0 && at - open < 999 &&
           (body[open] != '[' || (open > 0 && body[open - 1] == '\\'))) {
      --open;
    }
    if (body[open] != '[') continue;
    const std::string label(body.substr(open + 1, at - open - 1));
    if (!links.insert(normalise_label(label)).second) continue;
    (label.substr(0, 1) == "^" ? labels.footnotes : labels.links).push_back(label);
  }
  return labels;
}

}  // namespace translate::markdown
