#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "doc/yaml.h"

namespace doc {

/// Reads the plain block style that nearly every manifest is written in, at several times libyaml's
/// speed; or nothing at all, with nullopt and `options` untouched, the moment it meets anything
/// else. Then read_events() reads the whole text again: whatever is wrong with a text is said there
/// and nowhere else.
///
/// The style: maps and lists by indent, scalars in one line (plain, single-quoted, double-quoted
/// with the escapes \\ \" \n), literal and folded blocks without an indentation digit, "{}" and
/// "[]", comments, and documents after a bare "---". Not in it: tabs, carriage returns, anchors,
/// aliases, tags, directives, "...", other flow style, text over several lines, keys with "?",
/// "<<", repeated keys, more levels than 100, empty documents at the end.
///
/// What it gives is what read_events() gives, marks and notes included: yaml_block_test and
/// fuzz/yaml_fuzz hold the two together. `text` is UTF-8 without a byte order mark, within the
/// limits. Threading: any number at once.
std::optional<std::vector<Value>> read_block_style(std::string_view text,
                                                   const YamlOptions& options);

}  // namespace doc
