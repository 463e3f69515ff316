#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cel/value.h"

namespace re2 {
class RE2;
}

/// Internal to src/cel.
namespace cel {

/// A compiled regex, or why there is none. RE2's syntax, as in cel-go; matching is linear in the
/// text. The last few of each thread are kept, so that a pattern used again is not compiled again.
struct Regex {
  std::shared_ptr<const re2::RE2> regex;  // Shared with the thread's cache.
  Value error;
};
Regex compile_regex(std::string_view pattern);
/// Whether it matches somewhere in the text.
bool matches(const re2::RE2& regex, std::string_view text);

}  // namespace cel
