#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/encoding.h"
#include "base/limits.h"
#include "cel/libraries.h"
#include "cel/number_text.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

/// One clause of a format string: "%.3f".
struct Clause {
  char letter = 0;
  int precision = -1;
};

constexpr int kPrecisionMax = 1000;

Value wrong(std::string_view rule, const Value& given) {
  return Value::error("error during formatting: " + std::string(rule) + ", was given " +
                      std::string(type_name(given)));
}

std::string not_finite(double value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

std::string fixed_shortest(double value) {
  if (!std::isfinite(value)) return not_finite(value);
  std::array<char, 400> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return {buffer.data(), end.ptr};
}

/// What %s makes of a value. Recursion is bounded by the value's own depth.
bool append_text(const Value& value, std::string& out) {
  if (out.size() > base::limits::kCelValueSizeMax) return true;
  switch (value.kind()) {
    case ValueKind::floating:
      out += fixed_shortest(value.as_double());
      return true;
    case ValueKind::list:
      out += '[';
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (i > 0) out += ", ";
        if (!append_text(value.item(i), out)) return false;
      }
      out += ']';
      return true;
    case ValueKind::map: {
      std::vector<std::pair<std::string, std::string>> entries;
      for (std::size_t i = 0; i < value.size(); ++i) {
        auto& [key, text] = entries.emplace_back();
        if (!append_text(value.key(i), key) || !append_text(value.entry_value(i), text)) {
          return false;
        }
      }
      std::sort(entries.begin(), entries.end());
      out += '{';
      for (const auto& [key, text] : entries) {
        if (out.back() != '{') out += ", ";
        out += key + ": " + text;
      }
      out += '}';
      return true;
    }
    case ValueKind::opaque:
    case ValueKind::error:
      return false;
    default:
      out += text_of(value);
      return true;
  }
}

Value string_clause(const Value& value) {
  std::string text;
  if (append_text(value, text)) return Value::string(std::move(text));
  return wrong(
      "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, "
      "types, durations, and timestamps",
      value);
}

Value decimal_clause(const Value& value) {
  if (value.is(ValueKind::integer) || value.is(ValueKind::uinteger)) {
    return Value::string(text_of(value));
  }
  if (value.is(ValueKind::floating) && !std::isfinite(value.as_double())) {
    return Value::string(not_finite(value.as_double()));
  }
  return wrong("decimal clause can only be used on integers", value);
}

Value floating_clause(const Value& value, Clause clause) {
  if (!value.is_number()) {
    return wrong(clause.letter == 'f' ? "fixed-point clause can only be used on doubles"
                                      : "scientific clause can only be used on doubles",
                 value);
  }
  const double number = value.is(ValueKind::integer)    ? static_cast<double>(value.as_int())
                        : value.is(ValueKind::uinteger) ? static_cast<double>(value.as_uint())
                                                        : value.as_double();
  if (!std::isfinite(number)) return Value::string(not_finite(number));
  const int precision = clause.precision < 0 ? 6 : clause.precision;
  const char* format = clause.letter == 'f' ? "%.*f" : "%.*e";
  const int size = std::snprintf(nullptr, 0, format, precision, number);
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), format, precision, number);
  text.pop_back();
  return Value::string(std::move(text));
}

std::string in_base(const Value& value, int base) {
  std::array<char, 72> buffer;
  const auto end =
      value.is(ValueKind::integer)
          ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.as_int(), base)
          : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.as_uint(), base);
  return {buffer.data(), end.ptr};
}

Value binary_clause(const Value& value) {
  if (value.is(ValueKind::boolean)) return Value::string(value.as_bool() ? "1" : "0");
  if (value.is(ValueKind::integer) || value.is(ValueKind::uinteger)) {
    return Value::string(in_base(value, 2));
  }
  return wrong("only integers and bools can be formatted as binary", value);
}

Value octal_clause(const Value& value) {
  if (value.is(ValueKind::integer) || value.is(ValueKind::uinteger)) {
    return Value::string(in_base(value, 8));
  }
  return wrong("octal clause can only be used on integers", value);
}

Value hex_clause(const Value& value, bool upper) {
  std::string text;
  if (value.is(ValueKind::integer) || value.is(ValueKind::uinteger)) {
    text = in_base(value, 16);
  } else if (value.is(ValueKind::string) || value.is(ValueKind::bytes)) {
    text = base::to_hex(value.text());
  } else {
    return wrong("only integers, byte buffers, and strings can be formatted as hex", value);
  }
  for (char& c : text) c = upper && c >= 'a' ? static_cast<char>(c - 32) : c;
  return Value::string(std::move(text));
}

Value apply(Clause clause, const Value& value) {
  switch (clause.letter) {
    case 's':
      return string_clause(value);
    case 'd':
      return decimal_clause(value);
    case 'f':
    case 'e':
      return floating_clause(value, clause);
    case 'b':
      return binary_clause(value);
    case 'o':
      return octal_clause(value);
    case 'x':
    case 'X':
      return hex_clause(value, clause.letter == 'X');
    default:
      return Value::error("could not parse formatting clause: unrecognized formatting clause \"" +
                          std::string(1, clause.letter) + "\"");
  }
}

/// Reads ".3f" at `at` and moves it behind; an error where that is no clause.
Value read_clause(std::string_view text, std::size_t& at, Clause& clause) {
  if (at < text.size() && text[at] == '.') {
    const auto* begin = text.data() + at + 1;
    const auto result = std::from_chars(begin, text.data() + text.size(), clause.precision);
    if (result.ec != std::errc() || clause.precision < 0 || clause.precision > kPrecisionMax) {
      return Value::error("could not parse formatting clause: error while parsing precision");
    }
    at += 1 + static_cast<std::size_t>(result.ptr - begin);
  }
  if (at >= text.size()) {
    return Value::error("could not parse formatting clause: unexpected end of string");
  }
  clause.letter = text[at++];
  return {};
}

Value format(Args args, Frame&) {
  const std::string_view text = args[0].text();
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '%') {
      out += text[i++];
      continue;
    }
    if (++i < text.size() && text[i] == '%') {
      out += text[i++];
      continue;
    }
    Clause clause;
    if (Value problem = read_clause(text, i, clause); problem.is_error()) return problem;
    if (next >= args[1].size()) {
      return Value::error("index " + std::to_string(next) + " out of range");
    }
    const Value part = apply(clause, args[1].item(next++));
    if (part.is_error()) return part;
    out += part.text();
    if (out.size() > base::limits::kCelValueSizeMax) return Value::too_large();
  }
  return Value::string(std::move(out));
}

}  // namespace

void add_string_format(FunctionTable& table) {
  table.member("string.format(list<dyn>) -> string", format);
}

}  // namespace cel
