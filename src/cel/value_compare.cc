#include <cmath>
#include <limits>

#include "cel/value.h"

namespace cel {
namespace {

template <typename T>
Order order(const T& a, const T& b) {
  return a < b ? Order::less : b < a ? Order::greater : Order::equal;
}

Order order_texts(std::string_view a, std::string_view b) {
  const int result = a.compare(b);
  return result < 0 ? Order::less : result > 0 ? Order::greater : Order::equal;
}

Order reversed(Order order) {
  if (order == Order::less) return Order::greater;
  if (order == Order::greater) return Order::less;
  return order;
}

Order order_int_uint(std::int64_t a, std::uint64_t b) {
  if (a < 0) return Order::less;
  return order(static_cast<std::uint64_t>(a), b);
}

// Integers are compared with doubles as doubles, so that those above 2^53 may be equal to a
// neighbour: as cel-go does, whose verdicts decide what Kubernetes accepts.
Order order_int_double(std::int64_t a, double b) {
  if (std::isnan(b)) return Order::unordered;
  return order(static_cast<double>(a), b);
}

Order order_uint_double(std::uint64_t a, double b) {
  if (std::isnan(b)) return Order::unordered;
  return order(static_cast<double>(a), b);
}

Order order_numbers(const Value& a, const Value& b) {
  if (a.is(ValueKind::integer)) {
    if (b.is(ValueKind::integer)) return order(a.as_int(), b.as_int());
    if (b.is(ValueKind::uinteger)) return order_int_uint(a.as_int(), b.as_uint());
    return order_int_double(a.as_int(), b.as_double());
  }
  if (a.is(ValueKind::uinteger)) {
    if (b.is(ValueKind::uinteger)) return order(a.as_uint(), b.as_uint());
    if (b.is(ValueKind::integer)) return reversed(order_int_uint(b.as_int(), a.as_uint()));
    return order_uint_double(a.as_uint(), b.as_double());
  }
  if (b.is(ValueKind::integer)) return reversed(order_int_double(b.as_int(), a.as_double()));
  if (b.is(ValueKind::uinteger)) return reversed(order_uint_double(b.as_uint(), a.as_double()));
  if (std::isnan(a.as_double()) || std::isnan(b.as_double())) return Order::unordered;
  return order(a.as_double(), b.as_double());
}

bool equal_lists(const Value& a, const Value& b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (!equal(a.item(i), b.item(i))) return false;
  }
  return true;
}

bool equal_maps(const Value& a, const Value& b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  for (std::size_t i = 0; i < size; ++i) {
    Value other;
    if (!b.find(a.key(i), other) || !equal(a.entry_value(i), other)) return false;
  }
  return true;
}

}  // namespace

bool equal(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    return a.is_number() && b.is_number() && order_numbers(a, b) == Order::equal;
  }
  switch (a.kind()) {
    case ValueKind::null:
      return true;
    case ValueKind::boolean:
      return a.as_bool() == b.as_bool();
    case ValueKind::integer:
    case ValueKind::duration:
      return a.as_int() == b.as_int();
    case ValueKind::uinteger:
      return a.as_uint() == b.as_uint();
    case ValueKind::floating:
      return a.as_double() == b.as_double();
    case ValueKind::string:
    case ValueKind::bytes:
    case ValueKind::type:
      return a.text() == b.text();
    case ValueKind::timestamp:
      return a.seconds() == b.seconds() && a.nanos() == b.nanos();
    case ValueKind::list:
      return equal_lists(a, b);
    case ValueKind::map:
      return equal_maps(a, b);
    case ValueKind::opaque:
      return a.object().type_name() == b.object().type_name() && a.object().equals(b.object());
    case ValueKind::error:
      return false;
  }
  return false;
}

Order compare(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return order_numbers(a, b);
  if (a.kind() != b.kind()) return Order::no_overload;
  switch (a.kind()) {
    case ValueKind::boolean:
      return order(a.as_bool(), b.as_bool());
    case ValueKind::string:
    case ValueKind::bytes:
      return order_texts(a.text(), b.text());
    case ValueKind::duration:
      return order(a.duration_nanos(), b.duration_nanos());
    case ValueKind::timestamp: {
      const Order seconds = order(a.seconds(), b.seconds());
      return seconds != Order::equal ? seconds : order(a.nanos(), b.nanos());
    }
    case ValueKind::null:
    case ValueKind::integer:
    case ValueKind::uinteger:
    case ValueKind::floating:
    case ValueKind::list:
    case ValueKind::map:
    case ValueKind::type:
    case ValueKind::opaque:
    case ValueKind::error:
      break;
  }
  return Order::no_overload;
}

}  // namespace cel
