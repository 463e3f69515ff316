#include "cel/url.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/strings.h"

namespace cel {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool valid_escapes(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') continue;
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
    i += 2;
  }
  return true;
}

std::optional<std::string> unescaped(std::string_view text) {
  if (!valid_escapes(text)) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += base::from_hex(text.substr(i + 1, 2)).value_or("");
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

/// What Go leaves alone in a path.
bool stays_in_path(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("-_.~$&+,/:;=@%!'()*[]").find(c) != std::string_view::npos;
}

std::string escaped_path(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (stays_in_path(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

/// Takes "scheme:" from the front. False where a colon stands without a proper scheme before it.
bool take_scheme(std::string_view& rest, std::string& scheme) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (is_letter(c) || (i > 0 && (is_digit(c) || c == '+' || c == '-' || c == '.'))) continue;
    if (c != ':') return true;
    if (i == 0) return false;
    scheme = rest.substr(0, i);
    for (char& letter : scheme) {
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
    }
    rest.remove_prefix(i + 1);
    return true;
  }
  return true;
}

bool valid_port(std::string_view text) {
  return text.empty() || (text[0] == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

bool valid_host(std::string_view host) {
  if (!host.empty() && host[0] == '[') {
    const std::size_t end = host.find(']');
    return end != std::string_view::npos && valid_port(host.substr(end + 1));
  }
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && !valid_port(host.substr(colon))) return false;
  return std::none_of(host.begin(), host.end(),
                      [](char c) {
                        return std::string_view(" \"<>\\^`{|}").find(c) != std::string_view::npos;
                      }) &&
         valid_escapes(host);
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (text.empty() || controls) return std::nullopt;
  Url url;
  url.text = text;
  if (text == "*") {  // As in "OPTIONS *".
    url.path = text;
    return url;
  }
  std::string_view rest = text;
  if (!take_scheme(rest, url.scheme)) return std::nullopt;
  if (const std::size_t question = rest.find('?'); question != std::string_view::npos) {
    url.raw_query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (!rest.starts_with('/')) {
    // What follows a scheme without a slash is opaque: it has no host and no path.
    return url.scheme.empty() ? std::nullopt : std::optional(std::move(url));
  }
  if (!url.scheme.empty() && rest.starts_with("//")) {
    const std::size_t end = std::min(rest.find('/', 2), rest.size());
    std::string_view authority = rest.substr(2, end - 2);
    rest = rest.substr(end);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      authority = authority.substr(at + 1);
    }
    if (!valid_host(authority)) return std::nullopt;
    url.host = authority;
  }
  if (!valid_escapes(rest)) return std::nullopt;
  url.path = escaped_path(rest);
  return url;
}

std::string Url::hostname() const {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.rfind(':'));
}

std::string Url::port() const {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  if (colon == std::string::npos || (bracket != std::string::npos && colon < bracket)) return "";
  return host.substr(colon + 1);
}

std::vector<std::pair<std::string, std::vector<std::string>>> Url::query() const {
  std::vector<std::pair<std::string, std::vector<std::string>>> values;
  for (const std::string_view part : base::split(raw_query, '&')) {
    if (part.empty() || part.find(';') != std::string_view::npos) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const auto key = unescaped(part.substr(0, equals));
    const auto value = unescaped(equals < part.size() ? part.substr(equals + 1) : "");
    if (!key || !value) continue;
    auto known = std::find_if(values.begin(), values.end(),
                              [&](const auto& entry) { return entry.first == *key; });
    if (known == values.end()) known = values.insert(values.end(), {*key, {}});
    known->second.push_back(*value);
  }
  return values;
}

}  // namespace cel
