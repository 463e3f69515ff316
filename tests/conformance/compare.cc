#include "conformance/compare.h"

#include <cmath>
#include <string>

#include "base/encoding.h"
#include "cel/unicode.h"
#include "conformance/decode.h"
#include "doc/json.h"

namespace conformance {
namespace {

using cel::ValueKind;

bool matches_list(const doc::Value& expected, const cel::Value& value) {
  if (!value.is(ValueKind::list)) return false;
  const doc::Value* items = expected.find("values");
  if (value.size() != (items ? items->size() : 0)) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!matches(items->items()[i], value.item(i))) return false;
  }
  return true;
}

/// Each entry that is expected stands there, in whatever order.
bool matches_map(const doc::Value& expected, const cel::Value& value) {
  if (!value.is(ValueKind::map)) return false;
  const doc::Value* entries = expected.find("entries");
  if (value.size() != (entries ? entries->size() : 0)) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    bool found = false;
    for (const doc::Value& entry : entries->items()) {
      found = found || (matches(*entry.find("key"), value.key(i)) &&
                        matches(*entry.find("value"), value.entry_value(i)));
    }
    if (!found) return false;
  }
  return true;
}

/// Text format's escapes that JSON files of the suite may have kept as they stood: \uXXXX,
/// \UXXXXXXXX and \?.
std::string with_escapes_read(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const std::size_t digits = rest.starts_with("\\u") ? 4 : rest.starts_with("\\U") ? 8 : 0;
    if (digits > 0 && rest.size() >= 2 + digits) {
      const std::string code(rest.substr(2, digits));
      cel::append_utf8(static_cast<std::uint32_t>(std::stoul(code, nullptr, 16)), out);
      i += 2 + digits;
      continue;
    }
    if (rest.starts_with("\\?")) ++i;
    out += text[i++];
  }
  return out;
}

bool matches_text(std::string_view expected, std::string_view text) {
  return expected == text || with_escapes_read(expected) == text;
}

bool same_double(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

bool matches(const doc::Value& expected, const cel::Value& value) {
  const std::string_view kind = expected.entries()[0].name();
  const doc::Value& content = expected.entries()[0].value;
  const doc::Value plain = decode_value(expected);
  if (kind == "null_value") return value.is(ValueKind::null);
  if (kind == "bool_value") {
    return value.is(ValueKind::boolean) && value.as_bool() == plain.as_bool();
  }
  if (kind == "int64_value") {
    return value.is(ValueKind::integer) && value.as_int() == plain.as_int();
  }
  if (kind == "uint64_value") {
    const auto number =
        plain.is_int() ? static_cast<std::uint64_t>(plain.as_int()) : plain.as_uint();
    return value.is(ValueKind::uinteger) && value.as_uint() == number;
  }
  if (kind == "double_value") {
    return value.is(ValueKind::floating) && same_double(value.as_double(), plain.as_double());
  }
  if (kind == "string_value") {
    return value.is(ValueKind::string) && matches_text(content.as_string(), value.text());
  }
  if (kind == "bytes_value") {
    const auto bytes = base::from_base64(content.as_string());
    return value.is(ValueKind::bytes) && bytes && matches_text(*bytes, value.text());
  }
  if (kind == "type_value") {
    return value.is(ValueKind::type) && value.text() == content.as_string();
  }
  if (kind == "list_value") return matches_list(content, value);
  if (kind == "map_value") return matches_map(content, value);
  return false;
}

std::string describe(const cel::Value& value) {
  if (value.is_error()) return "error: " + value.error_rep().message;
  const auto document = cel::to_document(value);
  return std::string(cel::type_name(value)) + " " +
         (document ? doc::to_json(*document) : document.error().message);
}

}  // namespace conformance
