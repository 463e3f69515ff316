#pragma once

#include <string>
#include <string_view>

namespace translate {

/// What a BCP 47 tag says, as far as translation needs it.
struct Language {
  std::string tag;     ///< Canonical case: "fr-CA", "zh-Hant".
  std::string name;    ///< English, for the prompt: "French (Canada)". The tag where we know none.
  std::string script;  ///< ISO 15924 of its usual writing: "Latn"; "" when unknown.
  bool known = false;  ///< Whether the primary language is an ISO 639 one that ICU has a name for.
};

/// Any spelling ("EN", "fr_ca", "pt-BR"). Junk ("API") gives known == false: treat it as unknown
/// rather than as an error.
Language parse_language(std::string_view tag);

}  // namespace translate
