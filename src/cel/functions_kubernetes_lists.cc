#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

Value wrong_items(std::string_view function, const Value& item) {
  return Value::error("no such overload: " + std::string(function) + "(list) of " +
                      std::string(type_name(item)));
}

Value is_sorted(Args args, Frame&) {
  for (std::size_t i = 1; i < args[0].size(); ++i) {
    const Order order = compare(args[0].item(i - 1), args[0].item(i));
    if (order == Order::no_overload) return wrong_items("isSorted", args[0].item(i));
    if (order == Order::greater) return Value::boolean(false);
  }
  return Value::boolean(true);
}

template <Order kBetter>
Value best(Args args, Frame&) {
  const std::string_view name = kBetter == Order::less ? "min" : "max";
  if (args[0].size() == 0) return Value::error(std::string(name) + " called on empty list");
  Value found = args[0].item(0);
  for (std::size_t i = 1; i < args[0].size(); ++i) {
    Value item = args[0].item(i);
    const Order order = compare(item, found);
    if (order == Order::no_overload) return wrong_items(name, item);
    if (order == kBetter) found = std::move(item);
  }
  return found;
}

/// The sum of two values of one kind; false where there is none.
bool add(Value& total, const Value& item) {
  if (item.kind() != total.kind()) return false;
  if (item.is(ValueKind::floating)) {
    total = Value::floating(total.as_double() + item.as_double());
    return true;
  }
  if (item.is(ValueKind::uinteger)) {
    std::uint64_t sum = 0;
    const bool overflow = __builtin_add_overflow(total.as_uint(), item.as_uint(), &sum);
    total = overflow ? Value::error("unsigned integer overflow") : Value::uinteger(sum);
    return true;
  }
  std::int64_t sum = 0;
  const bool overflow = __builtin_add_overflow(total.as_int(), item.as_int(), &sum);
  if (item.is(ValueKind::integer)) {
    total = overflow ? Value::error("integer overflow") : Value::integer(sum);
    return true;
  }
  total = overflow ? Value::error("duration overflow") : Value::duration(sum);
  return item.is(ValueKind::duration);
}

/// `kKind`: what an empty list sums up to, a zero of its declared items.
template <ValueKind kKind>
Value sum(Args args, Frame&) {
  Value total = kKind == ValueKind::integer    ? Value::integer(0)
                : kKind == ValueKind::uinteger ? Value::uinteger(0)
                : kKind == ValueKind::floating ? Value::floating(0)
                                               : Value::duration(0);
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    const Value item = args[0].item(i);
    if (i == 0 && item.kind() != kKind) {
      if (!item.is_number() && !item.is(ValueKind::duration)) return wrong_items("sum", item);
      total = item;
      continue;
    }
    if (!add(total, item)) return wrong_items("sum", item);
    if (total.is_error()) return total;
  }
  return total;
}

Value index_of(Args args, Frame&) {
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    if (equal(args[0].item(i), args[1])) return Value::integer(static_cast<std::int64_t>(i));
  }
  return Value::integer(-1);
}
Value last_index_of(Args args, Frame&) {
  for (std::size_t i = args[0].size(); i-- > 0;) {
    if (equal(args[0].item(i), args[1])) return Value::integer(static_cast<std::int64_t>(i));
  }
  return Value::integer(-1);
}

}  // namespace

void add_kubernetes_lists(FunctionTable& table) {
  for (const std::string type :
       {"int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"}) {
    table.member("list<" + type + ">.isSorted() -> bool", is_sorted);
    table.member("list<" + type + ">.min() -> " + type, best<Order::less>);
    table.member("list<" + type + ">.max() -> " + type, best<Order::greater>);
  }
  table.member("list<int>.sum() -> int", sum<ValueKind::integer>);
  table.member("list<uint>.sum() -> uint", sum<ValueKind::uinteger>);
  table.member("list<double>.sum() -> double", sum<ValueKind::floating>);
  table.member("list<duration>.sum() -> duration", sum<ValueKind::duration>);
  table.member("list<A>.indexOf(A) -> int", index_of);
  table.member("list<A>.lastIndexOf(A) -> int", last_index_of);
}

}  // namespace cel
