#include "translate/glossary.h"

#include "translate/unicode.h"

namespace translate {
namespace {

std::u32string lower(std::string_view text) {
  std::u32string out = to_code_points(text);
  for (char32_t& c : out) c = to_lower(c);
  return out;
}

/// Whether a word cannot go on from `a` to `b`.
bool bounds(char32_t a, char32_t b) {
  if (is_caseless_letter(a) || is_caseless_letter(b)) return true;
  const auto word = [](char32_t c) {
    return is_letter(c) || is_digit(c) || kind_of(c) == CharKind::mark;
  };
  return !word(a) || !word(b);
}

bool contains(const std::u32string& text, const std::u32string& term) {
  if (term.empty()) return false;
  for (std::size_t at = text.find(term); at != std::u32string::npos; at = text.find(term, at + 1)) {
    const std::size_t end = at + term.size();
    const bool left = at == 0 || bounds(text[at - 1], text[at]);
    const bool right = end == text.size() || bounds(text[end - 1], text[end]);
    if (left && right) return true;
  }
  return false;
}

}  // namespace

bool has_term(std::string_view text, std::string_view term) {
  return contains(lower(text), lower(term));
}

const Term* broken_term(const Glossary& glossary, std::string_view source,
                        std::string_view translation) {
  if (glossary.empty()) return nullptr;
  const std::u32string before = lower(source);
  const std::u32string after = lower(translation);
  for (const Term& term : glossary) {
    if (!contains(before, lower(term.source))) continue;
    if (!term.required.empty() && !contains(after, lower(term.required))) return &term;
    for (const std::string& forbidden : term.forbidden) {
      if (contains(after, lower(forbidden))) return &term;
    }
  }
  return nullptr;
}

}  // namespace translate
