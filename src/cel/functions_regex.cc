#include <re2/re2.h>

#include "base/limits.h"
#include "cel/libraries.h"
#include "cel/regex.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }
Value string(const re2::StringPiece& text) {
  return Value::string(std::string(text.data(), text.size()));
}

/// Calls `found` with every match and its groups, left to right, as Go's FindAll does; it returns
/// false to stop.
template <typename Found>
void each_match(const re2::RE2& regex, std::string_view text, Found found) {
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) +
                                       1);
  std::size_t at = 0;
  std::size_t last_end = std::string_view::npos;
  while (at <= text.size() && regex.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED,
                                          groups.data(), static_cast<int>(groups.size()))) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = begin + groups[0].size();
    // An empty match right behind the last one is none.
    const bool counts = !groups[0].empty() || begin != last_end;
    if (counts && !found(groups)) return;
    last_end = end;
    at = groups[0].empty() ? end + 1 : end;
    while (groups[0].empty() && at < text.size() && (text[at] & 0xC0) == 0x80) ++at;
  }
}

Value replace_some(Args args, std::int64_t count) {
  const Regex regex = compile_regex(args[1].text());
  if (regex.regex == nullptr) return regex.error;
  const std::string_view text = args[0].text();
  if (count == 0) return args[0];
  std::string problem;
  if (!regex.regex->CheckRewriteString(piece(args[2].text()), &problem)) {
    return Value::error("invalid replacement string: " + problem);
  }
  std::string out;
  std::size_t copied = 0;
  each_match(*regex.regex, text, [&](const std::vector<re2::StringPiece>& groups) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    out.append(text.substr(copied, begin - copied));
    regex.regex->Rewrite(&out, piece(args[2].text()), groups.data(),
                         static_cast<int>(groups.size()));
    copied = begin + groups[0].size();
    return --count != 0 && out.size() <= base::limits::kCelValueSizeMax;
  });
  if (out.size() > base::limits::kCelValueSizeMax) return Value::too_large();
  return Value::string(out.append(text.substr(copied)));
}
Value replace(Args args, Frame&) { return replace_some(args, -1); }
Value replace_count(Args args, Frame&) { return replace_some(args, args[3].as_int()); }

/// Of a match: its group, if the pattern has one, else all of it. Null pointer: not matched.
const re2::StringPiece& extracted(const std::vector<re2::StringPiece>& groups) {
  return groups.size() > 1 ? groups[1] : groups[0];
}

Value check_groups(const Regex& regex, std::string_view pattern) {
  if (regex.regex == nullptr) return regex.error;
  if (regex.regex->NumberOfCapturingGroups() <= 1) return {};
  return Value::error("regular expression has more than one capturing group: \"" +
                      std::string(pattern) + "\"");
}

Value extract(Args args, Frame&) {
  const Regex regex = compile_regex(args[1].text());
  if (Value problem = check_groups(regex, args[1].text()); problem.is_error()) return problem;
  Value result = Optional::none();
  each_match(*regex.regex, args[0].text(), [&](const std::vector<re2::StringPiece>& groups) {
    const re2::StringPiece& part = extracted(groups);
    if (part.data() != nullptr) result = Optional::of(string(part));
    return false;
  });
  return result;
}

Value extract_all(Args args, Frame&) {
  const Regex regex = compile_regex(args[1].text());
  if (Value problem = check_groups(regex, args[1].text()); problem.is_error()) return problem;
  std::vector<Value> parts;
  each_match(*regex.regex, args[0].text(), [&](const std::vector<re2::StringPiece>& groups) {
    const re2::StringPiece& part = extracted(groups);
    if (part.data() != nullptr && !part.empty()) parts.push_back(string(part));
    return true;
  });
  return Value::list(std::move(parts));
}

Value find(Args args, Frame&) {
  const Regex regex = compile_regex(args[1].text());
  if (regex.regex == nullptr) return regex.error;
  Value result = Value::string("");
  each_match(*regex.regex, args[0].text(), [&](const std::vector<re2::StringPiece>& groups) {
    result = string(groups[0]);
    return false;
  });
  return result;
}

Value find_some(Args args, std::int64_t limit) {
  const Regex regex = compile_regex(args[1].text());
  if (regex.regex == nullptr) return regex.error;
  std::vector<Value> matches;
  if (limit == 0) return Value::list({});
  each_match(*regex.regex, args[0].text(), [&](const std::vector<re2::StringPiece>& groups) {
    matches.push_back(string(groups[0]));
    return static_cast<std::int64_t>(matches.size()) != limit;
  });
  return Value::list(std::move(matches));
}
Value find_all(Args args, Frame&) { return find_some(args, -1); }
Value find_all_limit(Args args, Frame&) { return find_some(args, args[2].as_int()); }

}  // namespace

void add_regex(FunctionTable& table) {
  table.global("regex.replace(string, string, string) -> string", replace);
  table.global("regex.replace(string, string, string, int) -> string", replace_count);
  table.global("regex.extract(string, string) -> optional<string>", extract);
  table.global("regex.extractAll(string, string) -> list<string>", extract_all);
}

void add_kubernetes_regex(FunctionTable& table) {
  table.member("string.find(string) -> string", find);
  table.member("string.findAll(string) -> list<string>", find_all);
  table.member("string.findAll(string, int) -> list<string>", find_all_limit);
}

}  // namespace cel
