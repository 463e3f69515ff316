#include "translate/diode_views.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <cmark-gfm/buffer.h>
#include <cmark-gfm/houdini.h>

#include <algorithm>
#include <mutex>

#include "doc/utf8.h"
#include "translate/unicode.h"

namespace translate::diode {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The value of `count` hex digits at `at`, or -1.
long hex_number(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  long value = 0;
  for (std::size_t k = at; k < at + count; ++k) {
    const int digit = hex_value(text[k]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/// "&#104ttp": browsers take a numeric entity, and the oldest named ones, without its semicolon;
/// cmark's decoder does not. Puts the semicolon in.
std::string close_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    out.push_back(text[i]);
    if (text[i] != '&') continue;
    std::size_t end = i + 1;
    if (end < text.size() && text[end] == '#') {
      ++end;
      const bool hex = end < text.size() && (text[end] == 'x' || text[end] == 'X');
      if (hex) ++end;
      const std::size_t digits = end;
      while (end < text.size() && end - digits < 8 &&
             (hex ? hex_value(text[end]) >= 0 : (text[end] >= '0' && text[end] <= '9'))) {
        ++end;
      }
      if (end == digits) continue;
    } else {
      for (const std::string_view name : {"amp", "lt", "gt", "quot", "nbsp", "shy"}) {
        if (text.substr(i + 1, name.size()) == name) end = i + 1 + name.size();
      }
      if (end == i + 1) continue;
    }
    out.append(text.substr(i + 1, end - i - 1));
    if (end >= text.size() || text[end] != ';') out.push_back(';');
    i = end - 1;
  }
  return out;
}

std::string undo_entities(std::string_view text) {
  if (text.find('&') == std::string_view::npos) return std::string(text);
  const std::string closed = close_entities(text);
  cmark_strbuf buffer;
  cmark_strbuf_init(cmark_get_default_mem_allocator(), &buffer, 0);
  houdini_unescape_html_f(&buffer, reinterpret_cast<const std::uint8_t*>(closed.data()),
                          static_cast<bufsize_t>(closed.size()));
  std::string out(reinterpret_cast<const char*>(buffer.ptr), static_cast<std::size_t>(buffer.size));
  cmark_strbuf_free(&buffer);
  return out;
}

/// Percent-escapes; a run of them that is not UTF-8 stays as it is.
std::string undo_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    std::string bytes;
    std::size_t k = i;
    while (k < text.size() && text[k] == '%' && hex_number(text, k + 1, 2) >= 0) {
      bytes.push_back(static_cast<char>(hex_number(text, k + 1, 2)));
      k += 3;
    }
    if (k == i) {
      out.push_back(text[i++]);
      continue;
    }
    if (doc::find_invalid_utf8(bytes) == std::string_view::npos) {
      out += bytes;
    } else {
      out.append(text.substr(i, k - i));
    }
    i = k;
  }
  return out;
}

/// Markdown's backslash escapes, and the \u and \x of JSON, JavaScript and CSS.
std::string undo_backslash(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char next = text[i + 1];
    const std::size_t digits = next == 'u' ? 4 : next == 'x' ? 2 : 0;
    const long value = digits == 0 ? -1 : hex_number(text, i + 2, digits);
    if (value > 0 && (value < 0xD800 || value > 0xDFFF)) {
      doc::append_utf8(out, static_cast<std::uint32_t>(value));
      i += 1 + digits;
    } else if (next > ' ' && next < 0x7F &&
               kind_of(static_cast<char32_t>(next)) == CharKind::punctuation) {
      out.push_back(next);
      ++i;
    } else {
      out.push_back('\\');
    }
  }
  return out;
}

std::string undo_all(std::string text) {
  for (int round = 0; round < 4; ++round) {
    std::string next = undo_backslash(undo_percent(undo_entities(text)));
    if (next == text) break;
    text = std::move(next);
  }
  return text;
}

bool is_ascii_alnum(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Letters that are drawn in a frame and have no compatibility mapping.
char32_t unframe(char32_t c) {
  if (c >= 0x1F150 && c <= 0x1F169) return U'a' + (c - 0x1F150);
  if (c >= 0x1F170 && c <= 0x1F189) return U'a' + (c - 0x1F170);
  if (c >= 0x1F1E6 && c <= 0x1F1FF) return U'a' + (c - 0x1F1E6);
  return c;
}

/// Whether the look-alike of a dot at `i` stands inside a name rather than ending a sentence.
bool is_dot_in_name(std::u32string_view text, std::size_t i) {
  if (i == 0 || i + 1 >= text.size()) return false;
  const char32_t before = text[i - 1];
  const char32_t after = text[i + 1];
  if (!is_ascii_alnum(before) || !is_ascii_alnum(after) || is_upper(after)) return false;
  if (before == 'l' && after == 'l') return false;  // Catalan "novel·la".
  std::size_t end = i + 1;
  while (end < text.size() && (is_ascii_alnum(text[end]) || text[end] == '-')) ++end;
  return end >= text.size() || !is_caseless_letter(text[end]);
}

constexpr std::u32string_view kDotLike =
    U"\u3002\uFF61\u00B7\u2027\u2219\u22C5\u2022\u2E31\uA78F"
    U"\u16EB\u0701\u0702\u06D4";
constexpr std::u32string_view kColonLike = U"\u2236\uA789\u02D0\u02F8\u05C3\u0589\uFE55\uFE13";
constexpr std::u32string_view kSlashLike = U"\u2044\u2215\u29F8\u2571\u27CB\u3033\u31C9\u4E3F";

std::u32string without(std::u32string_view text, std::u32string_view characters) {
  std::u32string out;
  for (const char32_t c : text) {
    if (characters.find(c) == std::u32string_view::npos) out.push_back(c);
  }
  return out;
}

/// Tags and Markdown's marks away: what is left stands together on the screen.
std::u32string strip_markup(std::u32string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<') {
      const std::size_t close = text.find(U'>', i);
      if (close != std::u32string_view::npos) {
        i = close;
        continue;
      }
    }
    if (text[i] == ']' && i + 1 < text.size() && text[i + 1] == '(') {
      const std::size_t close = text.find(U')', i);
      if (close != std::u32string_view::npos) {
        i = close;
        continue;
      }
    }
    if (std::u32string_view(U"*_~`[]!\\").find(text[i]) == std::u32string_view::npos) {
      out.push_back(text[i]);
    }
  }
  return out;
}

/// Spaces around '/', ':' and '@' and before '.', and the brackets of "[.]", "(dot)" away.
std::u32string collapse(std::u32string_view text) {
  static constexpr std::pair<std::u32string_view, char32_t> kDefanged[] = {
      {U"[.]", '.'},     {U"(.)", '.'},     {U"{.}", '.'},  {U"[dot]", '.'}, {U"(dot)", '.'},
      {U"{dot}", '.'},   {U"<dot>", '.'},   {U"[at]", '@'}, {U"(at)", '@'},  {U"{at}", '@'},
      {U"[@]", '@'},     {U"(@)", '@'},     {U"[:]", ':'},  {U"[/]", '/'},   {U"[://]", ':'},
      {U"[point]", '.'}, {U"(point)", '.'}, {U"[,]", '.'}};
  std::u32string plain;
  for (std::size_t i = 0; i < text.size();) {
    const auto* hit = std::find_if(
        std::begin(kDefanged), std::end(kDefanged),
        [&](const auto& entry) { return text.substr(i, entry.first.size()) == entry.first; });
    if (hit == std::end(kDefanged)) {
      plain.push_back(text[i++]);
    } else {
      plain.push_back(hit->second);
      if (hit->first == U"[://]") plain += U"//";
      i += hit->first.size();
    }
  }
  std::u32string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char32_t c = plain[i];
    const bool joins_left = c == '/' || c == ':' || c == '@' || c == '.';
    if (joins_left) {
      const bool spaced = !out.empty() && out.back() == ' ';
      while (!out.empty() && out.back() == ' ') out.pop_back();
      out.push_back(c);
      if (c != '.' || spaced) {
        while (i + 1 < plain.size() && plain[i + 1] == ' ') ++i;
      }
    } else {
      out.push_back(c);
    }
  }
  return out;
}

cmark_node* parse_document(const std::string& utf8) {
  static std::once_flag registered;
  std::call_once(registered, cmark_gfm_core_extensions_ensure_registered);
  cmark_parser* parser = cmark_parser_new(CMARK_OPT_FOOTNOTES);
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"}) {
    cmark_syntax_extension* extension = cmark_find_syntax_extension(name);
    if (extension != nullptr) cmark_parser_attach_syntax_extension(parser, extension);
  }
  cmark_parser_feed(parser, utf8.data(), utf8.size());
  cmark_node* root = cmark_parser_finish(parser);
  cmark_parser_free(parser);
  return root;
}

}  // namespace

std::u32string decode(std::u32string_view text) { return to_code_points(undo_all(to_utf8(text))); }

std::u32string fold(std::u32string_view text) {
  std::u32string shapes;
  shapes.reserve(text.size());
  for (const char32_t c : nfkc(text)) {
    if (c != kBarrier && kind_of(c) == CharKind::hidden) continue;
    if (kColonLike.find(c) != std::u32string_view::npos) {
      shapes.push_back(':');
    } else if (kSlashLike.find(c) != std::u32string_view::npos) {
      shapes.push_back('/');
    } else if (is_digit(c)) {
      shapes.push_back(U'0' + static_cast<char32_t>(digit_value(c)));
    } else {
      shapes.push_back(unframe(c));
    }
  }
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (kDotLike.find(shapes[i]) != std::u32string_view::npos && is_dot_in_name(shapes, i)) {
      shapes[i] = '.';
    }
  }
  return shapes;
}

std::vector<View> decoded_views(std::u32string_view text) {
  std::vector<View> views;
  views.push_back({"raw", std::u32string(text), Depth::full});
  const std::string utf8 = to_utf8(text);
  views.push_back({"entities", to_code_points(undo_entities(utf8)), Depth::full});
  views.push_back({"percent", to_code_points(undo_percent(utf8)), Depth::full});
  views.push_back({"escapes", to_code_points(undo_backslash(utf8)), Depth::full});
  std::u32string decoded = to_code_points(undo_all(utf8));
  std::u32string folded = fold(decoded);
  views.push_back({"decoded", std::move(decoded), Depth::full});
  // A fullwidth colon is ordinary Chinese punctuation; folded, only known schemes count.
  views.push_back({"folded", std::move(folded), Depth::rendered});
  return views;
}

std::vector<View> reassembled_views(std::u32string_view masked) {
  std::vector<View> views;
  const std::u32string folded = fold(decode(masked));
  views.push_back({"rendered", fold(parse(masked).visible), Depth::rendered});
  views.push_back({"stripped", strip_markup(folded), Depth::rendered});
  views.push_back({"joined", without(folded, U"\t\n\r"), Depth::strong});
  std::u32string spaced = folded;
  std::replace(spaced.begin(), spaced.end(), U'\n', U' ');
  views.push_back({"collapsed", collapse(spaced), Depth::strong});
  views.push_back({"squeezed", without(strip_markup(folded), U" \t\n\r\u00A0"), Depth::strong});
  views.push_back({"skeleton", skeleton(folded), Depth::strong});
  return views;
}

Parsed parse(std::u32string_view text) {
  Parsed parsed;
  cmark_node* root = parse_document(to_utf8(text));
  cmark_iter* iterator = cmark_iter_new(root);
  for (cmark_event_type event = cmark_iter_next(iterator); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator)) {
    cmark_node* node = cmark_iter_get_node(iterator);
    const cmark_node_type type = cmark_node_get_type(node);
    if (event == CMARK_EVENT_EXIT) {
      if ((type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK) parsed.visible.push_back('\n');
      continue;
    }
    if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) {
      const char* url = cmark_node_get_url(node);
      std::u32string target = decode(to_code_points(url == nullptr ? "" : url));
      // A bare address takes the sentence's punctuation with it ("x »" in French).
      target.resize(without_sentence_end(target, 0, target.size()));
      parsed.targets.push_back({Reason::link_destination, std::move(target)});
    }
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
      parsed.visible.push_back('\n');
    }
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK) {
      const char* literal = cmark_node_get_literal(node);
      if (literal != nullptr) parsed.visible += to_code_points(literal);
    }
  }
  cmark_iter_free(iterator);
  cmark_node_free(root);
  return parsed;
}

}  // namespace translate::diode
