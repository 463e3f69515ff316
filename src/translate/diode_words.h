#pragma once

#include <string_view>

namespace translate::diode {

/// Words that decide borderline cases. None of these tables lets anything pass: what they name is
/// refused with more certainty, and what they do not name still falls under the general rules.
/// All take lower case.

/// URI schemes that a browser, a mail client or an operating system acts on (IANA's registry and
/// vendors' own), so that "scheme:anything" counts even without "//". Every "ms-..." is one.
bool is_known_scheme(std::u32string_view word);
/// Labels that end a resolvable name: country codes, generic and reserved
/// top-level names (RFC 2606, 6761), those of cluster and home networks.
bool is_top_level_name(std::u32string_view label);
/// The part of is_top_level_name that is no everyday word or syllable.
bool is_plain_top_level_name(std::u32string_view label);
/// Programs and functions that fetch or send.
bool is_outbound_command(std::u32string_view word);
/// How people say ".", "@", "/" and ":" when they spell an address, in the languages we know.
bool is_dot_word(std::u32string_view word);
bool is_at_word(std::u32string_view word);
bool is_slash_word(std::u32string_view word);
bool is_colon_word(std::u32string_view word);

}  // namespace translate::diode
