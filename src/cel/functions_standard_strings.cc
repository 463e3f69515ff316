#include "base/same_text.h"
#include "cel/libraries.h"
#include "cel/regex.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

bool contains(std::string_view text, std::string_view part) {
  // In a short text the calls of memchr and memcmp that find() makes cost more than they save.
  constexpr std::size_t kShort = 64;
  if (text.size() > kShort || part.empty()) return text.find(part) != std::string_view::npos;
  for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
    if (text[i] == part[0] && base::same_text(text.substr(i, part.size()), part)) return true;
  }
  return false;
}
bool starts_with(std::string_view text, std::string_view part) { return text.starts_with(part); }
bool ends_with(std::string_view text, std::string_view part) { return text.ends_with(part); }

template <TextTest kTest>
void add_test(FunctionTable& table, std::string_view signature) {
  const auto call = [](Args args, Frame&) {
    return Value::boolean(kTest(args[0].text(), args[1].text()));
  };
  table.member(signature, call, kTest);
}

Value matches_pattern(Args args, Frame&) {
  const Regex regex = compile_regex(args[1].text());
  return regex.regex ? Value::boolean(matches(*regex.regex, args[0].text())) : regex.error;
}

}  // namespace

void add_standard_strings(FunctionTable& table) {
  add_test<contains>(table, "string.contains(string) -> bool");
  add_test<starts_with>(table, "string.startsWith(string) -> bool");
  add_test<ends_with>(table, "string.endsWith(string) -> bool");
  table.member("string.matches(string) -> bool", matches_pattern);
  table.global("matches(string, string) -> bool", matches_pattern);
}

}  // namespace cel
