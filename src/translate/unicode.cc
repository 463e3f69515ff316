#include "translate/unicode.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <limits>

#include "doc/utf8.h"

namespace translate {
namespace {

std::u16string to_utf16(std::u32string_view text) {
  std::u16string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    if (c <= 0xFFFF) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      out.push_back(static_cast<char16_t>(U16_LEAD(c)));
      out.push_back(static_cast<char16_t>(U16_TRAIL(c)));
    }
  }
  return out;
}

std::u32string from_utf16(std::u16string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (U16_IS_LEAD(text[i]) && i + 1 < text.size()) {
      out.push_back(static_cast<char32_t>(U16_GET_SUPPLEMENTARY(text[i], text[i + 1])));
      ++i;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

/// Calls an ICU function of the shape (buffer, capacity, error) -> length until the text fits.
template <typename Convert>
bool convert(std::u16string& out, std::size_t guess, Convert&& function) {
  if (guess > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()) / 20) return false;
  out.resize(guess);
  for (int attempt = 0; attempt < 2; ++attempt) {
    UErrorCode error = U_ZERO_ERROR;
    const std::int32_t length = function(out.data(), static_cast<std::int32_t>(out.size()), &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
      out.resize(static_cast<std::size_t>(length));
      continue;
    }
    if (U_FAILURE(error)) return false;
    out.resize(static_cast<std::size_t>(length));
    return true;
  }
  return false;
}

const USpoofChecker* spoof_checker() {
  // Built once and only read after that: uspoof_getSkeleton is const and thread-safe.
  static const USpoofChecker* const checker = [] {
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker* made = uspoof_open(&error);
    return U_SUCCESS(error) ? made : nullptr;
  }();
  return checker;
}

bool in_mask(char32_t c, std::uint32_t mask) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & mask) != 0;
}

UScriptCode script(char32_t c) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode code = uscript_getScript(static_cast<UChar32>(c), &error);
  return U_SUCCESS(error) ? code : USCRIPT_UNKNOWN;
}

}  // namespace

std::u32string to_code_points(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const int extra = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t c = extra == 0 ? lead : lead & (0x3FU >> extra);
    for (int k = 1; k <= extra && i + k < utf8.size(); ++k) {
      c = (c << 6U) | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    }
    out.push_back(c);
    i += static_cast<std::size_t>(extra) + 1;
  }
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    const bool scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    doc::append_utf8(out, scalar ? static_cast<std::uint32_t>(c) : 0xFFFDU);
  }
  return out;
}

CharKind kind_of(char32_t c) {
  if (c < 0x80) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharKind::letter;
    if (c >= '0' && c <= '9') return CharKind::digit;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return CharKind::space;
    if (c < 0x20 || c == 0x7F) return CharKind::hidden;
    return CharKind::punctuation;
  }
  const auto code = static_cast<UChar32>(c);
  // Blanks that fonts draw as nothing although Unicode calls them symbols.
  if (c == 0x2800 || c == 0x1D159) return CharKind::hidden;
  if (u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return CharKind::hidden;
  if (c == 0x85 || c == 0x2028 || c == 0x2029) return CharKind::hidden;
  if (u_isUWhiteSpace(code)) return CharKind::space;
  if (in_mask(c, U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CN_MASK | U_GC_CO_MASK | U_GC_CS_MASK)) {
    return CharKind::hidden;
  }
  if (in_mask(c, U_GC_L_MASK | U_GC_NL_MASK)) return CharKind::letter;
  if (in_mask(c, U_GC_M_MASK)) return CharKind::mark;
  if (in_mask(c, U_GC_ND_MASK)) return CharKind::digit;
  if (in_mask(c, U_GC_P_MASK)) return CharKind::punctuation;
  return CharKind::other;
}

bool is_letter(char32_t c) { return kind_of(c) == CharKind::letter; }
bool is_digit(char32_t c) { return kind_of(c) == CharKind::digit; }
bool is_space(char32_t c) { return kind_of(c) == CharKind::space; }
bool is_upper(char32_t c) { return u_isUUppercase(static_cast<UChar32>(c)) != 0; }
bool is_lower(char32_t c) { return u_isULowercase(static_cast<UChar32>(c)) != 0; }
char32_t to_lower(char32_t c) { return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))); }
int digit_value(char32_t c) { return u_charDigitValue(static_cast<UChar32>(c)); }

bool is_caseless_letter(char32_t c) {
  if (c < 0x80) return false;
  const CharKind kind = kind_of(c);
  if (kind != CharKind::letter && kind != CharKind::mark) return false;
  switch (script(c)) {
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_CYRILLIC:
    case USCRIPT_ARMENIAN:
    case USCRIPT_GEORGIAN:
    case USCRIPT_CHEROKEE:
    case USCRIPT_COPTIC:
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
      return false;
    default:  // ICU's enumeration is open: every other script has no case or no look-alikes.
      return true;
  }
}

bool joins(char32_t c) {
  if (c < 0x300) return false;
  const CharKind kind = kind_of(c);
  if (kind != CharKind::letter && kind != CharKind::mark) return false;
  switch (script(c)) {
    case USCRIPT_ARABIC:
    case USCRIPT_SYRIAC:
    case USCRIPT_NKO:
    case USCRIPT_MONGOLIAN:
    case USCRIPT_DEVANAGARI:
    case USCRIPT_BENGALI:
    case USCRIPT_GURMUKHI:
    case USCRIPT_GUJARATI:
    case USCRIPT_ORIYA:
    case USCRIPT_TAMIL:
    case USCRIPT_TELUGU:
    case USCRIPT_KANNADA:
    case USCRIPT_MALAYALAM:
    case USCRIPT_SINHALA:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:  // ICU's enumeration is open.
      return false;
  }
}

bool is_han_or_kana(char32_t c) {
  if (c < 0x2E80) return false;
  const UScriptCode code = script(c);
  return code == USCRIPT_HAN || code == USCRIPT_HIRAGANA || code == USCRIPT_KATAKANA;
}

bool is_right_to_left(char32_t c) {
  const UCharDirection direction = u_charDirection(static_cast<UChar32>(c));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

bool is_symbol(char32_t c) { return c >= 0xA0 && in_mask(c, U_GC_SO_MASK | U_GC_SK_MASK); }

std::string_view script_of(char32_t c) { return uscript_getShortName(script(c)); }

std::u32string nfkc(std::u32string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFKCInstance(&error);
  if (U_FAILURE(error)) return std::u32string(text);
  const std::u16string in = to_utf16(text);
  std::u16string out;
  const bool done =
      convert(out, in.size() + 64, [&](char16_t* to, std::int32_t room, UErrorCode* e) {
        return unorm2_normalize(normalizer, in.data(), static_cast<std::int32_t>(in.size()), to,
                                room, e);
      });
  return done ? from_utf16(out) : std::u32string(text);
}

std::u32string skeleton(std::u32string_view text) {
  const USpoofChecker* checker = spoof_checker();
  if (checker == nullptr) return std::u32string(text);
  const std::u16string in = to_utf16(text);
  std::u16string out;
  const bool done =
      convert(out, in.size() * 2 + 64, [&](char16_t* to, std::int32_t room, UErrorCode* e) {
        return uspoof_getSkeleton(checker, 0, in.data(), static_cast<std::int32_t>(in.size()), to,
                                  room, e);
      });
  return done ? from_utf16(out) : std::u32string(text);
}

}  // namespace translate
