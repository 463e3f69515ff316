#include <utility>

#include "cel/cost.h"
#include "cel/node.h"

namespace cel {
namespace {

/// What an item marked '?' contributes: false where it is absent. An error goes into `value`.
bool unwrap(Value& value) {
  const Optional* optional = as_optional(value);
  if (optional == nullptr) {
    value = Value::error("cannot initialize an optional entry from non-optional value: " +
                         std::string(type_name(value)));
    return true;
  }
  if (!optional->present()) return false;
  Value inner = optional->value();
  value = std::move(inner);
  return true;
}

class ListNode final : public Node {
 public:
  ListNode(std::vector<NodePtr> items, std::vector<bool> optional)
      : items_(std::move(items)), optional_(std::move(optional)) {}

  Value evaluate(Frame& frame) const override {
    frame.charge(kListCost);
    std::vector<Value> values;
    values.reserve(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) {
      Value value = items_[i]->evaluate(frame);
      if (value.is_error()) return value;
      if (optional_[i] && !unwrap(value)) continue;
      if (value.is_error()) return value;
      values.push_back(std::move(value));
    }
    return Value::list(std::move(values));
  }

 private:
  std::vector<NodePtr> items_;
  std::vector<bool> optional_;
};

class MapNode final : public Node {
 public:
  MapNode(std::vector<NodePtr> keys_and_values, std::vector<bool> optional)
      : parts_(std::move(keys_and_values)), optional_(std::move(optional)) {}

  Value evaluate(Frame& frame) const override {
    frame.charge(kMapCost);
    std::vector<std::pair<Value, Value>> entries;
    entries.reserve(parts_.size() / 2);
    for (std::size_t i = 0; i < parts_.size(); i += 2) {
      Value key = parts_[i]->evaluate(frame);
      if (key.is_error()) return key;
      Value value = parts_[i + 1]->evaluate(frame);
      if (value.is_error()) return value;
      if (optional_[i / 2] && !unwrap(value)) continue;
      if (value.is_error()) return value;
      if (Value problem = check_key(key); problem.is_error()) return problem;
      entries.emplace_back(std::move(key), std::move(value));
    }
    return checked_map(std::move(entries));
  }

 private:
  static Value check_key(const Value& key) {
    switch (key.kind()) {
      case ValueKind::boolean:
      case ValueKind::integer:
      case ValueKind::uinteger:
      case ValueKind::string:
        return {};
      default:
        return Value::error("unsupported key type: " + std::string(type_name(key)));
    }
  }

  std::vector<NodePtr> parts_;
  std::vector<bool> optional_;
};

}  // namespace

Value checked_map(std::vector<std::pair<Value, Value>> entries) {
  Value map = Value::map(std::move(entries));
  if (map.is_error()) return map;
  // A repeated key is found at its first place, not at its own.
  if (const auto repeated = map.repeated_key()) {
    return Value::error("Failed with repeated key: " + text_of(*repeated));
  }
  return map;
}

NodePtr make_list(std::vector<NodePtr> items, std::vector<bool> optional) {
  return std::make_unique<ListNode>(std::move(items), std::move(optional));
}
NodePtr make_map(std::vector<NodePtr> keys_and_values, std::vector<bool> optional) {
  return std::make_unique<MapNode>(std::move(keys_and_values), std::move(optional));
}

}  // namespace cel
