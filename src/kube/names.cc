#include "kube/names.h"

#include <string>

namespace kube {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::size_t kLabelMax = 63;
constexpr std::size_t kSubdomainMax = 253;

bool is_lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alnum(char c) { return is_lower_alnum(c) || (c >= 'A' && c <= 'Z'); }

Error broken(std::string_view what, std::string_view text, std::string_view rule) {
  return Error{ErrorCode::invalid_argument,
               std::string(what) + " '" + std::string(text) + "' " + std::string(rule)};
}

/// One label of a DNS name, its length aside.
bool is_dns_label(std::string_view label) {
  if (label.empty() || !is_lower_alnum(label.front()) || !is_lower_alnum(label.back()))
    return false;
  for (const char c : label) {
    if (!is_lower_alnum(c) && c != '-') return false;
  }
  return true;
}

/// [A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?
bool is_qualified_part(std::string_view text) {
  if (text.empty() || !is_alnum(text.front()) || !is_alnum(text.back())) return false;
  for (const char c : text) {
    if (!is_alnum(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

constexpr std::string_view kDnsRule =
    "must be lower case letters, digits and '-', and begin and end with a letter or digit";

}  // namespace

Result<void> validate_dns_label(std::string_view name) {
  if (name.size() > kLabelMax) return broken("name", name, "is longer than 63 characters");
  if (!is_dns_label(name)) return broken("name", name, kDnsRule);
  return {};
}

Result<void> validate_dns_subdomain(std::string_view name) {
  if (name.size() > kSubdomainMax) return broken("name", name, "is longer than 253 characters");
  std::size_t start = 0;
  while (true) {
    const std::size_t dot = name.find('.', start);
    const std::string_view label = name.substr(start, dot - start);
    if (!is_dns_label(label)) {
      return broken("name", name,
                    "must be parts joined by '.', each of lower case letters, digits and '-' that "
                    "begins and ends with a letter or digit");
    }
    if (dot == std::string_view::npos) return {};
    start = dot + 1;
  }
}

Result<void> validate_label_key(std::string_view key) {
  const std::size_t slash = key.find('/');
  const std::string_view name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  if (slash != std::string_view::npos) {
    if (!validate_dns_subdomain(key.substr(0, slash))) {
      return broken("label key", key, "has a prefix that is no DNS name");
    }
  }
  if (name.size() > kLabelMax) return broken("label key", key, "is longer than 63 characters");
  if (!is_qualified_part(name)) {
    return broken("label key", key,
                  "must be letters, digits, '-', '_' and '.', and begin and end with a letter or "
                  "digit");
  }
  return {};
}

Result<void> validate_label_value(std::string_view value) {
  if (value.size() > kLabelMax) return broken("label value", value, "is longer than 63 characters");
  if (!value.empty() && !is_qualified_part(value)) {
    return broken("label value", value,
                  "must be letters, digits, '-', '_' and '.', and begin and end with a letter or "
                  "digit");
  }
  return {};
}

Result<void> validate_path_segment(std::string_view name) {
  if (name.empty()) return Error{ErrorCode::invalid_argument, "name is empty"};
  if (name == "." || name == "..") return broken("name", name, "must not be '.' or '..'");
  if (name.find_first_of("/%") != std::string_view::npos) {
    return broken("name", name, "must not contain '/' or '%'");
  }
  return {};
}

}  // namespace kube
