#include <algorithm>

#include "base/limits.h"
#include "cel/libraries.h"
#include "cel/unicode.h"

namespace cel {
namespace {

using Args = std::span<const Value>;
constexpr std::size_t kNowhere = std::string_view::npos;

Value out_of_range(std::int64_t index) {
  return Value::error("index out of range: " + std::to_string(index));
}

Value to_integer(std::size_t value) { return Value::integer(static_cast<std::int64_t>(value)); }

Value char_at(Args args, Frame&) {
  const std::string_view text = args[0].text();
  const std::int64_t index = args[1].as_int();
  const std::size_t begin = index < 0 ? kNowhere : offset_of(text, static_cast<std::size_t>(index));
  if (begin == kNowhere) return out_of_range(index);
  const std::string_view rest = text.substr(begin);
  const std::size_t end = offset_of(rest, 1);
  return Value::string(std::string(rest.substr(0, end)));
}

/// The code point at which `found`, a byte offset, stands; -1 for npos.
Value position(std::string_view text, std::size_t found) {
  return found == kNowhere ? Value::integer(-1) : to_integer(length(text.substr(0, found)));
}

Value index_of(Args args, Frame&) {
  return position(args[0].text(), args[0].text().find(args[1].text()));
}

Value index_of_from(Args args, Frame&) {
  const std::string_view text = args[0].text();
  const std::int64_t from = args[2].as_int();
  const std::size_t begin = from < 0 ? kNowhere : offset_of(text, static_cast<std::size_t>(from));
  if (begin == kNowhere) return out_of_range(from);
  return position(text, text.find(args[1].text(), begin));
}

Value last_index_of(Args args, Frame&) {
  return position(args[0].text(), args[0].text().rfind(args[1].text()));
}

Value last_index_of_from(Args args, Frame&) {
  const std::string_view text = args[0].text();
  const std::int64_t from = args[2].as_int();
  const std::size_t begin = from < 0 ? kNowhere : offset_of(text, static_cast<std::size_t>(from));
  if (begin == kNowhere) return out_of_range(from);
  return position(text, text.rfind(args[1].text(), begin));
}

Value join_with(const Value& list, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value item = list.item(i);
    if (!item.is(ValueKind::string)) {
      return Value::error("no such overload: join(list) of " + std::string(type_name(item)));
    }
    if (i > 0) text += separator;
    text += item.text();
    if (text.size() > base::limits::kCelValueSizeMax) return Value::too_large();
  }
  return Value::string(std::move(text));
}
Value join(Args args, Frame&) { return join_with(args[0], ""); }
Value join_by(Args args, Frame&) { return join_with(args[0], args[1].text()); }

Value lower_ascii(Args args, Frame&) {
  std::string text(args[0].text());
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return Value::string(std::move(text));
}
Value upper_ascii(Args args, Frame&) {
  std::string text(args[0].text());
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return Value::string(std::move(text));
}

/// As Go's strings.Replace: an empty `from` stands before every code point and at the end.
Value replace_some(std::string_view text, std::string_view from, std::string_view to,
                   std::int64_t count) {
  std::string out;
  std::size_t at = 0;
  for (; count != 0; --count) {
    const std::size_t found = text.find(from, at);
    if (found == kNowhere) break;
    out.append(text.substr(at, found - at)).append(to);
    at = found + from.size();
    if (out.size() > base::limits::kCelValueSizeMax) return Value::too_large();
    if (!from.empty()) continue;
    if (at >= text.size()) break;
    const std::size_t next = offset_of(text.substr(at), 1);
    out.append(text.substr(at, next));
    at += next;
  }
  return Value::string(out.append(text.substr(std::min(at, text.size()))));
}
Value replace(Args args, Frame&) {
  return replace_some(args[0].text(), args[1].text(), args[2].text(), -1);
}
Value replace_count(Args args, Frame&) {
  return replace_some(args[0].text(), args[1].text(), args[2].text(), args[3].as_int());
}

/// As Go's strings.SplitN: an empty separator cuts between code points.
Value split_some(std::string_view text, std::string_view separator, std::int64_t count) {
  std::vector<Value> parts;
  if (count == 0) return Value::list(std::move(parts));
  if (separator.empty() && text.empty()) return Value::list(std::move(parts));
  while (count < 0 || static_cast<std::int64_t>(parts.size()) + 1 < count) {
    const std::size_t found = separator.empty() ? offset_of(text, 1) : text.find(separator);
    if (found == kNowhere || (separator.empty() && found >= text.size())) break;
    parts.push_back(Value::string(std::string(text.substr(0, found))));
    text.remove_prefix(found + separator.size());
  }
  parts.push_back(Value::string(std::string(text)));
  return Value::list(std::move(parts));
}
Value split(Args args, Frame&) { return split_some(args[0].text(), args[1].text(), -1); }
Value split_count(Args args, Frame&) {
  return split_some(args[0].text(), args[1].text(), args[2].as_int());
}

Value substring_between(std::string_view text, std::int64_t begin, std::int64_t end) {
  if (begin > end) {
    return Value::error("invalid substring range. start: " + std::to_string(begin) +
                        ", end: " + std::to_string(end));
  }
  const std::size_t first = begin < 0 ? kNowhere : offset_of(text, static_cast<std::size_t>(begin));
  if (first == kNowhere) return out_of_range(begin);
  const std::string_view rest = text.substr(first);
  const std::size_t last = offset_of(rest, static_cast<std::size_t>(end - begin));
  if (last == kNowhere) return out_of_range(end);
  return Value::string(std::string(rest.substr(0, last)));
}
Value substring_from(Args args, Frame&) {
  const std::string_view text = args[0].text();
  const auto size = static_cast<std::int64_t>(length(text));
  if (args[1].as_int() > size) return out_of_range(args[1].as_int());
  return substring_between(text, args[1].as_int(), size);
}
Value substring(Args args, Frame&) {
  return substring_between(args[0].text(), args[1].as_int(), args[2].as_int());
}

Value trim(Args args, Frame&) {
  const std::vector<std::uint32_t> codes = code_points(args[0].text());
  auto begin = codes.begin();
  auto end = codes.end();
  while (begin != end && is_space(*begin)) ++begin;
  while (begin != end && is_space(*(end - 1))) --end;
  std::string text;
  for (; begin != end; ++begin) append_utf8(*begin, text);
  return Value::string(std::move(text));
}

Value reverse(Args args, Frame&) {
  const std::vector<std::uint32_t> codes = code_points(args[0].text());
  std::string text;
  for (auto code = codes.rbegin(); code != codes.rend(); ++code) append_utf8(*code, text);
  return Value::string(std::move(text));
}

std::string_view escape_of(std::uint32_t code) {
  switch (code) {
    case '\a':
      return "\\a";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    default:
      return "";
  }
}

Value quote(Args args, Frame&) {
  std::string text = "\"";
  for (const std::uint32_t code : code_points(args[0].text())) {
    const std::string_view escape = escape_of(code);
    if (escape.empty()) {
      append_utf8(code, text);
    } else {
      text += escape;
    }
  }
  return Value::string(text + "\"");
}

}  // namespace

void add_strings(FunctionTable& table) {
  table.member("string.charAt(int) -> string", char_at);
  table.member("string.indexOf(string) -> int", index_of);
  table.member("string.indexOf(string, int) -> int", index_of_from);
  table.member("string.lastIndexOf(string) -> int", last_index_of);
  table.member("string.lastIndexOf(string, int) -> int", last_index_of_from);
  table.member("list<string>.join() -> string", join);
  table.member("list<string>.join(string) -> string", join_by);
  table.member("string.lowerAscii() -> string", lower_ascii);
  table.member("string.upperAscii() -> string", upper_ascii);
  table.member("string.replace(string, string) -> string", replace);
  table.member("string.replace(string, string, int) -> string", replace_count);
  table.member("string.split(string) -> list<string>", split);
  table.member("string.split(string, int) -> list<string>", split_count);
  table.member("string.substring(int) -> string", substring_from);
  table.member("string.substring(int, int) -> string", substring);
  table.member("string.trim() -> string", trim);
  table.member("string.reverse() -> string", reverse);
  table.global("strings.quote(string) -> string", quote);
}

}  // namespace cel
