#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace base {

/// RFC 4648 base64 with padding.
std::string to_base64(std::string_view bytes);
/// The one text that to_base64 would give, decoded: wrong length, foreign characters and unused
/// bits that are not zero are refused (nullopt), so that no byte can be changed unnoticed.
std::optional<std::string> from_base64(std::string_view text);

std::string to_hex(std::string_view bytes);  ///< Lower case.
/// Lower or upper case, an even number of digits; nullopt otherwise.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace base
