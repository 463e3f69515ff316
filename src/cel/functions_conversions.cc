#include <charconv>
#include <cmath>

#include "cel/libraries.h"
#include "cel/number_text.h"
#include "cel/time.h"
#include "cel/unicode.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

Value same(Args args, Frame&) { return args[0]; }
Value out_of_range() { return Value::error("integer overflow: range error"); }
Value bad_conversion(const Value& value, std::string_view type) {
  return Value::error("type conversion error from '" + std::string(type_name(value)) + "' to '" +
                      std::string(type) + "'");
}

Value int_of_uint(Args args, Frame&) {
  if (args[0].as_uint() > INT64_MAX) return out_of_range();
  return Value::integer(static_cast<std::int64_t>(args[0].as_uint()));
}
/// Beyond the open range (-2^63, 2^63) a double cannot be told from its neighbours outside.
Value int_of_double(Args args, Frame&) {
  const double value = args[0].as_double();
  if (!(value > -0x1p63 && value < 0x1p63)) return out_of_range();
  return Value::integer(static_cast<std::int64_t>(value));
}
Value int_of_string(Args args, Frame&) {
  std::string_view text = args[0].text();
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return bad_conversion(args[0], "int");
  }
  return Value::integer(value);
}
Value int_of_timestamp(Args args, Frame&) { return Value::integer(args[0].seconds()); }
Value int_of_duration(Args args, Frame&) { return Value::integer(args[0].duration_nanos()); }

Value uint_of_int(Args args, Frame&) {
  if (args[0].as_int() < 0) return Value::error("unsigned integer overflow: range error");
  return Value::uinteger(static_cast<std::uint64_t>(args[0].as_int()));
}
Value uint_of_double(Args args, Frame&) {
  const double value = args[0].as_double();
  if (!(value >= 0 && value < 0x1p64)) {
    return Value::error("unsigned integer overflow: range error");
  }
  return Value::uinteger(static_cast<std::uint64_t>(value));
}
Value uint_of_string(Args args, Frame&) {
  const std::string_view text = args[0].text();
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return bad_conversion(args[0], "uint");
  }
  return Value::uinteger(value);
}

Value double_of_int(Args args, Frame&) {
  return Value::floating(static_cast<double>(args[0].as_int()));
}
Value double_of_uint(Args args, Frame&) {
  return Value::floating(static_cast<double>(args[0].as_uint()));
}
Value double_of_string(Args args, Frame&) {
  const auto value = parse_double(args[0].text());
  return value ? Value::floating(*value) : bad_conversion(args[0], "double");
}

/// The words that Go's strconv.ParseBool takes.
Value bool_of_string(Args args, Frame&) {
  const std::string_view text = args[0].text();
  for (const std::string_view word : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == word) return Value::boolean(true);
  }
  for (const std::string_view word : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == word) return Value::boolean(false);
  }
  return bad_conversion(args[0], "bool");
}

Value string_of(Args args, Frame&) { return Value::string(text_of(args[0])); }
Value string_of_bytes(Args args, Frame&) {
  if (!is_utf8(args[0].text())) {
    return Value::error("invalid UTF-8 in bytes, cannot convert to string");
  }
  return Value::string(std::string(args[0].text()));
}
Value bytes_of_string(Args args, Frame&) { return Value::bytes(std::string(args[0].text())); }

Value type_of(Args args, Frame&) { return Value::type(type_name(args[0])); }

Value timestamp_of_string(Args args, Frame&) { return parse_timestamp(args[0].text()); }
Value timestamp_of_int(Args args, Frame&) { return make_timestamp(args[0].as_int(), 0); }
Value duration_of_string(Args args, Frame&) { return parse_duration(args[0].text()); }
Value duration_of_int(Args args, Frame&) { return Value::duration(args[0].as_int()); }

}  // namespace

void add_conversions(FunctionTable& table) {
  table.global("int(int) -> int", same);
  table.global("int(uint) -> int", int_of_uint);
  table.global("int(double) -> int", int_of_double);
  table.global("int(string) -> int", int_of_string);
  table.global("int(timestamp) -> int", int_of_timestamp);
  table.global("int(duration) -> int", int_of_duration);
  table.global("uint(uint) -> uint", same);
  table.global("uint(int) -> uint", uint_of_int);
  table.global("uint(double) -> uint", uint_of_double);
  table.global("uint(string) -> uint", uint_of_string);
  table.global("double(double) -> double", same);
  table.global("double(int) -> double", double_of_int);
  table.global("double(uint) -> double", double_of_uint);
  table.global("double(string) -> double", double_of_string);
  table.global("bool(bool) -> bool", same);
  table.global("bool(string) -> bool", bool_of_string);
  table.global("string(string) -> string", same);
  for (const std::string type : {"bool", "int", "uint", "double", "timestamp", "duration"}) {
    table.global("string(" + type + ") -> string", string_of);
  }
  table.global("string(bytes) -> string", string_of_bytes);
  table.global("bytes(bytes) -> bytes", same);
  table.global("bytes(string) -> bytes", bytes_of_string);
  table.global("timestamp(timestamp) -> timestamp", same);
  table.global("timestamp(string) -> timestamp", timestamp_of_string);
  table.global("timestamp(int) -> timestamp", timestamp_of_int);
  table.global("duration(duration) -> duration", same);
  table.global("duration(string) -> duration", duration_of_string);
  table.global("duration(int) -> duration", duration_of_int);
  table.global("type(A) -> type<A>", type_of);
  table.global("dyn(A) -> dyn", same);
}

}  // namespace cel
