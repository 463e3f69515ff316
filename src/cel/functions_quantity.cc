#include "cel/libraries.h"
#include "cel/quantity.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

class QuantityObject final : public Object {
 public:
  explicit QuantityObject(Quantity quantity) : quantity(quantity) {}
  std::string_view type_name() const override { return "kubernetes.Quantity"; }
  bool equals(const Object& other) const override {
    return quantity == static_cast<const QuantityObject&>(other).quantity;
  }
  std::string to_string() const override { return quantity.to_string(); }
  const Quantity quantity;
};

Value make(Quantity quantity) { return Value::opaque(std::make_unique<QuantityObject>(quantity)); }

/// An argument that is a quantity or an int.
Quantity operand(const Value& value) {
  if (value.is(ValueKind::integer)) return Quantity::of(value.as_int());
  return static_cast<const QuantityObject&>(value.object()).quantity;
}

Value quantity(Args args, Frame&) {
  const auto parsed = Quantity::parse(args[0].text());
  if (parsed) return make(*parsed);
  return Value::error(
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}
Value is_quantity(Args args, Frame&) {
  return Value::boolean(Quantity::parse(args[0].text()).has_value());
}
Value sign(Args args, Frame&) { return Value::integer(operand(args[0]).sign()); }
Value is_integer(Args args, Frame&) { return Value::boolean(operand(args[0]).is_integer()); }
Value as_integer(Args args, Frame&) {
  if (!operand(args[0]).is_integer()) return Value::error("cannot convert value to integer");
  return Value::integer(operand(args[0]).whole());
}
Value as_float(Args args, Frame&) { return Value::floating(operand(args[0]).approximate()); }
Value add(Args args, Frame&) { return make(operand(args[0]).plus(operand(args[1]))); }
Value subtract(Args args, Frame&) { return make(operand(args[0]).minus(operand(args[1]))); }
Value is_less(Args args, Frame&) { return Value::boolean(operand(args[0]) < operand(args[1])); }
Value is_greater(Args args, Frame&) { return Value::boolean(operand(args[0]) > operand(args[1])); }
Value compare_to(Args args, Frame&) {
  const auto order = operand(args[0]) <=> operand(args[1]);
  return Value::integer(order < 0 ? -1 : order > 0 ? 1 : 0);
}

}  // namespace

void add_quantity(FunctionTable& table) {
  const std::string type = "kubernetes.Quantity";
  table.global("quantity(string) -> " + type, quantity);
  table.global("isQuantity(string) -> bool", is_quantity);
  table.member(type + ".sign() -> int", sign);
  table.member(type + ".isInteger() -> bool", is_integer);
  table.member(type + ".asInteger() -> int", as_integer);
  table.member(type + ".asApproximateFloat() -> double", as_float);
  table.member(type + ".add(" + type + ") -> " + type, add);
  table.member(type + ".add(int) -> " + type, add);
  table.member(type + ".sub(" + type + ") -> " + type, subtract);
  table.member(type + ".sub(int) -> " + type, subtract);
  table.member(type + ".isLessThan(" + type + ") -> bool", is_less);
  table.member(type + ".isGreaterThan(" + type + ") -> bool", is_greater);
  table.member(type + ".compareTo(" + type + ") -> int", compare_to);
}

}  // namespace cel
