#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Internal to src/cel: strings as CEL counts them, in code points.
namespace cel {

void append_utf8(std::uint32_t code, std::string& out);
/// The code points. A byte that is no part of UTF-8 is U+FFFD, one each.
std::vector<std::uint32_t> code_points(std::string_view text);
/// How many code points; counts without decoding where the text is ASCII.
std::size_t length(std::string_view text);
bool is_utf8(std::string_view text);
/// The byte offset of code point `index`; text.size() when it is the length; npos beyond.
std::size_t offset_of(std::string_view text, std::size_t index);
/// unicode.IsSpace of Go, with the code points of Unicode's White_Space.
bool is_space(std::uint32_t code);

}  // namespace cel
