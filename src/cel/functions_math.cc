#include <cmath>

#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

/// The greatest (or least) of the values, the first of equal ones.
template <Order kBetter>
Value best(const Value* begin, const Value* end) {
  const Value* found = begin;
  for (const Value* value = begin; value != end; ++value) {
    if (!value->is_number()) {
      return Value::error("no such overload: math." +
                          std::string(kBetter == Order::greater ? "greatest" : "least") + "(" +
                          std::string(type_name(*value)) + ")");
    }
    if (compare(*value, *found) == kBetter) found = value;
  }
  return *found;
}
template <Order kBetter>
Value best_of(Args args, Frame&) {
  return best<kBetter>(args.data(), args.data() + args.size());
}
template <Order kBetter>
Value best_of_list(Args args, Frame&) {
  std::vector<Value> items;
  for (std::size_t i = 0; i < args[0].size(); ++i) items.push_back(args[0].item(i));
  if (items.empty()) {
    return Value::error("math." + std::string(kBetter == Order::greater ? "greatest" : "least") +
                        "(list) argument must not be empty");
  }
  return best<kBetter>(items.data(), items.data() + items.size());
}

template <double (*kFunction)(double)>
Value rounded(Args args, Frame&) {
  return Value::floating(kFunction(args[0].as_double()));
}
Value is_nan(Args args, Frame&) { return Value::boolean(std::isnan(args[0].as_double())); }
Value is_inf(Args args, Frame&) { return Value::boolean(std::isinf(args[0].as_double())); }
Value is_finite(Args args, Frame&) { return Value::boolean(std::isfinite(args[0].as_double())); }

Value same(Args args, Frame&) { return args[0]; }
Value abs_int(Args args, Frame&) {
  if (args[0].as_int() == INT64_MIN) return Value::error("integer overflow");
  return Value::integer(std::abs(args[0].as_int()));
}
Value abs_double(Args args, Frame&) { return Value::floating(std::fabs(args[0].as_double())); }
Value sign_int(Args args, Frame&) {
  return Value::integer((args[0].as_int() > 0) - (args[0].as_int() < 0));
}
Value sign_uint(Args args, Frame&) { return Value::uinteger(args[0].as_uint() > 0 ? 1 : 0); }
Value sign_double(Args args, Frame&) {
  const double value = args[0].as_double();
  if (std::isnan(value)) return args[0];
  return Value::floating((value > 0) - (value < 0));
}
Value sqrt_int(Args args, Frame&) {
  return Value::floating(std::sqrt(static_cast<double>(args[0].as_int())));
}
Value sqrt_uint(Args args, Frame&) {
  return Value::floating(std::sqrt(static_cast<double>(args[0].as_uint())));
}

/// The bits of an int or uint, and a value of `like`'s type of such bits.
std::uint64_t bits(const Value& value) { return value.as_uint(); }
Value of_bits(const Value& like, std::uint64_t bits) {
  return like.is(ValueKind::integer) ? Value::integer(static_cast<std::int64_t>(bits))
                                     : Value::uinteger(bits);
}
Value bit_and(Args args, Frame&) { return of_bits(args[0], bits(args[0]) & bits(args[1])); }
Value bit_or(Args args, Frame&) { return of_bits(args[0], bits(args[0]) | bits(args[1])); }
Value bit_xor(Args args, Frame&) { return of_bits(args[0], bits(args[0]) ^ bits(args[1])); }
Value bit_not(Args args, Frame&) { return of_bits(args[0], ~bits(args[0])); }

template <bool kLeft>
Value shift(Args args, Frame&) {
  const std::int64_t by = args[1].as_int();
  if (by < 0) {
    return Value::error("math.bitShift" + std::string(kLeft ? "Left" : "Right") +
                        "() negative offset: " + std::to_string(by));
  }
  if (by >= 64) return of_bits(args[0], 0);
  return of_bits(args[0], kLeft ? bits(args[0]) << by : bits(args[0]) >> by);
}

template <Order kBetter>
void add_best(FunctionTable& table, const std::string& name) {
  for (const std::string a : {"int", "uint", "double"}) {
    table.global(name + "(" + a + ") -> " + a, best_of<kBetter>);
    table.global(name + "(list<" + a + ">) -> " + a, best_of_list<kBetter>);
    for (const std::string b : {"int", "uint", "double"}) {
      const std::string result = a == b ? a : "dyn";
      table.global(name + "(" + a + ", " + b + ") -> " + result, best_of<kBetter>);
    }
  }
}

}  // namespace

void add_math(FunctionTable& table) {
  add_best<Order::greater>(table, "math.greatest");
  add_best<Order::less>(table, "math.least");
  table.global("math.ceil(double) -> double", rounded<std::ceil>);
  table.global("math.floor(double) -> double", rounded<std::floor>);
  table.global("math.round(double) -> double", rounded<std::round>);
  table.global("math.trunc(double) -> double", rounded<std::trunc>);
  table.global("math.isNaN(double) -> bool", is_nan);
  table.global("math.isInf(double) -> bool", is_inf);
  table.global("math.isFinite(double) -> bool", is_finite);
  table.global("math.abs(int) -> int", abs_int);
  table.global("math.abs(uint) -> uint", same);
  table.global("math.abs(double) -> double", abs_double);
  table.global("math.sign(int) -> int", sign_int);
  table.global("math.sign(uint) -> uint", sign_uint);
  table.global("math.sign(double) -> double", sign_double);
  table.global("math.sqrt(int) -> double", sqrt_int);
  table.global("math.sqrt(uint) -> double", sqrt_uint);
  table.global("math.sqrt(double) -> double", rounded<std::sqrt>);
  for (const std::string type : {"int", "uint"}) {
    const std::string two = "(" + type + ", " + type + ") -> " + type;
    table.global("math.bitAnd" + two, bit_and);
    table.global("math.bitOr" + two, bit_or);
    table.global("math.bitXor" + two, bit_xor);
    table.global("math.bitNot(" + type + ") -> " + type, bit_not);
    table.global("math.bitShiftLeft(" + type + ", int) -> " + type, shift<true>);
    table.global("math.bitShiftRight(" + type + ", int) -> " + type, shift<false>);
  }
}

}  // namespace cel
