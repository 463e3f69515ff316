#include "cel/well_known.h"

#include <cmath>
#include <map>
#include <utility>

namespace cel {
namespace {

using Content = WellKnown::Content;

std::map<std::string, WellKnown, std::less<>> make_table() {
  std::map<std::string, WellKnown, std::less<>> table;
  const auto add = [&](std::string name, Content content, Type type, std::vector<Field> fields) {
    name = "google.protobuf." + name;
    table.emplace(name, WellKnown{name, content, std::move(type), std::move(fields)});
  };
  const auto wrapper = [&](std::string name, Content content, Type type) {
    add(std::move(name), content, Type::wrapper(type), {{"value", type}});
  };
  wrapper("BoolValue", Content::boolean, Type::boolean());
  wrapper("BytesValue", Content::bytes, Type::bytes());
  wrapper("DoubleValue", Content::floating, Type::floating());
  wrapper("FloatValue", Content::float32, Type::floating());
  wrapper("Int32Value", Content::int32, Type::integer());
  wrapper("Int64Value", Content::int64, Type::integer());
  wrapper("StringValue", Content::string, Type::string());
  wrapper("UInt32Value", Content::uint32, Type::uinteger());
  wrapper("UInt64Value", Content::uint64, Type::uinteger());
  const Type list = Type::list(Type::dyn());
  const Type map = Type::map(Type::string(), Type::dyn());
  add("ListValue", Content::list, list, {{"values", list}});
  add("Struct", Content::map, map, {{"fields", map}});
  add("Value", Content::value, Type::dyn(),
      {{"null_value", Type::dyn()},
       {"number_value", Type::floating()},
       {"string_value", Type::string()},
       {"bool_value", Type::boolean()},
       {"struct_value", map},
       {"list_value", list}});
  return table;
}

Value default_of(Content content) {
  switch (content) {
    case Content::boolean:
      return Value::boolean(false);
    case Content::bytes:
      return Value::bytes("");
    case Content::floating:
    case Content::float32:
      return Value::floating(0);
    case Content::int32:
    case Content::int64:
      return Value::integer(0);
    case Content::string:
      return Value::string("");
    case Content::uint32:
    case Content::uint64:
      return Value::uinteger(0);
    case Content::value:
      return {};
    case Content::list:
      return Value::list({});
    case Content::map:
      return Value::map({});
  }
  return {};
}

/// The value as the message's field would keep it.
Value kept(Content content, Value value) {
  if (content == Content::float32 && value.is(ValueKind::floating)) {
    return Value::floating(static_cast<float>(value.as_double()));
  }
  const bool too_large =
      (content == Content::int32 && value.is(ValueKind::integer) &&
       (value.as_int() > INT32_MAX || value.as_int() < INT32_MIN)) ||
      (content == Content::uint32 && value.is(ValueKind::uinteger) && value.as_uint() > UINT32_MAX);
  return too_large ? Value::error("integer overflow: range error") : value;
}

class WellKnownNode final : public Node {
 public:
  WellKnownNode(Content content, bool null_value, std::vector<NodePtr> values)
      : content_(content), null_value_(null_value), values_(std::move(values)) {}
  Value evaluate(Frame& frame) const override {
    frame.charge(kMessageCost);
    if (values_.empty()) return default_of(content_);
    Value value;
    for (const NodePtr& node : values_) {
      value = node->evaluate(frame);
      if (value.is_error()) return value;
    }
    return null_value_ ? Value() : kept(content_, std::move(value));
  }

 private:
  static constexpr std::uint64_t kMessageCost = 40;  // cel-go's StructCreateBaseCost.
  Content content_;
  bool null_value_;  // The last field is Value's null_value, whose enum says nothing.
  std::vector<NodePtr> values_;
};

}  // namespace

const Field* WellKnown::find(std::string_view field) const {
  for (const Field& known : fields) {
    if (known.name == field) return &known;
  }
  return nullptr;
}

const WellKnown* well_known(std::string_view name) {
  static const auto kTable = make_table();
  const auto found = kTable.find(name);
  return found == kTable.end() ? nullptr : &found->second;
}

NodePtr make_well_known(const WellKnown& message, const std::vector<std::string>& fields,
                        std::vector<NodePtr> values) {
  const bool null_value = !fields.empty() && fields.back() == "null_value";
  return std::make_unique<WellKnownNode>(message.content, null_value, std::move(values));
}

}  // namespace cel
