#include "translate/language.h"

#include <unicode/uloc.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>

#include "translate/unicode.h"

namespace translate {
namespace {

std::string display_name(const std::string& locale) {
  std::array<UChar, 128> name{};
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t length = uloc_getDisplayName(locale.c_str(), "en", name.data(),
                                                  static_cast<std::int32_t>(name.size()), &error);
  if (U_FAILURE(error) || length <= 0) return {};
  std::array<char, 512> utf8{};
  std::int32_t written = 0;
  u_strToUTF8(utf8.data(), static_cast<std::int32_t>(utf8.size()), &written, name.data(), length,
              &error);
  return U_FAILURE(error) ? std::string()
                          : std::string(utf8.data(), static_cast<std::size_t>(written));
}

std::string script_for(const std::string& locale) {
  std::array<UScriptCode, 8> codes{};
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t count = uscript_getCode(locale.c_str(), codes.data(),
                                             static_cast<std::int32_t>(codes.size()), &error);
  if (U_FAILURE(error) || count < 1) return {};
  return uscript_getShortName(codes[0]);
}

}  // namespace

Language parse_language(std::string_view tag) {
  std::string spelled(tag);
  std::replace(spelled.begin(), spelled.end(), '_', '-');
  Language language;
  std::array<char, ULOC_FULLNAME_CAPACITY> locale{};
  std::int32_t parsed = 0;
  UErrorCode error = U_ZERO_ERROR;
  uloc_forLanguageTag(spelled.c_str(), locale.data(), static_cast<std::int32_t>(locale.size()),
                      &parsed, &error);
  if (U_FAILURE(error) || parsed != static_cast<std::int32_t>(spelled.size()) || spelled.empty()) {
    language.tag = spelled;
    language.name = spelled;
    return language;
  }
  std::array<char, ULOC_FULLNAME_CAPACITY> canonical{};
  uloc_toLanguageTag(locale.data(), canonical.data(), static_cast<std::int32_t>(canonical.size()),
                     false, &error);
  language.tag = U_FAILURE(error) ? spelled : canonical.data();
  language.name = display_name(locale.data());
  language.script = script_for(locale.data());
  // ICU echoes a code that it has no name for.
  const std::string primary = language.tag.substr(0, language.tag.find('-'));
  language.known = !language.name.empty() && language.name.substr(0, primary.size()) != primary;
  if (language.name.empty()) language.name = language.tag;
  return language;
}

}  // namespace translate
