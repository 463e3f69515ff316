#include "schema/go_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "doc/utf8.h"

namespace schema {
namespace {

bool append_named_escape(std::string& out, char c) {
  constexpr std::string_view kCharacters = "\a\b\f\n\r\t\v\\\"", kNames = "abfnrtv\\\"";
  const std::size_t index = kCharacters.find(c);
  if (index == std::string_view::npos) return false;
  out.append(1, '\\').append(1, kNames[index]);
  return true;
}

/// %#v of a value decoded from JSON.
std::string go_syntax(const doc::Value& value) {
  switch (value.kind()) {
    case doc::Kind::null:
      return "interface {}(nil)";
    case doc::Kind::boolean:
      return value.as_bool() ? "true" : "false";
    case doc::Kind::integer:
      return std::to_string(value.as_int());
    case doc::Kind::unsigned_integer:
      return go_number(double(value.as_uint()));
    case doc::Kind::number:
      return go_number(value.as_double());
    case doc::Kind::string:
      return go_quoted(value.as_string());
    case doc::Kind::list: {
      std::string text = "[]interface {}{";
      for (const doc::Value& item : value.items()) {
        if (text.back() != '{') text += ", ";
        text += go_syntax(item);
      }
      return text + "}";
    }
    case doc::Kind::map: {
      std::vector<const doc::Entry*> sorted;
      for (const doc::Entry& entry : value.entries()) sorted.push_back(&entry);
      std::sort(sorted.begin(), sorted.end(),
                [](const doc::Entry* a, const doc::Entry* b) { return a->name() < b->name(); });
      std::string text = "map[string]interface {}{";
      for (const doc::Entry* entry : sorted) {
        if (text.back() != '{') text += ", ";
        text += go_quoted(entry->name()) + ":" + go_syntax(entry->value);
      }
      return text + "}";
    }
  }
  CHECK(false);
}

}  // namespace

std::string go_quoted(std::string_view text) {
  std::string out = "\"";
  char buffer[16];
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = doc::utf8_length(text.substr(at, 4));
    const auto first = static_cast<unsigned char>(text[at]);
    if (append_named_escape(out, text[at])) {
    } else if (length == 0 || first < 0x20 || first == 0x7F) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", first);
      out += buffer;
    } else if (length == 2 && first == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA1) {
      std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned char>(text[at + 1]));
      out += buffer;
    } else {
      out.append(text, at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out + "\"";
}

std::string go_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  // Go's %v is the shortest form, with an exponent below 1e-4 and from 1e21 on.
  char buffer[400];
  const double size = std::fabs(value);
  const bool exponent = value != 0 && (size < 1e-4 || size >= 1e21);
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value,
                    exponent ? std::chars_format::scientific : std::chars_format::fixed);
  return std::string(buffer, end.ptr);
}

std::string go_bad_value(const doc::Value& value) {
  if (value.is_null()) return "\"null\"";  // field.Error turns nil into the string "null" first.
  return go_syntax(value);
}

}  // namespace schema
