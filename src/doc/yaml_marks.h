#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "doc/value.h"

namespace doc {

/// The most bytes of a key that stands in one line with its ':'. libyaml (and go-yaml after it)
/// gives such a key up after 1,024 characters.
inline constexpr std::size_t kSimpleKeyBytesMax = 1000;

/// Whether lines and characters of `text` (UTF-8) are the same for libyaml, for an editor and for
/// whoever counts LFs: no control character but LF, and nothing that YAML refuses.
bool is_plain_text(std::string_view text);

/// Turns libyaml's places, which count characters, into ours, which count bytes.
///
/// Free for ASCII text. Otherwise the lines are found once and a cursor walks each line forwards,
/// as a parser's places come. libyaml also ends lines at U+0085, U+2028 and U+2029; editors do not,
/// and neither do our marks.
/// Ownership: borrows the text. Threading: one thread.
class YamlMarks {
 public:
  explicit YamlMarks(std::string_view text);
  /// `line` and `column` as in yaml_mark_t: from 0, the column in characters.
  Mark of(std::size_t line, std::size_t column) {
    if (ascii_) return {std::uint32_t(line + 1), std::uint32_t(column + 1)};
    return walk(line, column);
  }

 private:
  struct Line {
    std::size_t offset;       // Where libyaml's line starts.
    std::uint32_t line;       // The editor's line that it belongs to,
    std::size_t line_offset;  // which starts here.
  };
  void find_lines();
  Mark walk(std::size_t line, std::size_t column);

  const std::string_view text_;
  const bool ascii_;
  std::vector<Line> lines_;
  std::size_t cursor_line_ = 0, cursor_column_ = 0, cursor_offset_ = 0;
};

}  // namespace doc
