#include "translate/personal_rules.h"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>

#include "base/strings.h"

namespace translate {
namespace {

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

bool is_card(std::string_view text) {
  const std::string digits = digits_of(text);
  if (digits.size() < 13 || digits.size() > 19) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

/// ISO 13616: the first four characters moved to the end, letters as 10 to 35, modulo 97 is 1.
bool is_iban(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != ' ') plain += c;
  }
  if (plain.size() < 15 || plain.size() > 34) return false;
  std::rotate(plain.begin(), plain.begin() + 4, plain.end());
  int rest = 0;
  for (const char c : plain) {
    const int value = c >= '0' && c <= '9' ? c - '0' : c - 'A' + 10;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest == 1;
}

bool is_ip(std::string_view text) {
  in6_addr six;
  in_addr four;
  const std::string address(text);
  return inet_pton(AF_INET6, address.c_str(), &six) == 1 ||
         inet_pton(AF_INET, address.c_str(), &four) == 1;
}

/// Digits enough to dial, not a date, not a number with a decimal mark.
bool is_phone(std::string_view text) {
  const std::size_t digits = digits_of(text).size();
  if (digits < 7 || digits > 15) return false;
  static const RE2 date(R"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})");
  static const RE2 plain(R"([\d.,]*)");
  static const RE2 dotted(R"(\d{3}\.\d{3}\.\d{4})");
  const re2::StringPiece piece(text.data(), text.size());
  return !RE2::FullMatch(piece, date) &&
         (!RE2::FullMatch(piece, plain) || RE2::FullMatch(piece, dotted));
}

/// Handles that are addresses of a site, not a person.
bool is_handle(std::string_view text) {
  const std::string lower = base::lower_case(text);
  return lower.find("twitter") == std::string::npos && lower.find("admin") == std::string::npos;
}

bool anything(std::string_view) { return true; }

struct Rule {
  PersonalKind kind;
  const char* pattern;  ///< Its first group is what is replaced.
  bool (*holds)(std::string_view);
};

#define DATE \
  R"((\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]+(?:\d{1,2}|[a-z]{3,9})[-/. ]+\d{2,4}|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9} \d{4}))"

/// In order of precedence: a span that an earlier rule took is not looked at again.
constexpr Rule kRules[] = {
    {PersonalKind::token,
     R"((-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*PRIVATE KEY-----))", anything},
    {PersonalKind::token, R"(\b(eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}))", anything},
    {PersonalKind::token,
     R"(\b((?:ol_api_|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|hf_|AKIA|ASIA)[\w-]{12,}))",
     anything},
    {PersonalKind::token, R"((?i)\b(?:bearer|api[_ -]?key|token)[ :=]+([\w.~+/-]{16,}=*))",
     anything},
    {PersonalKind::url, R"((?i)\b((?:https?://|www\.)[^\s<>"]+[^\s<>".,;:!?')\]]))", anything},
    {PersonalKind::email,
     R"((?i)\b([a-z0-9._%+-]+(?:@| at )[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24})\b)", anything},
    {PersonalKind::iban, R"(\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b)",
     is_iban},
    {PersonalKind::card, R"(\b(\d(?:[ -]?\d){12,18})\b)", is_card},
    {PersonalKind::mac, R"(\b([0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5})\b)", anything},
    {PersonalKind::ip, R"(\b(\d{1,3}(?:\.\d{1,3}){3})\b)", is_ip},
    {PersonalKind::ip, R"((?:^|[^\w:.])((?:[0-9A-Fa-f]{1,4}:|::)[0-9A-Fa-f:.]{1,40}[0-9A-Fa-f])\b)",
     is_ip},
    {PersonalKind::social_security, R"(\b(\d{3}[-. ]\d{2}[-. ]\d{4})\b)", anything},
    {PersonalKind::national_insurance, R"(\b([A-Z]{2}(?: ?\d){6} ?[A-D])\b)", anything},
    {PersonalKind::tax_reference, R"(\b(\d{2} ?[A-Z](?: ?\d){5})\b)", anything},
    {PersonalKind::drivers_licence,
     R"(\b([A-Z9]{5} ?(?:\d ?){6}[A-Z9]{2} ?\d ?[A-Z0-9]{2}(?: ?\d{2})?)\b)", anything},
    {PersonalKind::date_of_birth,
     R"((?i)(?:date of birth|birth ?day|\bdob\b|d\.o\.b\.|\bborn\b)[^\n]{0,60}?\b)" DATE, anything},
    {PersonalKind::date_of_birth,
     R"((?i)\b)" DATE R"([^\n]{0,20}(?:date of birth|birth ?day|\bdob\b|\bborn\b))", anything},
    {PersonalKind::phone,
     R"((?:^|[^\w.,-])((?:\+|00)?\(?\d{1,4}\)?(?:[ .-]?\(?\d{1,4}\)?){1,6}\d)\b)", is_phone},
    {PersonalKind::username,
     R"((?i)\b(?:user ?name|login|u)(?:: *| +)([^\s:]+)[ ,;]+(?:password|pass ?word|pw|p)(?:: *| +)\S)",
     anything},
    {PersonalKind::password,
     R"((?i)\b(?:user ?name|login|u)(?:: *| +)[^\s:]+[ ,;]+(?:password|pass ?word|pw|p)(?:: *| +)(\S+))",
     anything},
    {PersonalKind::password, R"((?i)\b(?:password|passwd|secret)[:=] *(\S+))", anything},
    {PersonalKind::skype, R"((?i)\bskype[^\n]{0,20}?\(([a-z][\w.,-]{4,31})\))", anything},
    {PersonalKind::skype, R"((?i)\b([a-z]\w*\.[\w.]{2,31}) on skype)", anything},
    {PersonalKind::skype, R"((?i)\bskype: *([a-z][\w.,-]{4,31}))", anything},
    {PersonalKind::skype, R"((?i)\bskype\b[^\n]{0,20}\bid is ([a-z][\w.,-]{4,31}))", anything},
    {PersonalKind::handle, R"((?:^|[^\w@.])(@\w{1,30})\b)", is_handle},
    {PersonalKind::name,
     R"((?:[Mm]y name is|[Nn]ame:|I am called|Mr\.?|Mrs\.?|Ms\.?|Dr\.?) (\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+){0,3}))",
     anything},
};

#undef DATE

/// Compiled once, read only after that.
const std::vector<std::unique_ptr<RE2>>& compiled() {
  static const std::vector<std::unique_ptr<RE2>> patterns = [] {
    std::vector<std::unique_ptr<RE2>> made;
    for (const Rule& rule : kRules) made.push_back(std::make_unique<RE2>(rule.pattern, RE2::Quiet));
    return made;
  }();
  return patterns;
}

void find(std::string_view text, std::size_t index, Taken& taken) {
  const Rule& rule = kRules[index];
  const RE2& pattern = *compiled()[index];
  const re2::StringPiece all(text.data(), text.size());
  re2::StringPiece groups[2];
  for (std::size_t at = 0; at <= text.size();) {
    if (!pattern.Match(all, at, text.size(), RE2::UNANCHORED, groups, 2)) return;
    const auto begin = static_cast<std::size_t>(groups[1].data() - text.data());
    const std::size_t end = begin + groups[1].size();
    const std::string_view found = text.substr(begin, end - begin);
    if (!overlaps(taken, begin, end) && rule.holds(found)) {
      taken[begin] = {rule.kind, begin, end, {}};
    }
    at = std::max(end, at + 1);
  }
}

}  // namespace

bool overlaps(const Taken& taken, std::size_t begin, std::size_t end) {
  auto next = taken.lower_bound(begin);
  if (next != taken.end() && next->first < end) return true;
  return next != taken.begin() && std::prev(next)->second.end > begin;
}

Taken find_personal(std::string_view text, const std::set<PersonalKind>& kinds) {
  Taken taken;
  for (std::size_t i = 0; i < std::size(kRules); ++i) {
    if (kinds.count(kRules[i].kind) != 0) find(text, i, taken);
  }
  return taken;
}

}  // namespace translate
