#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace translate {

/// Kinds of personal data and secrets that the sanitiser finds.
enum class PersonalKind {
  email,
  phone,
  card,                ///< Payment cards: 13 to 19 digits that pass Luhn's check.
  iban,                ///< With a right checksum (ISO 13616).
  ip,                  ///< IPv4 and IPv6, private ones included.
  mac,                 ///< Hardware addresses.
  social_security,     ///< US.
  national_insurance,  ///< GB.
  tax_reference,       ///< GB temporary reference numbers.
  drivers_licence,     ///< GB.
  date_of_birth,       ///< A date beside words that say so.
  username,            ///< Beside "username", "login".
  password,            ///< Beside "password", "pw".
  token,   ///< API keys and tokens: Outline, GitHub, AWS, Slack, bearer, JWT, private keys.
  handle,  ///< @name.
  skype,   ///< A name beside "skype".
  name,    ///< Behind words that introduce one ("my name is").
  url      ///< Off unless asked for.
};
/// As it stands in placeholders and in the site's configuration: "EMAIL", "CREDIT_CARD".
std::string_view kind_name(PersonalKind kind);
std::optional<PersonalKind> personal_kind_named(std::string_view name);
/// Of all kinds, in the order of the enumeration.
const std::vector<std::string_view>& personal_kind_names();
/// Every kind but `url`.
const std::set<PersonalKind>& default_personal_kinds();

/// Where something was found, in the text given. Kept apart from what it was, for reports.
struct PersonalSpan {
  PersonalKind kind;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string placeholder;  ///< "{{EMAIL-1}}"
};

/// Personal data that a model was not shown. It carries no content, so that it may be logged.
struct HiddenSpan {
  PersonalKind kind;
  std::size_t begin = 0;  ///< Bytes of the source page or title.
  std::size_t end = 0;
};

struct Sanitised {
  std::string text;
  std::vector<PersonalSpan> spans;               ///< In order, without overlaps.
  std::map<std::string, std::string> originals;  ///< By placeholder. Personal data: do not log.
  /// How many of each kind: carries no content.
  std::map<PersonalKind, int> counts() const;
};

/// `text` with personal data replaced by placeholders, the same one for the same words. A text
/// that has such placeholders itself gets other numbers, so that reveal() is exact.
/// Rules, not a language model: names without an introduction and postal addresses are not found.
/// What a rule has found once is replaced wherever it stands as a word, also where no rule would
/// find it alone: "My name is Ann Lee" hides the "Ann Lee" further down.
/// Linear in the text (RE2). Pure; safe from any thread.
Sanitised sanitise(std::string_view text,
                   const std::set<PersonalKind>& kinds = default_personal_kinds());

/// The same for the texts of one page, with one numbering: the same words have the same placeholder
/// in all of them. What is found in `beside` (a title's page) is replaced here too. One result for
/// each text.
std::vector<Sanitised> sanitise_all(std::span<const std::string_view> texts,
                                    const std::set<PersonalKind>& kinds,
                                    std::string_view beside = {});

/// The placeholders in `text` put back: reveal(s.text, s.originals) is the text that s was made of.
std::string reveal(std::string_view text, const std::map<std::string, std::string>& originals);

/// Whether `answer` has the placeholders of `text`, each as often: none is lost, doubled or made
/// up. Whatever looks like one counts, also where the page had it itself.
bool same_placeholders(std::string_view text, std::string_view answer);

}  // namespace translate
