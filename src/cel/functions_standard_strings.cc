#include <re2/re2.h>

#include "cel/libraries.h"
#include "cel/regex.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

Value contains(Args args, Frame&) {
  return Value::boolean(args[0].text().find(args[1].text()) != std::string_view::npos);
}
Value starts_with(Args args, Frame&) {
  return Value::boolean(args[0].text().starts_with(args[1].text()));
}
Value ends_with(Args args, Frame&) {
  return Value::boolean(args[0].text().ends_with(args[1].text()));
}
Value matches(Args args, Frame&) {
  const Regex regex = compile_regex(args[1].text());
  if (regex.regex == nullptr) return regex.error;
  const std::string_view text = args[0].text();
  return Value::boolean(
      re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex.regex));
}

}  // namespace

void add_standard_strings(FunctionTable& table) {
  table.member("string.contains(string) -> bool", contains);
  table.member("string.startsWith(string) -> bool", starts_with);
  table.member("string.endsWith(string) -> bool", ends_with);
  table.member("string.matches(string) -> bool", matches);
  table.global("matches(string, string) -> bool", matches);
}

}  // namespace cel
