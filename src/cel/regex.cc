#include "cel/regex.h"

#include <re2/re2.h>

#include <array>
#include <utility>

#include "base/limits.h"

namespace cel {
namespace {

struct Cached {
  std::string pattern;
  std::shared_ptr<const re2::RE2> regex;  // Shared with those who are using it.
};

}  // namespace

Regex compile_regex(std::string_view pattern) {
  thread_local std::array<Cached, 16> cache;
  thread_local std::size_t next = 0;
  for (const Cached& cached : cache) {
    if (cached.regex && cached.pattern == pattern) return {cached.regex, {}};
  }
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(base::limits::kCelRegexBytesMax);
  auto regex =
      std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!regex->ok()) {
    return {nullptr, Value::error("error parsing regexp: " + regex->error())};
  }
  Cached& place = cache[next++ % cache.size()];
  place = {std::string(pattern), regex};
  return {std::move(regex), {}};
}

bool matches(const re2::RE2& regex, std::string_view text) {
  return regex.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(),
                     re2::RE2::UNANCHORED, nullptr, 0);
}

}  // namespace cel
