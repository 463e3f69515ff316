#include "translate/random_page.h"

#include <iterator>
#include <string_view>
#include <vector>

namespace translate {
namespace {

constexpr std::string_view kWords[] = {
    "the",    "cluster", "node",  "restart", "Apply", "policy", "is",    "not",    "ready",
    "when",   "storage", "fills", "up",      "Then",  "check",  "every", "pod",    "and",
    "wait",   "for",     "ten",   "minutes", "naïve", "café",   "Größe", "сервер", "данные",
    "服务器", "数据",    "مرحبا", "שלום",    "สวัสดี",  "v2",     "3",     "2024",   "e.g."};

constexpr std::string_view kFixed[] = {"`kubectl get pods`",
                                       "``a ` b``",
                                       "https://wiki.example.com/a?b=1&c=2",
                                       "<https://a.example/x>",
                                       "www.example.com/path",
                                       "ops@a.example",
                                       "$x_1 + y^2$",
                                       "&nbsp;",
                                       "&copy;",
                                       "<br>",
                                       "<span class=\"k\">",
                                       "</span>",
                                       ":warning:",
                                       "{name}",
                                       "{{ .Values.url }}",
                                       "\\*",
                                       "\\_",
                                       "snake_case_name",
                                       "values.yaml",
                                       "/etc/hosts",
                                       "10.0.0.1",
                                       "@[Ann](mention://1/user/2)",
                                       "[log.txt 12](/api/attachments.redirect?id=9)",
                                       "![](/img/a.png)",
                                       "[^1]",
                                       "[^note]",
                                       "[ref]",
                                       "[ref][]",
                                       "[undefined]",
                                       "[[Wiki page]]",
                                       "<!-- note -->",
                                       "*",
                                       "_",
                                       "`",
                                       "[",
                                       "]",
                                       "\\",
                                       "<",
                                       "|",
                                       "$"};

constexpr std::string_view kBlocks[] = {"---",
                                        "***",
                                        "```yaml\nkey: value\n\n- item\n```",
                                        "~~~\n# not a heading\n~~~",
                                        "    indented code",
                                        "<div>\n<p>Some text</p>\n</div>",
                                        "<!-- a\ncomment -->",
                                        "$$\nx = \\frac{a}{b}\n$$",
                                        "[ref]: https://wiki.example.com/ref \"Ref title\"",
                                        "[other]: <https://wiki.example.com/o>",
                                        "[^1]: A note about the text.",
                                        "[^note]: First line\n    second line",
                                        ":::info\nRead this first\n:::",
                                        ":::warning\n\nTake care\n\n:::",
                                        "<details><summary>More</summary>",
                                        "</details>"};

class Writer {
 public:
  explicit Writer(base::Random& random) : random_(random) {}

  std::string page() {
    std::string out;
    if (one_in(12)) out += "---\ntitle: A page\n---\n";
    const std::size_t blocks = 1 + below(6);
    for (std::size_t i = 0; i < blocks; ++i) out += block(0) + (one_in(5) ? "\n" : "\n\n");
    if (one_in(3)) out += "[ref]: /somewhere\n";
    if (one_in(3)) out += "\n[^1]: The note\n";
    if (one_in(6)) out.pop_back();
    if (one_in(5)) out = with_crlf(out);
    return out;
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.below(bound)); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <std::size_t N>
  std::string pick(const std::string_view (&choices)[N]) {
    return std::string(choices[below(N)]);
  }

  static std::string with_crlf(const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '\n') out += '\r';
      out += c;
    }
    return out;
  }

  std::string words(std::size_t most) {
    std::string out = pick(kWords);
    for (std::size_t n = below(most); n > 0; --n) out += " " + pick(kWords);
    return out;
  }

  std::string piece(int depth) {
    switch (below(depth > 2 ? 3 : 9)) {
      case 0:
      case 1:
        return words(4);
      case 2:
        return pick(kFixed);
      case 3:
        return "*" + run(depth + 1, 2) + "*";
      case 4:
        return "**" + run(depth + 1, 2) + "**";
      case 5:
        return "[" + run(depth + 1, 2) + "](https://wiki.example.com/p" + std::to_string(below(9)) +
               (one_in(3) ? " \"A title\")" : ")");
      case 6:
        return "[" + words(2) + "][ref]";
      case 7:
        return "![" + words(2) + "](/img/" + std::to_string(below(9)) + ".png)";
      default:
        return "~~" + words(2) + "~~";
    }
  }

  std::string run(int depth, std::size_t most) {
    std::string out = piece(depth);
    for (std::size_t n = below(most + 1); n > 0; --n) {
      out += one_in(6) ? "" : " ";
      out += piece(depth);
    }
    return out;
  }

  std::string paragraph() {
    std::string out = words(3) + " " + run(0, 3);
    for (std::size_t n = below(3); n > 0; --n) {
      out += one_in(5) ? "  \n" : one_in(7) ? "\\\n" : "\n";
      if (one_in(6)) out += "  ";
      out += run(0, 3);
    }
    return out + (one_in(3) ? "." : "");
  }

  std::string table() {
    const std::size_t columns = 1 + below(3);
    const auto row = [&](bool edge) {
      std::string out = edge ? "|" : "";
      for (std::size_t c = 0; c < columns; ++c) {
        out += " " + (one_in(8) ? std::string() : run(1, 1)) + " ";
        if (c + 1 < columns || edge) out += "|";
      }
      return out;
    };
    const bool edge = columns == 1 || !one_in(3);
    std::string out = one_in(6) ? words(3) + "\n" : "";
    out += row(edge) + "\n" + (edge ? "|" : "");
    for (std::size_t c = 0; c < columns; ++c) {
      out += one_in(3) ? ":-:" : "---";
      if (c + 1 < columns || edge) out += "|";
    }
    for (std::size_t n = below(4); n > 0; --n) out += "\n" + row(edge);
    return out;
  }

  /// `text` with `first` before its first line and `rest` before the others; blank lines stay bare
  /// (or get the prefix, for quotes).
  std::string prefixed(const std::string& text, const std::string& first, const std::string& rest) {
    std::string out = first;
    for (std::size_t i = 0; i < text.size(); ++i) {
      out += text[i];
      if (text[i] != '\n' || i + 1 == text.size()) continue;
      const bool blank = text[i + 1] == '\n';
      const bool lazy = one_in(12);
      if (!blank && !lazy) out += rest;
      if (blank && rest[0] == '>') out += ">";
    }
    return out;
  }

  std::string list(int depth) {
    const bool ordered = one_in(3);
    const bool tight = one_in(2);
    const bool tasks = one_in(4);
    std::string out;
    const std::size_t items = 1 + below(4);
    for (std::size_t i = 0; i < items; ++i) {
      std::string marker = ordered ? std::to_string(i + 1) + (one_in(9) ? ") " : ". ") : "- ";
      const std::string indent = one_in(15) ? "\t" : std::string(marker.size(), ' ');
      std::string body = one_in(3) && depth < 3 ? block(depth + 1) : run(0, 2);
      if (one_in(4) && depth < 3)
        body += "\n" + (tight ? "" : std::string("\n")) + block(depth + 1);
      if (tasks) marker += one_in(2) ? "[ ] " : "[x] ";
      out += prefixed(body, marker, indent);
      if (i + 1 < items) out += tight ? "\n" : "\n\n";
    }
    return out;
  }

  std::string block(int depth) {
    switch (below(10)) {
      case 0:
        return std::string(1 + below(6), '#') + " " + run(0, 2) + (one_in(4) ? " ##" : "");
      case 1:
        return words(3) + (one_in(2) ? "\n===" : "\n---");
      case 2:
        return depth < 3 ? list(depth) : paragraph();
      case 3:
        return depth < 3 ? prefixed(block(depth + 1), "> ", one_in(4) ? ">" : "> ") : paragraph();
      case 4:
        return table();
      case 5:
        return pick(kBlocks);
      case 6:
        return one_in(2) ? pick(kBlocks) + "\n" + paragraph() : paragraph() + "\n" + pick(kBlocks);
      default:
        return paragraph();
    }
  }

  base::Random& random_;
};

}  // namespace

std::string random_page(base::Random& random) { return Writer(random).page(); }

}  // namespace translate
