#include "schema/names.h"

#include <re2/re2.h>

namespace schema {
namespace {

constexpr std::string_view kQualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
constexpr std::string_view kLabelValue = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
constexpr std::string_view kDnsLabel = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
constexpr std::string_view kDnsSubdomain =
    "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
constexpr std::string_view kDns1035Label = "[a-z]([-a-z0-9]*[a-z0-9])?";

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

std::string too_long(std::size_t most) {
  return "must be no more than " + std::to_string(most) + " characters";
}

/// validation.RegexError.
std::string mismatch(std::string_view rule, std::string_view pattern, std::string_view examples) {
  return std::string(rule) + " (e.g. " + std::string(examples) +
         ", regex used for validation is '" + std::string(pattern) + "')";
}

bool is_dns_subdomain(std::string_view text) {
  static const re2::RE2 pattern{piece(kDnsSubdomain)};
  return re2::RE2::FullMatch(piece(text), pattern);
}

}  // namespace

std::vector<std::string> name_errors_dns_subdomain(std::string_view text) {
  std::vector<std::string> errors;
  if (text.size() > 253) errors.push_back(too_long(253));
  if (!is_dns_subdomain(text)) {
    errors.push_back(mismatch(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
        "'.', and must start and end with an alphanumeric character",
        kDnsSubdomain, "'example.com'"));
  }
  return errors;
}

std::vector<std::string> name_errors_dns_label(std::string_view text) {
  static const re2::RE2 pattern{piece(kDnsLabel)};
  std::vector<std::string> errors;
  if (text.size() > 63) errors.push_back(too_long(63));
  if (!re2::RE2::FullMatch(piece(text), pattern)) {
    errors.push_back(
        is_dns_subdomain(text)
            ? "must not contain dots"
            : mismatch("a lowercase RFC 1123 label must consist of lower case alphanumeric "
                       "characters or '-', and must start and end with an alphanumeric character",
                       kDnsLabel, "'my-name',  or '123-abc'"));
  }
  return errors;
}

std::vector<std::string> name_errors_dns_1035_label(std::string_view text) {
  static const re2::RE2 pattern{piece(kDns1035Label)};
  std::vector<std::string> errors;
  if (text.size() > 63) errors.push_back(too_long(63));
  if (!re2::RE2::FullMatch(piece(text), pattern)) {
    errors.push_back(mismatch(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
        "with an alphabetic character, and end with an alphanumeric character",
        kDns1035Label, "'my-name',  or 'abc-123'"));
  }
  return errors;
}

std::vector<std::string> name_errors_qualified(std::string_view text) {
  static const re2::RE2 pattern{piece(kQualified)};
  const std::string rule = mismatch(
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
      "alphanumeric character",
      kQualified, "'MyName',  or 'my.name',  or '123-abc'");
  std::vector<std::string> errors;
  std::string_view name = text;
  if (const std::size_t slash = text.find('/'); slash != text.npos) {
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (name.find('/') != name.npos) {
      return {"a qualified name " + rule +
              " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"};
    }
    if (prefix.empty()) {
      errors.push_back("prefix part must be non-empty");
    } else {
      for (const auto& error : name_errors_dns_subdomain(prefix)) {
        errors.push_back("prefix part " + error);
      }
    }
  }
  if (name.empty()) {
    errors.push_back("name part must be non-empty");
  } else if (name.size() > 63) {
    errors.push_back("name part " + too_long(63));
  }
  if (!re2::RE2::FullMatch(piece(name), pattern)) errors.push_back("name part " + rule);
  return errors;
}

std::vector<std::string> name_errors_label_value(std::string_view text) {
  static const re2::RE2 pattern{piece(kLabelValue)};
  std::vector<std::string> errors;
  if (text.size() > 63) errors.push_back(too_long(63));
  if (!re2::RE2::FullMatch(piece(text), pattern)) {
    errors.push_back(mismatch(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', "
        "'_' or '.', and must start and end with an alphanumeric character",
        kLabelValue, "'MyValue',  or 'my_value',  or '12345'"));
  }
  return errors;
}

std::vector<std::string> name_errors_path_segment(std::string_view text) {
  if (text == "." || text == "..") return {"may not be '" + std::string(text) + "'"};
  std::vector<std::string> errors;
  for (const char c : {'/', '%'}) {
    if (text.find(c) != text.npos) errors.push_back(std::string("may not contain '") + c + "'");
  }
  return errors;
}

}  // namespace schema
