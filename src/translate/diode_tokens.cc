#include "translate/diode_tokens.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "translate/unicode.h"

namespace translate::diode {
namespace {

using Text = std::u32string_view;

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_ascii_upper(char32_t c) { return c >= 'A' && c <= 'Z'; }
bool in(Text set, char32_t c) { return set.find(c) != Text::npos; }

using Counts = std::map<char32_t, int>;

template <typename Wanted>
Counts count(Text text, Wanted&& wanted) {
  Counts counts;
  for (const char32_t c : text) {
    if (c >= 0x20 && c < 0x7F) continue;
    if (wanted(c)) ++counts[c];
  }
  return counts;
}

/// How many of the response's characters the source does not account for.
int surplus(const Counts& source, const Counts& response) {
  int more = 0;
  for (const auto& [c, number] : response) {
    const auto there = source.find(c);
    more += std::max(0, number - (there == source.end() ? 0 : there->second));
  }
  return more;
}

constexpr char32_t kZwnj = 0x200C;
constexpr char32_t kZwj = 0x200D;

/// Whether the hidden character at `i` stands where an orthography puts it: a joiner between two
/// letters of Persian, Urdu or an Indic script, a zero-width space between words of Khmer, Lao,
/// Burmese or Thai.
bool is_orthographic(Text text, std::size_t i) {
  constexpr char32_t kZwsp = 0x200B;
  if (text[i] != kZwnj && text[i] != kZwj && text[i] != kZwsp) return false;
  if (i == 0 || i + 1 >= text.size()) return false;
  const std::string_view script = script_of(text[i - 1]);
  if (script != script_of(text[i + 1])) return false;
  if (text[i] == kZwsp) {
    return script == "Khmr" || script == "Laoo" || script == "Mymr" || script == "Thai";
  }
  return joins(text[i - 1]) && joins(text[i + 1]);
}

/// White space that fonts draw like a plain space and that no orthography asks for.
bool is_odd_space(char32_t c) {
  static constexpr Text kOrdinary = U" \t\n\r\u00A0\u202F\u2009\u3000";
  return is_space(c) && !in(kOrdinary, c);
}

/// The longest run of combining marks: real orthographies stack three.
std::size_t longest_mark_run(Text text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char32_t c : text) {
    run = c >= 0x300 && kind_of(c) == CharKind::mark ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

template <typename IsPart>
std::vector<Text> runs(Text text, IsPart&& is_part) {
  std::vector<Text> found;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_part(text[end])) ++end;
    if (end > i) found.push_back(text.substr(i, end - i));
    i = std::max(end, i + 1);
  }
  return found;
}

std::set<Text> set_of(const std::vector<Text>& items) { return {items.begin(), items.end()}; }

bool has_script(Text word, std::string_view script) {
  return std::any_of(word.begin(), word.end(),
                     [&](char32_t c) { return is_letter(c) && script_of(c) == script; });
}

/// A word with Latin and other letters of which every one looks Latin.
bool is_homoglyph(Text word) {
  if (!has_script(word, "Latn")) return false;
  const bool mixed = has_script(word, "Cyrl") || has_script(word, "Grek") ||
                     has_script(word, "Armn") || has_script(word, "Cher") ||
                     has_script(word, "Copt") || has_script(word, "Lisu");
  if (!mixed) return false;
  const std::u32string shape = skeleton(word);
  return std::all_of(shape.begin(), shape.end(), [](char32_t c) { return c < 0x80; });
}

/// A letter of another form of the Latin alphabet: mathematical, circled, superscript, ligature.
bool is_styled(char32_t c) {
  if (c < 0x80 || c == 0xAA || c == 0xBA) return false;  // Ordinal signs are ordinary.
  const CharKind kind = kind_of(c);
  const bool framed = (c >= 0x1F130 && c <= 0x1F189) || (c >= 0x1F1E6 && c <= 0x1F1FF);
  if (framed) return true;
  const bool circled = c >= 0x249C && c <= 0x24E9;
  if (kind != CharKind::letter && !circled) return false;
  const std::u32string plain = nfkc(Text(&c, 1));
  return plain != Text(&c, 1) && std::all_of(plain.begin(), plain.end(), [](char32_t p) {
           return is_ascii_letter(p) || in(U"()", p);
         });
}

/// "2ᵉ", "1ʳᵉ": ordinals.
bool is_ordinal(Text text, std::size_t i) {
  if (i > 0 && is_digit(text[i - 1])) return true;
  return i > 1 && is_styled(text[i - 1]) && is_digit(text[i - 2]);
}

bool is_fullwidth(char32_t c) { return c >= 0xFF01 && c <= 0xFF5E; }

/// Changes between digits and letters, and of case other than an initial capital.
struct Texture {
  int digit_changes = 0;
  int case_changes = 0;
  std::size_t digits = 0;
  std::size_t vowels = 0;
};

Texture texture_of(Text run) {
  Texture texture;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const char32_t c = run[i];
    if (is_ascii_digit(c)) ++texture.digits;
    if (in(U"aeiouyAEIOUY", c)) ++texture.vowels;
    if (i == 0) continue;
    const char32_t before = run[i - 1];
    if (is_ascii_digit(c) != is_ascii_digit(before)) {
      ++texture.digit_changes;
    } else if (!is_ascii_digit(c) && is_ascii_upper(c) != is_ascii_upper(before) && i > 1) {
      ++texture.case_changes;
    }
  }
  return texture;
}

/// Four letters as base64 cuts them: a capital behind a small letter, or two capitals and then a
/// small one that is no plural ("APIs").
bool is_base64_group(Text run) {
  const auto upper = [&](std::size_t i) { return is_ascii_upper(run[i]); };
  for (std::size_t i = 1; i < 4; ++i) {
    if (upper(i) && !upper(i - 1)) return true;
  }
  return upper(0) && upper(1) && !upper(3) && run[3] != 's';
}

/// Whether `run`, letters and digits, looks like data rather than a word or a product's name.
bool is_weird(Text run) {
  if (run.size() < 4) return false;
  const Texture texture = texture_of(run);
  if (texture.digits == run.size()) return false;  // check_numbers is about those.
  if (texture.digit_changes >= 2) return true;
  if (texture.digits > 0 && (run.size() >= 10 || texture.case_changes > 0)) return true;
  if (run.size() == 4) return is_base64_group(run);
  return texture.case_changes >= 3;
}

/// Whether one run alone is enough: nobody's word.
bool is_surely_data(Text run) {
  const Texture texture = texture_of(run);
  if (texture.digits == run.size()) return false;
  if (run.size() >= 8 && texture.digit_changes >= 2) return true;
  if (run.size() >= 12 && texture.case_changes >= 5) return true;
  if (run.size() >= 24 && texture.vowels * 5 < run.size()) return true;
  return run.size() >= 60;
}

bool is_alnum(char32_t c) { return is_ascii_letter(c) || is_ascii_digit(c); }

/// snake_case: translation makes words, not identifiers.
bool is_identifier(Text run) {
  const std::size_t first = run.find_first_not_of(U'_');
  const std::size_t last = run.find_last_not_of(U'_');
  if (first == Text::npos) return false;
  return run.substr(first, last - first + 1).find(U'_') != Text::npos;
}

/// "\\x48\\u0065": escapes of bytes or characters.
std::size_t escapes_in(Text text) {
  std::size_t found = 0;
  for (std::size_t i = 0; i + 3 < text.size(); ++i) {
    const auto hex = [&](std::size_t k) { return in(U"0123456789abcdefABCDEF", text[k]); };
    found += text[i] == '\\' && in(U"xXuU", text[i + 1]) && hex(i + 2) && hex(i + 3);
  }
  return found;
}

/// "48 65 6c 6c": bytes in hex, one by one.
std::size_t hex_pairs_in(Text text) {
  std::size_t longest = 0;
  std::size_t row = 0;
  bool digits = false;
  for (const Text run : runs(text, [](char32_t c) { return !in(U" ,:;-\n", c); })) {
    const bool pair =
        run.size() == 2 && run.find_first_not_of(U"0123456789abcdefABCDEF") == Text::npos;
    digits = pair && (digits || run.find_first_of(U"0123456789") != Text::npos);
    row = pair ? row + 1 : 0;
    if (digits) longest = std::max(longest, row);
  }
  return longest;
}

/// "h t t p", "h-t-t-p": the longest run of single letters or digits with a separator between.
std::vector<Text> spelled_runs(Text text) {
  std::vector<Text> found;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i;
    std::size_t letters = 0;
    std::size_t k = i;
    const bool starts = i == 0 || !is_alnum(text[i - 1]);
    while (starts && k < text.size() && is_alnum(text[k]) &&
           (k + 1 >= text.size() || !is_alnum(text[k + 1]))) {
      ++letters;
      end = k + 1;
      k = end;
      std::size_t gap = 0;
      while (k < text.size() && gap < 3 && in(U" -._,;/|\u00A0\n", text[k])) {
        ++k;
        ++gap;
      }
      if (gap == 0) break;
    }
    if (letters >= 8) found.push_back(text.substr(i, end - i));
    if (end > i) i = end - 1;
  }
  return found;
}

/// One number as written: digits with separators inside.
struct Number {
  std::vector<std::string> groups;
  std::string joined() const {
    std::string all;
    for (const std::string& group : groups) all += group;
    return all;
  }
};

bool separates(char32_t c) {
  return in(U".,'()+/:-_ \u00A0\u202F\u2009\u2019\u066B\u066C\u00B7\u2013\u2011\uFF0C\u3001", c);
}

std::vector<Number> numbers_of(Text text, bool through_spaces) {
  std::vector<Number> numbers;
  bool open = false;
  std::size_t gap = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (is_digit(text[i])) {
      std::string group;
      for (; i < text.size() && is_digit(text[i]); ++i) {
        group.push_back(static_cast<char>('0' + digit_value(text[i])));
      }
      if (!open || gap > 2) numbers.emplace_back();
      numbers.back().groups.push_back(std::move(group));
      open = true;
      gap = 0;
      continue;
    }
    if (!separates(text[i]) || (is_space(text[i]) && !through_spaces)) open = false;
    ++gap;
    ++i;
  }
  return numbers;
}

}  // namespace

Reason check_hidden(Text source, Text response) {
  const auto hidden = [](char32_t c) { return kind_of(c) == CharKind::hidden || is_odd_space(c); };
  std::u32string rest;
  for (std::size_t i = 0; i < response.size(); ++i) {
    if (!is_orthographic(response, i)) rest.push_back(response[i]);
  }
  if (surplus(count(source, hidden), count(rest, hidden)) > 0) return Reason::hidden_character;
  if (longest_mark_run(response) > std::max<std::size_t>(4, longest_mark_run(source))) {
    return Reason::hidden_character;
  }
  return Reason::none;
}

Reason check_homoglyphs(Text source, Text response) {
  const bool plain =
      std::all_of(response.begin(), response.end(), [](char32_t c) { return c < 0x250; });
  if (plain) return Reason::none;
  const bool east_asian = std::any_of(response.begin(), response.end(), is_han_or_kana);
  const auto styled = [&](char32_t c) { return is_styled(c) && !(east_asian && is_fullwidth(c)); };
  std::u32string rest;
  for (std::size_t i = 0; i < response.size(); ++i) {
    if (response[i] >= 0x80 && !(is_styled(response[i]) && is_ordinal(response, i))) {
      rest.push_back(response[i]);
    }
  }
  if (surplus(count(source, styled), count(rest, styled)) > 0) return Reason::homoglyph;
  const auto in_word = [](char32_t c) {
    const CharKind kind = kind_of(c);
    return kind == CharKind::letter || kind == CharKind::mark;
  };
  const std::vector<Text> source_words = runs(source, in_word);
  const std::set<Text> known = set_of(source_words);
  for (const Text word : runs(response, in_word)) {
    if (known.count(word) == 0 && is_homoglyph(word)) return Reason::homoglyph;
  }
  return Reason::none;
}

Reason check_opaque(Text source, Text response) {
  const std::vector<Text> source_runs = runs(source, is_alnum);
  const std::set<Text> known = set_of(source_runs);
  std::size_t weird = 0;
  for (const Text run : runs(response, is_alnum)) {
    if (known.count(run) != 0) continue;
    if (is_surely_data(run)) return Reason::opaque_token;
    if (is_weird(run)) weird += run.size();
  }
  if (weird >= 12) return Reason::opaque_token;
  const auto in_identifier = [](char32_t c) { return is_alnum(c) || c == '_'; };
  const std::set<Text> identifiers = set_of(runs(source, in_identifier));
  for (const Text run : runs(response, in_identifier)) {
    if (is_identifier(run) && identifiers.count(run) == 0) return Reason::opaque_token;
  }
  const std::set<Text> spelled = set_of(spelled_runs(source));
  for (const Text run : spelled_runs(response)) {
    if (spelled.count(run) == 0) return Reason::opaque_token;
  }
  if (escapes_in(response) > escapes_in(source)) return Reason::opaque_token;
  if (hex_pairs_in(response) > std::max<std::size_t>(5, hex_pairs_in(source))) {
    return Reason::opaque_token;
  }
  // Pictures can carry data too; a translation has those of its source, give or take a few.
  if (surplus(count(source, is_symbol), count(response, is_symbol)) > 8)
    return Reason::opaque_token;
  return Reason::none;
}

Reason check_numbers(Text source, Text response) {
  std::set<std::string> joined;
  std::set<std::string> groups;
  for (const bool through_spaces : {true, false}) {
    for (const Number& number : numbers_of(source, through_spaces)) {
      joined.insert(number.joined());
      groups.insert(number.groups.begin(), number.groups.end());
    }
  }
  const std::vector<Number> tight = numbers_of(response, false);
  std::set<std::string> kept;  // Groups of numbers that are the source's once joined.
  for (const Number& number : tight) {
    if (joined.count(number.joined()) != 0) kept.insert(number.groups.begin(), number.groups.end());
  }
  for (const Number& number : numbers_of(response, true)) {
    if (joined.count(number.joined()) != 0) continue;
    std::string fresh;
    for (const std::string& group : number.groups) {
      if (groups.count(group) == 0 && kept.count(group) == 0) fresh += group;
    }
    while (!fresh.empty() && fresh.back() == '0') fresh.pop_back();
    if (fresh.size() >= 7) return Reason::opaque_number;
  }
  return Reason::none;
}

}  // namespace translate::diode
