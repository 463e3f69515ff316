#include <cmath>

#include "base/limits.h"
#include "cel/libraries.h"
#include "cel/time.h"
#include "cel/unicode.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

Value overflow() { return Value::error("integer overflow"); }
Value unsigned_overflow() { return Value::error("unsigned integer overflow"); }
Value duration_overflow() { return Value::error("duration overflow: out of range"); }

Value add_int(Args args, Frame&) {
  std::int64_t result;
  if (__builtin_add_overflow(args[0].as_int(), args[1].as_int(), &result)) return overflow();
  return Value::integer(result);
}
Value subtract_int(Args args, Frame&) {
  std::int64_t result;
  if (__builtin_sub_overflow(args[0].as_int(), args[1].as_int(), &result)) return overflow();
  return Value::integer(result);
}
Value multiply_int(Args args, Frame&) {
  std::int64_t result;
  if (__builtin_mul_overflow(args[0].as_int(), args[1].as_int(), &result)) return overflow();
  return Value::integer(result);
}
Value divide_int(Args args, Frame&) {
  if (args[1].as_int() == 0) return Value::error("division by zero");
  if (args[0].as_int() == INT64_MIN && args[1].as_int() == -1) return overflow();
  return Value::integer(args[0].as_int() / args[1].as_int());
}
Value modulo_int(Args args, Frame&) {
  if (args[1].as_int() == 0) return Value::error("modulus by zero");
  if (args[0].as_int() == INT64_MIN && args[1].as_int() == -1) return overflow();
  return Value::integer(args[0].as_int() % args[1].as_int());
}
Value negate_int(Args args, Frame&) {
  if (args[0].as_int() == INT64_MIN) return overflow();
  return Value::integer(-args[0].as_int());
}

Value add_uint(Args args, Frame&) {
  std::uint64_t result;
  if (__builtin_add_overflow(args[0].as_uint(), args[1].as_uint(), &result)) {
    return unsigned_overflow();
  }
  return Value::uinteger(result);
}
Value subtract_uint(Args args, Frame&) {
  std::uint64_t result;
  if (__builtin_sub_overflow(args[0].as_uint(), args[1].as_uint(), &result)) {
    return unsigned_overflow();
  }
  return Value::uinteger(result);
}
Value multiply_uint(Args args, Frame&) {
  std::uint64_t result;
  if (__builtin_mul_overflow(args[0].as_uint(), args[1].as_uint(), &result)) {
    return unsigned_overflow();
  }
  return Value::uinteger(result);
}
Value divide_uint(Args args, Frame&) {
  if (args[1].as_uint() == 0) return Value::error("division by zero");
  return Value::uinteger(args[0].as_uint() / args[1].as_uint());
}
Value modulo_uint(Args args, Frame&) {
  if (args[1].as_uint() == 0) return Value::error("modulus by zero");
  return Value::uinteger(args[0].as_uint() % args[1].as_uint());
}

Value add_double(Args args, Frame&) {
  return Value::floating(args[0].as_double() + args[1].as_double());
}
Value subtract_double(Args args, Frame&) {
  return Value::floating(args[0].as_double() - args[1].as_double());
}
Value multiply_double(Args args, Frame&) {
  return Value::floating(args[0].as_double() * args[1].as_double());
}
Value divide_double(Args args, Frame&) {
  return Value::floating(args[0].as_double() / args[1].as_double());
}
Value negate_double(Args args, Frame&) { return Value::floating(-args[0].as_double()); }

Value add_text(Args args, Frame&) {
  const std::string_view a = args[0].text();
  const std::string_view b = args[1].text();
  if (a.size() + b.size() > base::limits::kCelValueSizeMax) return Value::too_large();
  std::string text;
  text.reserve(a.size() + b.size());
  text.append(a).append(b);
  return args[0].is(ValueKind::string) ? Value::string(std::move(text))
                                       : Value::bytes(std::move(text));
}

Value add_list(Args args, Frame&) {
  std::vector<Value> items;
  items.reserve(args[0].size() + args[1].size());
  for (const Value& list : args) {
    for (std::size_t i = 0; i < list.size(); ++i) items.push_back(list.item(i));
  }
  return Value::list(std::move(items));
}

Value add_durations(Args args, Frame&) {
  std::int64_t nanos;
  if (__builtin_add_overflow(args[0].duration_nanos(), args[1].duration_nanos(), &nanos)) {
    return duration_overflow();
  }
  return Value::duration(nanos);
}
Value subtract_durations(Args args, Frame&) {
  std::int64_t nanos;
  if (__builtin_sub_overflow(args[0].duration_nanos(), args[1].duration_nanos(), &nanos)) {
    return duration_overflow();
  }
  return Value::duration(nanos);
}
Value negate_duration(Args args, Frame&) {
  if (args[0].duration_nanos() == INT64_MIN) return duration_overflow();
  return Value::duration(-args[0].duration_nanos());
}

Value shift(const Value& timestamp, __int128 nanos) {
  const __int128 total =
      static_cast<__int128>(timestamp.seconds()) * kNanosPerSecond + timestamp.nanos() + nanos;
  __int128 seconds = total / kNanosPerSecond;
  auto rest = static_cast<std::int64_t>(total % kNanosPerSecond);
  if (rest < 0) {
    rest += kNanosPerSecond;
    --seconds;
  }
  return make_timestamp(static_cast<std::int64_t>(seconds), static_cast<std::uint32_t>(rest));
}
Value add_timestamp_duration(Args args, Frame&) { return shift(args[0], args[1].duration_nanos()); }
Value add_duration_timestamp(Args args, Frame&) { return shift(args[1], args[0].duration_nanos()); }
Value subtract_timestamp_duration(Args args, Frame&) {
  return shift(args[0], -static_cast<__int128>(args[1].duration_nanos()));
}
Value subtract_timestamps(Args args, Frame&) {
  const __int128 nanos =
      static_cast<__int128>(args[0].seconds() - args[1].seconds()) * kNanosPerSecond +
      args[0].nanos() - args[1].nanos();
  if (nanos > INT64_MAX || nanos < INT64_MIN) return duration_overflow();
  return Value::duration(static_cast<std::int64_t>(nanos));
}

Value in_list(Args args, Frame&) { return Value::boolean(args[1].contains(args[0])); }
Value in_map(Args args, Frame&) {
  Value found;
  return Value::boolean(args[1].find(args[0], found));
}

Value size_of_string(Args args, Frame&) {
  return Value::integer(static_cast<std::int64_t>(length(args[0].text())));
}
Value size_of_bytes(Args args, Frame&) {
  return Value::integer(static_cast<std::int64_t>(args[0].text().size()));
}
Value size_of_container(Args args, Frame&) {
  return Value::integer(static_cast<std::int64_t>(args[0].size()));
}

void add_arithmetic(FunctionTable& table) {
  table.global("_+_(int, int) -> int", add_int);
  table.global("_+_(uint, uint) -> uint", add_uint);
  table.global("_+_(double, double) -> double", add_double);
  table.global("_+_(string, string) -> string", add_text);
  table.global("_+_(bytes, bytes) -> bytes", add_text);
  table.global("_+_(list<A>, list<A>) -> list<A>", add_list);
  table.global("_+_(timestamp, duration) -> timestamp", add_timestamp_duration);
  table.global("_+_(duration, timestamp) -> timestamp", add_duration_timestamp);
  table.global("_+_(duration, duration) -> duration", add_durations);
  table.global("_-_(int, int) -> int", subtract_int);
  table.global("_-_(uint, uint) -> uint", subtract_uint);
  table.global("_-_(double, double) -> double", subtract_double);
  table.global("_-_(timestamp, timestamp) -> duration", subtract_timestamps);
  table.global("_-_(timestamp, duration) -> timestamp", subtract_timestamp_duration);
  table.global("_-_(duration, duration) -> duration", subtract_durations);
  table.global("_*_(int, int) -> int", multiply_int);
  table.global("_*_(uint, uint) -> uint", multiply_uint);
  table.global("_*_(double, double) -> double", multiply_double);
  table.global("_/_(int, int) -> int", divide_int);
  table.global("_/_(uint, uint) -> uint", divide_uint);
  table.global("_/_(double, double) -> double", divide_double);
  table.global("_%_(int, int) -> int", modulo_int);
  table.global("_%_(uint, uint) -> uint", modulo_uint);
  table.global("-_(int) -> int", negate_int);
  table.global("-_(double) -> double", negate_double);
  table.global("-_(duration) -> duration", negate_duration);
}

/// For their types alone: the planner has nodes of their own for these.
void add_typed_operators(FunctionTable& table) {
  table.global("_&&_(bool, bool) -> bool", nullptr);
  table.global("_||_(bool, bool) -> bool", nullptr);
  table.global("!_(bool) -> bool", nullptr);
  table.global("_?_:_(bool, A, A) -> A", nullptr);
  table.global("_==_(A, A) -> bool", nullptr);
  table.global("_!=_(A, A) -> bool", nullptr);
  for (const std::string function : {"_<_", "_<=_", "_>_", "_>=_"}) {
    for (const std::string type : {"bool", "string", "bytes", "timestamp", "duration"}) {
      table.global(function + "(" + type + ", " + type + ") -> bool", nullptr);
    }
    for (const std::string a : {"int", "uint", "double"}) {
      for (const std::string b : {"int", "uint", "double"}) {
        table.global(function + "(" + a + ", " + b + ") -> bool", nullptr);
      }
    }
  }
  table.global("_[_](list<A>, int) -> A", nullptr);
  table.global("_[_](map<A, B>, A) -> B", nullptr);
  table.global("_[_](optional<list<A>>, int) -> optional<A>", nullptr);
  table.global("_[_](optional<map<A, B>>, A) -> optional<B>", nullptr);
  table.global("_[?_](list<A>, int) -> optional<A>", nullptr);
  table.global("_[?_](map<A, B>, A) -> optional<B>", nullptr);
  table.global("_[?_](optional<list<A>>, int) -> optional<A>", nullptr);
  table.global("_[?_](optional<map<A, B>>, A) -> optional<B>", nullptr);
}

}  // namespace

void add_operators(FunctionTable& table) {
  add_arithmetic(table);
  add_typed_operators(table);
  table.global("@in(A, list<A>) -> bool", in_list);
  table.global("@in(A, map<A, B>) -> bool", in_map);
  table.global("size(string) -> int", size_of_string);
  table.global("size(bytes) -> int", size_of_bytes);
  table.global("size(list<A>) -> int", size_of_container);
  table.global("size(map<A, B>) -> int", size_of_container);
  table.member("string.size() -> int", size_of_string);
  table.member("bytes.size() -> int", size_of_bytes);
  table.member("list<A>.size() -> int", size_of_container);
  table.member("map<A, B>.size() -> int", size_of_container);
}

}  // namespace cel
