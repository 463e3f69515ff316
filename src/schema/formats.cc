#include "schema/formats.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace schema {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 24> kNames = {{
    {"bsonobjectid", Format::bson_object_id},
    {"uri", Format::uri},
    {"email", Format::email},
    {"hostname", Format::hostname},
    {"ipv4", Format::ipv4},
    {"ipv6", Format::ipv6},
    {"cidr", Format::cidr},
    {"mac", Format::mac},
    {"uuid", Format::uuid},
    {"uuid3", Format::uuid3},
    {"uuid4", Format::uuid4},
    {"uuid5", Format::uuid5},
    {"isbn", Format::isbn},
    {"isbn10", Format::isbn10},
    {"isbn13", Format::isbn13},
    {"creditcard", Format::credit_card},
    {"ssn", Format::ssn},
    {"hexcolor", Format::hex_color},
    {"rgbcolor", Format::rgb_color},
    {"byte", Format::byte},
    {"password", Format::password},
    {"date", Format::date},
    {"duration", Format::duration},
    {"datetime", Format::date_time},
}};

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// A pattern that stands in this file, compiled at its first use.
#define MATCHES(pattern, text)                            \
  ([&] {                                                  \
    static const re2::RE2 kPattern(pattern);              \
    return re2::RE2::PartialMatch(piece(text), kPattern); \
  }())

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string only(std::string_view text, bool (*keep)(char)) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), keep);
  return out;
}

/// Go's netutils.ParseIPSloppy for four numbers: leading zeros are allowed.
bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && is_digit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
      if (value > 255) return false;
    }
    if (digits == 0) return false;
    text.remove_prefix(digits);
    ++parts;
    if (text.empty()) return parts == 4;
    if (parts == 4 || text.front() != '.') return false;
    text.remove_prefix(1);
  }
}

/// Go's net.ParseIP: eight groups of hex, one "::" for groups of zero, the last two as IPv4 at
/// will.
bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  if (text.starts_with("::")) {
    gap = true;
    text.remove_prefix(2);
  } else if (text.starts_with(':')) {
    return false;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, end);
    if (group.find('.') != group.npos) {
      groups += 2;
      return end == text.size() && is_ipv4(group) && (gap ? groups < 8 : groups == 8);
    }
    const bool hex = std::all_of(group.begin(), group.end(), [](char c) {
      return std::isxdigit(static_cast<unsigned char>(c)) != 0;
    });
    if (group.empty() || group.size() > 4 || !hex || ++groups > 8) return false;
    text.remove_prefix(end);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.empty()) return false;  // A single ':' at the end.
    if (text.front() == ':') {
      if (gap) return false;
      gap = true;
      text.remove_prefix(1);
    }
  }
  return gap ? groups < 8 : groups == 8;
}

bool is_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view length = text.substr(slash + 1), address = text.substr(0, slash);
  if (length.empty() || length.size() > 3 || !std::all_of(length.begin(), length.end(), is_digit)) {
    return false;
  }
  const int bits = std::stoi(std::string(length));
  return is_ipv6(address) ? bits <= 128 : is_ipv4(address) && bits <= 32;
}

/// Go's net.ParseMAC: 6, 8 or 20 bytes as hex pairs with ':' or '-', or groups of four with '.'.
bool is_mac(std::string_view text) {
  return MATCHES(
             "^(?:[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}[:-]){4}[0-9a-fA-F]{2}"
             "|(?:[0-9a-fA-F]{2}[:-]){7}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{2}[:-]){19}[0-9a-fA-F]{2}"
             "|[0-9a-fA-F]{4}\\.[0-9a-fA-F]{4}\\.[0-9a-fA-F]{4}"
             "|(?:[0-9a-fA-F]{4}\\.){3}[0-9a-fA-F]{4}|(?:[0-9a-fA-F]{4}\\.){9}[0-9a-fA-F]{4})$",
             text) &&
         !(text.find(':') != text.npos && text.find('-') != text.npos);
}

bool is_hostname(std::string_view text) {
  if (text.size() > 255) return false;
  std::size_t label = 0;
  for (const char c : text) {
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
  }
  // strfmt's pattern; its {0,62} repetitions of Unicode classes are too large for one RE2 program,
  // so the lengths are checked above and the pattern repeats freely.
  return MATCHES(
      "^([a-zA-Z0-9\\p{S}\\p{L}](-?[a-zA-Z0-9\\p{S}\\p{L}]*)"
      "|([a-zA-Z0-9\\p{S}\\p{L}]([a-zA-Z0-9\\-\\p{S}\\p{L}]*[a-zA-Z0-9\\p{S}\\p{L}])?\\.)+"
      "[a-zA-Z\\p{L}]{2,})$",
      text);
}

/// Go's url.ParseRequestURI as far as it refuses: an absolute URI or a path that starts with '/',
/// no control characters, valid percent escapes, a sensible port.
bool is_request_uri(std::string_view text) {
  if (text.empty()) return false;
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (control) return false;
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !std::isxdigit(static_cast<unsigned char>(text[at + 1])) ||
        !std::isxdigit(static_cast<unsigned char>(text[at + 2]))) {
      if (text.find('?') == text.npos || at < text.find('?')) return false;
    }
  }
  if (text.front() == '/') return true;
  if (!MATCHES("^[a-zA-Z][a-zA-Z0-9+.\\-]*:", text)) return false;
  const std::string_view rest = text.substr(text.find(':') + 1);
  if (!rest.starts_with("//")) return rest.starts_with('/') || !rest.empty();
  std::string_view host = rest.substr(2);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t user = host.rfind('@'); user != host.npos) host.remove_prefix(user + 1);
  return MATCHES("^(\\[[0-9a-fA-F:.%a-zA-Z0-9\\-]+\\]|[^\\[\\]<>\"\\s:\\\\^`{|}]*)(:[0-9]*)?$",
                 host);
}

/// Go's mail.ParseAddress for the forms that people write: addr-spec, or a name and <addr-spec>.
bool is_email(std::string_view text) {
  constexpr const char* kAtom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\\x{80}-\\x{10FFFF}]+";
  static const std::string spec = std::string("(?:") + kAtom + "(?:\\." + kAtom +
                                  ")*|\"(?:[^\"\\\\\\x00-\\x1f]|\\\\.)*\")@(?:" + kAtom + "(?:\\." +
                                  kAtom + ")*|\\[[0-9.]+\\])";
  static const re2::RE2 bare("^\\s*" + spec + "\\s*$"), named("^[^<>]*<" + spec + ">\\s*$");
  return re2::RE2::PartialMatch(piece(text), bare) || re2::RE2::PartialMatch(piece(text), named);
}

bool is_isbn10(std::string_view text) {
  const std::string digits =
      only(text, [](char c) { return c != '-' && !std::isspace(static_cast<unsigned char>(c)); });
  if (!MATCHES("^(?:[0-9]{9}X|[0-9]{10})$", digits)) return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (i + 1) * (digits[std::size_t(i)] - '0');
  sum += 10 * (digits[9] == 'X' ? 10 : digits[9] - '0');
  return sum % 11 == 0;
}

bool is_isbn13(std::string_view text) {
  const std::string digits =
      only(text, [](char c) { return c != '-' && !std::isspace(static_cast<unsigned char>(c)); });
  if (!MATCHES("^[0-9]{13}$", digits)) return false;
  int sum = 0;
  for (int i = 0; i < 12; ++i) sum += (i % 2 == 0 ? 1 : 3) * (digits[std::size_t(i)] - '0');
  return digits[12] - '0' == (10 - sum % 10) % 10;
}

bool is_credit_card(std::string_view text) {
  const std::string digits = only(text, is_digit);
  if (!MATCHES("^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}"
               "|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$",
               digits)) {
    return false;
  }
  int sum = 0;
  bool twice = false;  // Luhn: every second digit from the end.
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, twice = !twice) {
    const int value = (*at - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

/// A day that exists, as Go's time.Parse("2006-01-02") wants it.
bool is_date(std::string_view text) {
  if (!MATCHES("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text)) return false;
  const auto number = [&](std::size_t at, std::size_t count) {
    return std::stoi(std::string(text.substr(at, count)));
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (month < 1 || month > 12 || day < 1) return false;
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[std::size_t(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool is_date_time(std::string_view text) {
  const std::size_t t = text.find_first_of("tT");
  if (t == text.npos || !is_date(text.substr(0, t))) return false;
  std::string_view clock = text.substr(t + 1);
  clock = clock.substr(0, clock.find_first_of("tT"));
  if (!MATCHES("^[0-9]{2}:[0-9]{2}:[0-9]{2}(.[0-9]+)?([zZ]|[+-][0-9]{2}:[0-9]{2})$", clock)) {
    return false;
  }
  return clock.substr(0, 2) <= "23" && clock.substr(3, 2) <= "59" && clock.substr(6, 2) <= "59";
}

/// Go's time.ParseDuration, or Scala's words ("5 minutes") anywhere in the text.
bool is_duration(std::string_view text) {
  if (text == "0" || text == "+0" || text == "-0") return true;
  if (MATCHES("^[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|\xC2\xB5s|\xCE\xBCs|ms|s|m|h))+$",
              text)) {
    return true;
  }
  return MATCHES(
      "(?i)[0-9]\\s*(ns|us|\xC2\xB5s|ms|s|m|h|hr|d|w|wk)([^a-z\xC2\xB5]|$)"
      "|(?i)[0-9]\\s*(nano|micro|milli|sec|min|hour|day|week)",
      text);
}

}  // namespace

Format format_named(std::string_view name) {
  std::string plain(name);
  plain.erase(std::remove(plain.begin(), plain.end(), '-'), plain.end());
  for (const auto& [known, format] : kNames) {
    if (known == plain) return format;
  }
  return Format::none;
}

bool matches(Format format, std::string_view text) {
  constexpr const char* kHex = "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?";
  switch (format) {
    case Format::none:
    case Format::password:
      return true;
    case Format::bson_object_id:
      return MATCHES("^[0-9a-fA-F]{24}$", text);
    case Format::uri:
      return is_request_uri(text);
    case Format::email:
      return is_email(text);
    case Format::hostname:
      return is_hostname(text);
    case Format::ipv4:
      return is_ipv4(text) || (is_ipv6(text) && text.find('.') != text.npos);
    case Format::ipv6:
      return is_ipv6(text);
    case Format::cidr:
      return is_cidr(text);
    case Format::mac:
      return is_mac(text);
    case Format::uuid:
      return MATCHES(std::string(kHex) + "[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$", text);
    case Format::uuid3:
      return MATCHES(std::string(kHex) + "3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$", text);
    case Format::uuid4:
      return MATCHES(std::string(kHex) + "4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$", text);
    case Format::uuid5:
      return MATCHES(std::string(kHex) + "5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$", text);
    case Format::isbn:
      return is_isbn10(text) || is_isbn13(text);
    case Format::isbn10:
      return is_isbn10(text);
    case Format::isbn13:
      return is_isbn13(text);
    case Format::credit_card:
      return is_credit_card(text);
    case Format::ssn:
      return text.size() == 11 && MATCHES("^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$", text);
    case Format::hex_color:
      return MATCHES("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$", text);
    case Format::rgb_color:
      return MATCHES(
          "^rgb\\(\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,"
          "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,"
          "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*\\)$",
          text);
    case Format::byte:
      return MATCHES(
          "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}="
          "|[A-Za-z0-9+/]{4})$",
          text);
    case Format::date:
      return is_date(text);
    case Format::duration:
      return is_duration(text);
    case Format::date_time:
      return is_date_time(text);
  }
  return true;
}

}  // namespace schema
