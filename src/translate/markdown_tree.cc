#include "translate/markdown_tree.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace translate::markdown {
namespace {

bool is_inline(cmark_node* node) {
  return (cmark_node_get_type(node) & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE;
}

/// `text` so that no other text can look the same beside it.
void quote(std::string& out, const char* text) {
  const std::string_view bytes = text == nullptr ? "" : text;
  out += std::to_string(bytes.size()) + ':';
  out += bytes;
}

void describe_list(std::string& out, cmark_node* node) {
  out += std::to_string(cmark_node_get_list_type(node)) + ',' +
         std::to_string(cmark_node_get_list_start(node)) + ',' +
         std::to_string(cmark_node_get_list_delim(node)) + ',' +
         std::to_string(cmark_node_get_list_tight(node));
}

void describe_table(std::string& out, cmark_node* node) {
  const int columns = cmark_gfm_extensions_get_table_columns(node);
  const std::uint8_t* alignments = cmark_gfm_extensions_get_table_alignments(node);
  out += std::to_string(columns) + ',';
  for (int i = 0; alignments != nullptr && i < columns; ++i) out += std::to_string(alignments[i]);
}

/// What belongs to the node itself, without its children.
void describe(std::string& out, cmark_node* node) {
  const cmark_node_type type = cmark_node_get_type(node);
  const std::string_view name = cmark_node_get_type_string(node);
  out += name;
  out += '{';
  if (type == CMARK_NODE_LIST) describe_list(out, node);
  if (type == CMARK_NODE_HEADING) out += std::to_string(cmark_node_get_heading_level(node));
  if (type == CMARK_NODE_CODE_BLOCK) quote(out, cmark_node_get_fence_info(node));
  if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) {
    quote(out, cmark_node_get_url(node));
    quote(out, cmark_node_get_title(node));
  }
  if (type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK ||
      type == CMARK_NODE_HTML_INLINE || type == CMARK_NODE_FOOTNOTE_REFERENCE) {
    quote(out, cmark_node_get_literal(node));
  }
  if (name == "table") describe_table(out, node);
  if (name == "tasklist") {
    out += cmark_gfm_extensions_get_tasklist_item_checked(node) ? "done" : "open";
  }
  out += '}';
}

/// What is nested deeper is not compared: no segment is there.
constexpr int kDepthMax = 200;

std::string shape_of(cmark_node* node, int depth = 0) {
  std::string out;
  if (depth > kDepthMax) return out;
  describe(out, node);
  std::vector<std::string> parts;
  bool inlines = false;
  bool words = false;
  for (cmark_node* child = cmark_node_first_child(node); child != nullptr;
       child = cmark_node_next(child)) {
    const cmark_node_type type = cmark_node_get_type(child);
    if (type == CMARK_NODE_TEXT) {
      words = true;
      continue;
    }
    if (type == CMARK_NODE_SOFTBREAK) continue;
    inlines = inlines || is_inline(child);
    parts.push_back(shape_of(child, depth + 1));
  }
  if (inlines) std::sort(parts.begin(), parts.end());
  out += words ? "(w" : "(";
  for (const std::string& part : parts) out += part;
  out += ')';
  return out;
}

}  // namespace

void FreeTree::operator()(cmark_node* root) const { cmark_node_free(root); }

Tree parse(std::string_view text) {
  static std::once_flag registered;
  std::call_once(registered, cmark_gfm_core_extensions_ensure_registered);
  cmark_parser* parser = cmark_parser_new(CMARK_OPT_FOOTNOTES);
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"}) {
    cmark_syntax_extension* extension = cmark_find_syntax_extension(name);
    if (extension != nullptr) cmark_parser_attach_syntax_extension(parser, extension);
  }
  cmark_parser_feed(parser, text.data(), text.size());
  Tree root(cmark_parser_finish(parser));
  cmark_parser_free(parser);
  return root;
}

std::string shape(std::string_view text) { return shape_of(parse(text).get()); }

}  // namespace translate::markdown
