#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Internal to src/cel.
namespace cel {

/// A URL as Go's net/url.ParseRequestURI takes it: absolute, or an absolute path; no fragment.
struct Url {
  std::string text;
  std::string scheme;  ///< Lower case; "" for a path alone.
  std::string host;    ///< With port and brackets.
  std::string path;    ///< Escaped.
  std::string raw_query;

  static std::optional<Url> parse(std::string_view text);
  std::string hostname() const;  ///< Without port and brackets.
  std::string port() const;
  /// Unescaped, each key once in the order of its first value; what is malformed is left out.
  std::vector<std::pair<std::string, std::vector<std::string>>> query() const;
};

}  // namespace cel
