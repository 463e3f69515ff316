#pragma once

#include <string>
#include <string_view>

#include "translate/glossary.h"
#include "translate/language.h"
#include "translate/segment.h"

namespace translate {

/// Why an answer is no translation of its segment. Names (problem_name) are stable.
enum class Problem {
  none,
  empty,         ///< Nothing, where there were words.
  tokens,        ///< A placeholder is missing, repeated or unknown.
  damaged,       ///< U+FFFD that the source does not have: a character was lost on the way.
  numbers,       ///< Other numbers than the source's.
  length,        ///< So long or so short that it is something else.
  echo,          ///< Parts of the prompt, or talk about the translation.
  untranslated,  ///< The source's words again.
  script,        ///< Not the writing of the target language.
  glossary,      ///< A required term is missing, a forbidden one there.
  structure      ///< Another tree than the source's (judged by Document).
};
std::string_view problem_name(Problem problem);

/// What an answer is checked against besides its source.
struct CheckContext {
  Language source;
  Language target;
  std::string_view prompt;  ///< The system prompt, whose sentences must not come back.
  const Glossary* glossary = nullptr;
};

/// The first problem of `answer`, a translation of `segment`'s text with its tokens. Errs on the
/// side of refusing: a block that is refused is asked for again.
/// The same numbers: as multisets of digit groups; thousands separators, decimal marks, leading
/// zeros and digits of other scripts are free.
Problem check_answer(const Segment& segment, std::string_view answer, const CheckContext& context);

}  // namespace translate
