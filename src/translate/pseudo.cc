#include "translate/pseudo.h"

#include "translate/segment.h"

namespace translate {
namespace {

/// Accented forms of a to z, then A to Z; a letter without one gets a macron below or a stroke.
constexpr std::string_view kLower[] = {"á", "ƀ", "ç", "ð", "é", "ƒ", "ĝ", "ĥ", "í",
                                       "ĵ", "ķ", "ļ", "ɱ", "ñ", "ó", "þ", "ɋ", "ŕ",
                                       "š", "ţ", "ú", "ṽ", "ŵ", "ẋ", "ý", "ž"};
constexpr std::string_view kUpper[] = {"Á", "Ɓ", "Ç", "Ð", "É", "Ƒ", "Ĝ", "Ĥ", "Í",
                                       "Ĵ", "Ķ", "Ļ", "Ṁ", "Ñ", "Ó", "Þ", "Ɋ", "Ŕ",
                                       "Š", "Ţ", "Ú", "Ṽ", "Ŵ", "Ẋ", "Ý", "Ž"};

}  // namespace

std::string pseudo_translate(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 2);
  for (const char c : text) {
    std::string_view letter;
    if (c >= 'a' && c <= 'z') letter = kLower[c - 'a'];
    if (c >= 'A' && c <= 'Z') letter = kUpper[c - 'A'];
    if (letter.empty()) {
      out += c;
      continue;
    }
    out += letter;
    if (std::string_view("aeiou").find(c) != std::string_view::npos) out += letter;
  }
  return out;
}

}  // namespace translate
