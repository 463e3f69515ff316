#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace doc {

/// The length of the valid UTF-8 sequence at the front of `text` (1 to 4), or 0 when there is none:
/// overlong forms, surrogates and values above U+10FFFF are not valid (Unicode table 3-7).
std::size_t utf8_length(std::string_view text);

/// The offset of the first byte that is not valid UTF-8; npos when all of it is.
std::size_t find_invalid_utf8(std::string_view text);

/// Whether every byte is below 0x80.
bool is_ascii(std::string_view text);

/// Appends the UTF-8 form of `code_point`, which is a Unicode scalar value.
void append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace doc
