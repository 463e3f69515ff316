#pragma once

#include <string>
#include <string_view>

namespace translate {

/// What the diode and the checks ask of Unicode. ICU does the work and stays in the .cc.
/// Text is held as code points (UTF-32), so that an index is a character and a scan cannot stop
/// inside one.

/// `utf8` as code points. REQUIRES: valid UTF-8 (doc::find_invalid_utf8).
std::u32string to_code_points(std::string_view utf8);
std::string to_utf8(std::u32string_view text);

/// The ranges that matter to us; everything else is `other`.
enum class CharKind {
  letter,
  mark,    ///< Combining: accents, vowel signs.
  digit,   ///< Decimal digits of any script.
  space,   ///< Unicode White_Space that takes up room, line breaks among them.
  hidden,  ///< Draws nothing or changes direction: format, control, default-ignorable, unassigned,
           ///< private-use characters, and the blanks that are no White_Space (U+2800, U+3164).
  punctuation,
  other
};
CharKind kind_of(char32_t c);

bool is_letter(char32_t c);
bool is_digit(char32_t c);
bool is_space(char32_t c);
bool is_upper(char32_t c);
bool is_lower(char32_t c);
char32_t to_lower(char32_t c);
/// The value of a decimal digit of any script; -1 for anything else.
int digit_value(char32_t c);
/// Letters of a script without case that is written without spaces or glues particles to foreign
/// words (Han, kana, Hangul, Thai, Arabic, Hebrew, Devanagari, ...): a boundary next to ASCII.
bool is_caseless_letter(char32_t c);
/// A letter of a script whose orthography uses ZWJ and ZWNJ (Arabic, Syriac, Indic scripts, ...).
bool joins(char32_t c);
bool is_han_or_kana(char32_t c);
bool is_right_to_left(char32_t c);
/// Drawn as a picture: emoji and other symbols.
bool is_symbol(char32_t c);

/// ISO 15924 code ("Latn", "Cyrl"); "Zyyy" for what all scripts share.
std::string_view script_of(char32_t c);

/// NFKC, as IDNA and many renderers fold. Text that cannot be normalised is returned as it is.
std::u32string nfkc(std::u32string_view text);
/// UTS 39 skeleton: the same for texts that look alike.
std::u32string skeleton(std::u32string_view text);

}  // namespace translate
