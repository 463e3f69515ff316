#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

const Optional& optional(const Value& value) {
  return static_cast<const Optional&>(value.object());
}

/// Whether a value is its type's zero: what ofNonZeroValue() takes for absent.
bool is_zero(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null:
      return true;
    case ValueKind::boolean:
      return !value.as_bool();
    case ValueKind::integer:
    case ValueKind::duration:
      return value.as_int() == 0;
    case ValueKind::uinteger:
      return value.as_uint() == 0;
    case ValueKind::floating:
      return value.as_double() == 0;
    case ValueKind::string:
    case ValueKind::bytes:
      return value.text().empty();
    case ValueKind::list:
    case ValueKind::map:
      return value.size() == 0;
    case ValueKind::opaque:
      return as_optional(value) != nullptr && !optional(value).present();
    case ValueKind::timestamp:
    case ValueKind::type:
    case ValueKind::error:
      return false;
  }
  return false;
}

Value none(Args, Frame&) { return Optional::none(); }
Value of(Args args, Frame&) { return Optional::of(args[0]); }
Value of_non_zero(Args args, Frame&) {
  return is_zero(args[0]) ? Optional::none() : Optional::of(args[0]);
}
Value has_value(Args args, Frame&) { return Value::boolean(optional(args[0]).present()); }
Value value(Args args, Frame&) {
  if (optional(args[0]).present()) return optional(args[0]).value();
  return Value::error("optional.none() dereference");
}
Value either(Args args, Frame&) { return optional(args[0]).present() ? args[0] : args[1]; }
Value or_value(Args args, Frame&) {
  return optional(args[0]).present() ? optional(args[0]).value() : args[1];
}
Value unwrap(Args args, Frame&) {
  std::vector<Value> items;
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    const Value item = args[0].item(i);
    const Optional* wrapped = as_optional(item);
    if (wrapped == nullptr) {
      return Value::error("no such overload: unwrapOpt(list) of " + std::string(type_name(item)));
    }
    if (wrapped->present()) items.push_back(wrapped->value());
  }
  return Value::list(std::move(items));
}

}  // namespace

void add_optionals(FunctionTable& table) {
  table.global("optional.none() -> optional<A>", none);
  table.global("optional.of(A) -> optional<A>", of);
  table.global("optional.ofNonZeroValue(A) -> optional<A>", of_non_zero);
  table.global("optional.unwrap(list<optional<A>>) -> list<A>", unwrap);
  table.member("list<optional<A>>.unwrapOpt() -> list<A>", unwrap);
  table.member("optional<A>.hasValue() -> bool", has_value);
  table.member("optional<A>.value() -> A", value);
  table.member("optional<A>.or(optional<A>) -> optional<A>", either);
  table.member("optional<A>.orValue(A) -> A", or_value);
}

}  // namespace cel
