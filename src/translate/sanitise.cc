#include "translate/sanitise.h"

#include <re2/re2.h>

#include <algorithm>

#include "translate/personal_rules.h"

namespace translate {
namespace {

/// The words that rules have found, to look for where no rule finds them.
class KnownWords {
 public:
  void add(PersonalKind kind, std::string_view words) {
    if (words.size() >= kBytesMin && words.size() <= kBytesMax) words_.emplace_back(words, kind);
  }
  void sort() {
    // Of equal words the first kind stays, by precedence of rules.
    std::stable_sort(words_.begin(), words_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
    words_.erase(std::unique(words_.begin(), words_.end(), same), words_.end());
  }
  /// Adds to `taken` where in `text` they stand as words.
  void find(std::string_view text, Taken& taken) const {
    for (std::size_t at = 0; at < text.size();) {
      const Word* word = is_boundary(text, at) ? longest_at(text, at) : nullptr;
      const std::size_t end = word == nullptr ? at + 1 : at + word->first.size();
      if (word != nullptr && !overlaps(taken, at, end)) taken[at] = {word->second, at, end, {}};
      at = end;
    }
  }

 private:
  using Word = std::pair<std::string, PersonalKind>;
  // Shorter ones are ordinary words more often than secrets; longer ones would cost the linear
  // time.
  static constexpr std::size_t kBytesMin = 4, kBytesMax = 256;

  static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  static bool is_boundary(std::string_view text, std::size_t at) {
    return at == 0 || at == text.size() || !is_word(text[at - 1]) || !is_word(text[at]);
  }

  /// Narrows the sorted words to those that go on as the text does, byte by byte.
  const Word* longest_at(std::string_view text, std::size_t at) const {
    const Word* longest = nullptr;
    auto first = words_.begin(), last = words_.end();
    for (std::size_t i = 0; at + i < text.size() && first != last; ++i) {
      const auto here = static_cast<unsigned char>(text[at + i]);
      first = std::partition_point(first, last, [&](const Word& word) {
        return word.first.size() <= i || static_cast<unsigned char>(word.first[i]) < here;
      });
      last = std::partition_point(first, last, [&](const Word& word) {
        return static_cast<unsigned char>(word.first[i]) == here;
      });
      if (first != last && first->first.size() == i + 1 && is_boundary(text, at + i + 1)) {
        longest = &*first;
      }
    }
    return longest;
  }

  std::vector<Word> words_;
};

const RE2& placeholder_pattern() {
  static const RE2 pattern(R"((\{\{([A-Z_]+)-(\d+)\}\}))");
  return pattern;
}

/// Gives out placeholders that no text of the page has itself.
class Numbering {
 public:
  explicit Numbering(std::span<const std::string_view> texts) {
    for (const std::string_view text : texts) {
      re2::StringPiece rest(text.data(), text.size());
      std::string whole, kind, digits;
      while (RE2::FindAndConsume(&rest, placeholder_pattern(), &whole, &kind, &digits)) {
        taken_.insert(std::move(whole));
      }
    }
  }
  const std::string& of(PersonalKind kind, const std::string& original) {
    std::string& placeholder = known_[{kind, original}];
    while (placeholder.empty()) {
      const std::string next =
          "{{" + std::string(kind_name(kind)) + "-" + std::to_string(++last_[kind]) + "}}";
      if (taken_.count(next) == 0) placeholder = next;
    }
    return placeholder;
  }

 private:
  std::set<std::string> taken_;
  std::map<PersonalKind, int> last_;
  std::map<std::pair<PersonalKind, std::string>, std::string> known_;
};

Sanitised replace(std::string_view text, const Taken& taken, Numbering& numbering) {
  Sanitised out;
  std::size_t at = 0;
  for (const auto& [begin, found] : taken) {
    PersonalSpan span = found;
    const std::string original(text.substr(begin, span.end - begin));
    span.placeholder = numbering.of(span.kind, original);
    out.originals[span.placeholder] = original;
    out.text += text.substr(at, begin - at);
    out.text += span.placeholder;
    at = span.end;
    out.spans.push_back(std::move(span));
  }
  out.text += text.substr(at);
  return out;
}

std::vector<std::string> placeholders_of(std::string_view text) {
  std::vector<std::string> all;
  re2::StringPiece rest(text.data(), text.size());
  for (std::string whole; RE2::FindAndConsume(&rest, placeholder_pattern(), &whole);) {
    all.push_back(whole);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::string_view kind_name(PersonalKind kind) {
  switch (kind) {
    case PersonalKind::email:
      return "EMAIL";
    case PersonalKind::phone:
      return "PHONE";
    case PersonalKind::card:
      return "CREDIT_CARD";
    case PersonalKind::iban:
      return "IBAN";
    case PersonalKind::ip:
      return "IP";
    case PersonalKind::mac:
      return "MAC";
    case PersonalKind::social_security:
      return "SOCIAL_SECURITY_NUMBER";
    case PersonalKind::national_insurance:
      return "NATIONAL_INSURANCE_NUMBER";
    case PersonalKind::tax_reference:
      return "TAX_REFERENCE_NUMBER";
    case PersonalKind::drivers_licence:
      return "DRIVERS_LICENCE";
    case PersonalKind::date_of_birth:
      return "DATE_OF_BIRTH";
    case PersonalKind::username:
      return "USERNAME";
    case PersonalKind::password:
      return "PASSWORD";
    case PersonalKind::token:
      return "TOKEN";
    case PersonalKind::handle:
      return "TWITTER";
    case PersonalKind::skype:
      return "SKYPE";
    case PersonalKind::name:
      return "NAME";
    case PersonalKind::url:
      return "URL";
  }
  return "UNKNOWN";
}

const std::vector<std::string_view>& personal_kind_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (int kind = 0; kind <= static_cast<int>(PersonalKind::url); ++kind) {
      all.push_back(kind_name(static_cast<PersonalKind>(kind)));
    }
    return all;
  }();
  return names;
}

std::optional<PersonalKind> personal_kind_named(std::string_view name) {
  const auto& names = personal_kind_names();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<PersonalKind>(at - names.begin());
}

const std::set<PersonalKind>& default_personal_kinds() {
  static const std::set<PersonalKind> kinds = [] {
    std::set<PersonalKind> all;
    for (int kind = 0; kind < static_cast<int>(PersonalKind::url); ++kind) {
      all.insert(static_cast<PersonalKind>(kind));
    }
    return all;
  }();
  return kinds;
}

std::map<PersonalKind, int> Sanitised::counts() const {
  std::map<PersonalKind, int> counts;
  for (const PersonalSpan& span : spans) ++counts[span.kind];
  return counts;
}

Sanitised sanitise(std::string_view text, const std::set<PersonalKind>& kinds) {
  return std::move(sanitise_all({&text, 1}, kinds).front());
}

std::vector<Sanitised> sanitise_all(std::span<const std::string_view> texts,
                                    const std::set<PersonalKind>& kinds, std::string_view beside) {
  KnownWords known;
  const auto learn = [&](std::string_view text) {
    Taken taken = find_personal(text, kinds);
    for (const auto& [begin, span] : taken) {
      known.add(span.kind, text.substr(begin, span.end - begin));
    }
    return taken;
  };
  std::vector<Taken> found;
  for (const std::string_view text : texts) found.push_back(learn(text));
  learn(beside);
  known.sort();
  Numbering numbering(texts);
  std::vector<Sanitised> all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    known.find(texts[i], found[i]);
    all.push_back(replace(texts[i], found[i], numbering));
  }
  return all;
}

std::string reveal(std::string_view text, const std::map<std::string, std::string>& originals) {
  constexpr std::size_t kPlaceholderBytesMax = 64;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 2) == "{{") {
      const std::string_view near = text.substr(i, kPlaceholderBytesMax);
      const std::size_t close = near.find("}}");
      if (close != std::string_view::npos) {
        const auto known = originals.find(std::string(near.substr(0, close + 2)));
        if (known != originals.end()) {
          out += known->second;
          i += close + 2;
          continue;
        }
      }
    }
    out += text[i++];
  }
  return out;
}

bool same_placeholders(std::string_view text, std::string_view answer) {
  return placeholders_of(text) == placeholders_of(answer);
}

}  // namespace translate
