#include "translate/check.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "translate/unicode.h"

namespace translate {
namespace {

using Text = std::u32string_view;

bool separates_thousands(char32_t c) {
  return Text(U".,' \u00A0\u202F\u2009\u2019\u066B\u066C").find(c) != Text::npos;
}

/// The numbers of a text as bags of digit groups: "1,234.50" is {1234, 50} or {1234.50}'s groups,
/// whatever marks its language puts between.
std::multiset<std::string> numbers_of(Text text) {
  std::vector<std::string> groups;
  std::vector<bool> joined;  // To the group before by one thousands separator.
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    const bool join =
        i >= 2 && !groups.empty() && separates_thousands(text[i - 1]) && is_digit(text[i - 2]);
    std::string group;
    for (; i < text.size() && is_digit(text[i]); ++i) {
      group += static_cast<char>('0' + digit_value(text[i]));
    }
    groups.push_back(std::move(group));
    joined.push_back(join);
  }
  std::multiset<std::string> numbers;
  for (std::size_t i = 0; i < groups.size();) {
    std::string number = groups[i++];
    while (i < groups.size() && joined[i] && groups[i].size() == 3 && number.size() <= 15) {
      number += groups[i++];
    }
    const std::size_t first = number.find_first_not_of('0');
    numbers.insert(first == std::string::npos ? "0" : number.substr(first));
  }
  return numbers;
}

std::u32string lower(Text text) {
  std::u32string out(text);
  for (char32_t& c : out) c = to_lower(c);
  return out;
}

/// Words of four letters or more, in lower case.
std::multiset<std::u32string> long_words(Text text) {
  std::multiset<std::u32string> words;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && (is_letter(text[end]) || kind_of(text[end]) == CharKind::mark))
      ++end;
    if (end - i >= 4) words.insert(lower(text.substr(i, end - i)));
    i = std::max(end, i + 1);
  }
  return words;
}

/// Whether most words of the source came back. Names and code words do; sentences do not.
bool is_untranslated(Text source, Text answer) {
  const auto before = long_words(source);
  if (before.size() < 4) return false;
  auto after = long_words(answer);
  std::size_t same = 0;
  for (const std::u32string& word : before) {
    const auto found = after.find(word);
    if (found == after.end()) continue;
    after.erase(found);
    ++same;
  }
  return same * 10 >= before.size() * 7;
}

/// Whether the letters are of the target's script: at least a third, where there are ten or more
/// (names stay Latin).
bool is_in_script(Text answer, std::string_view script) {
  std::size_t letters = 0;
  std::size_t right = 0;
  const bool east_asian = script == "Jpan" || script == "Hira" || script == "Kore" ||
                          script.substr(0, 3) == "Han" || script == "Hang";
  for (const char32_t c : answer) {
    if (!is_letter(c)) continue;
    ++letters;
    const std::string_view found = script_of(c);
    right +=
        found == script ||
        (east_asian && (found == "Hani" || found == "Hira" || found == "Kana" || found == "Hang"));
  }
  return letters < 10 || right * 3 >= letters;
}

/// How models begin when they talk about the task instead of doing it.
constexpr std::string_view kTalk[] = {"here is the translation",
                                      "here's the translation",
                                      "here is the translated",
                                      "translation:",
                                      "sure, here",
                                      "sure! here",
                                      "as an ai",
                                      "i cannot translate",
                                      "i can't translate",
                                      "i'm sorry, but",
                                      "voici la traduction",
                                      "aquí está la traducción",
                                      "hier ist die übersetzung",
                                      "<think>",
                                      "</think>",
                                      "system prompt",
                                      "user prompt"};

bool is_echo(std::string_view source, std::string_view answer, std::string_view prompt) {
  const std::string said = to_utf8(lower(to_code_points(answer)));
  const std::string asked = to_utf8(lower(to_code_points(source)));
  for (const std::string_view talk : kTalk) {
    if (said.find(talk) != std::string::npos && asked.find(talk) == std::string::npos) return true;
  }
  constexpr std::size_t kWindow = 32;  // Bytes of the prompt that nobody writes by chance.
  for (std::size_t i = 0; i + kWindow <= prompt.size(); i += kWindow / 2) {
    const std::string_view window = prompt.substr(i, kWindow);
    if (answer.find(window) != std::string_view::npos &&
        source.find(window) == std::string_view::npos) {
      return true;
    }
  }
  return false;
}

/// What decoders put in the place of bytes that are no character.
constexpr char32_t kLostCharacter = 0xFFFD;

/// A translation is rarely above three times its source, or below a sixth; East Asian scripts say
/// more in a character. In characters, with room for short texts.
bool is_wrong_length(Text source, Text answer) {
  return answer.size() > source.size() * 3 + 60 || answer.size() * 8 + 16 < source.size();
}

}  // namespace

std::string_view problem_name(Problem problem) {
  switch (problem) {
    case Problem::none:
      return "none";
    case Problem::empty:
      return "empty";
    case Problem::tokens:
      return "tokens";
    case Problem::damaged:
      return "damaged";
    case Problem::numbers:
      return "numbers";
    case Problem::length:
      return "length";
    case Problem::echo:
      return "echo";
    case Problem::untranslated:
      return "untranslated";
    case Problem::script:
      return "script";
    case Problem::glossary:
      return "glossary";
    case Problem::structure:
      return "structure";
  }
  return "unknown";
}

Problem check_answer(const Segment& segment, std::string_view answer, const CheckContext& context) {
  if (!restore(segment, answer)) return Problem::tokens;
  const std::string source_words = words_of(segment.text);
  const std::string answer_words = words_of(answer);
  if (answer_words.empty()) return Problem::empty;
  const std::u32string source = to_code_points(source_words);
  const std::u32string said = to_code_points(answer_words);
  if (said.find(kLostCharacter) != std::u32string::npos &&
      source.find(kLostCharacter) == std::u32string::npos) {
    return Problem::damaged;
  }
  if (is_wrong_length(source, said)) return Problem::length;
  if (numbers_of(source) != numbers_of(said)) return Problem::numbers;
  if (is_echo(segment.text, answer, context.prompt)) return Problem::echo;
  const std::string from = context.source.tag.substr(0, context.source.tag.find('-'));
  const std::string to = context.target.tag.substr(0, context.target.tag.find('-'));
  if (from != to && is_untranslated(source, said)) return Problem::untranslated;
  if (!context.target.script.empty() && context.target.script != context.source.script &&
      !is_in_script(said, context.target.script)) {
    return Problem::script;
  }
  if (context.glossary != nullptr &&
      broken_term(*context.glossary, source_words, answer_words) != nullptr) {
    return Problem::glossary;
  }
  return Problem::none;
}

}  // namespace translate
