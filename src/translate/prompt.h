#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translate/glossary.h"
#include "translate/language.h"

namespace translate {

/// The prompts, and how answers are told apart.
///
/// The system prompt depends on languages, glossary and sanitiser alone and comes first, so that
/// vLLM's prefix cache serves it for every request of a site. The user prompt is the parts to
/// translate, each behind a line "⟦#k⟧" (k from 1), which the answer repeats.

/// `hides`: the parts have placeholders for personal data (sanitise.h).
std::string system_prompt(const Language& source, const Language& target, const Glossary& glossary,
                          bool hides = false);

/// `reminder` (may be empty) is a sentence about what was wrong with the last answer.
std::string user_prompt(const std::vector<std::string_view>& parts, std::string_view reminder);

/// About how many tokens a model makes of `text`: a quarter of its ASCII bytes, one for each other
/// character. Public tokenizers stay within a third of that on prose.
std::size_t estimate_tokens(std::string_view text);

/// A part of an answer that is complete: its number k and its text, trimmed.
using AnswerPart = std::pair<std::size_t, std::string>;
/// The parts of `answer`. While it is incomplete (`at_end` false) the last one is still open and
/// left out. An answer without any mark is part 1 when only one was asked for.
std::vector<AnswerPart> answer_parts(std::string_view answer, std::size_t parts_asked, bool at_end);

/// Cuts `text` between sentences into parts of at most `tokens_max` (a longer sentence stays
/// whole), never between the two tokens of a pair. Second: what stood between a part and the next.
std::vector<std::pair<std::string, std::string>> cut_sentences(std::string_view text,
                                                               std::size_t tokens_max);

}  // namespace translate
