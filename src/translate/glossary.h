#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace translate {

/// One term of a site's glossary.
struct Term {
  std::string source;
  std::string required;  ///< How it is translated; equal to `source`: never translated.
  std::vector<std::string> forbidden;  ///< Translations that must not appear.
};

/// Terms are matched as whole words, without regard to case.
using Glossary = std::vector<Term>;

/// Whether `term` occurs in `text` as a word of its own (ASCII and Unicode letters bound it;
/// scripts without spaces do not need a boundary).
bool has_term(std::string_view text, std::string_view term);

/// The first term whose rule `translation` of `source` breaks; nullptr when it keeps to all.
const Term* broken_term(const Glossary& glossary, std::string_view source,
                        std::string_view translation);

}  // namespace translate
