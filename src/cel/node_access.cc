#include <cmath>
#include <utility>

#include "base/encoding.h"
#include "cel/node.h"
#include "cel/time.h"

namespace cel {

Truth Node::decide(Frame& frame, Value& other) const {
  other = evaluate(frame);
  return other.is(ValueKind::boolean) ? truth_of(other.as_bool()) : Truth::neither;
}

namespace {

class ConstantNode final : public Node {
 public:
  ConstantNode(Value value, std::uint64_t cost) : value_(std::move(value)), cost_(cost) {}
  Value evaluate(Frame& frame) const override {
    if (cost_ != 0) frame.charge(cost_);
    return value_;
  }
  const Value* constant() const override { return &value_; }
  const Value* free_constant() const override { return cost_ == 0 ? &value_ : nullptr; }

 private:
  Value value_;
  std::uint64_t cost_;
};

class FailureNode final : public Node {
 public:
  explicit FailureNode(std::string message) : message_(std::move(message)) {}
  Value evaluate(Frame&) const override { return Value::error(message_); }

 private:
  std::string message_;
};

class VariableNode final : public Node {
 public:
  VariableNode(int slot, std::string name) : path_(false, slot, {}), name_(std::move(name)) {}
  Value evaluate(Frame& frame) const override {
    frame.charge(path_.cost());
    const doc::Value* value = path_.follow(frame);
    if (value == nullptr) return Value::error("no such attribute(s): " + name_);
    return Value::from(*value);
  }
  const Path* path() const override { return &path_; }

 private:
  Path path_;
  std::string name_;
};

class OptionalVariableNode final : public Node {
 public:
  OptionalVariableNode(int slot, NodePtr value) : slot_(slot), value_(std::move(value)) {}
  Value evaluate(Frame& frame) const override {
    if (frame.variable(slot_) == nullptr) return Optional::none();
    Value value = value_->evaluate(frame);
    return value.is_error() ? value : Optional::of(std::move(value));
  }

 private:
  int slot_;
  NodePtr value_;
};

class LocalNode final : public Node {
 public:
  explicit LocalNode(int slot) : slot_(slot) {}
  Value evaluate(Frame& frame) const override {
    frame.charge(1);
    return frame.local(slot_).value;
  }

 private:
  int slot_;
};

class LazyLocalNode final : public Node {
 public:
  LazyLocalNode(int slot, const Node& init) : slot_(slot), init_(init) {}
  Value evaluate(Frame& frame) const override {
    frame.charge(1);
    Local& local = frame.local(slot_);
    if (!local.ready) {
      Value value = init_.evaluate(frame);
      local.value = std::move(value);
      local.ready = true;
    }
    return local.value;
  }

 private:
  int slot_;
  const Node& init_;
};

Value no_such_key(std::string_view key) { return Value::error("no such key: " + std::string(key)); }

class SelectNode final : public Node {
 public:
  SelectNode(NodePtr operand, std::string field, bool optional, bool test)
      : operand_(std::move(operand)), field_(std::move(field)), optional_(optional), test_(test) {}

  Value evaluate(Frame& frame) const override {
    const Value operand = operand_->evaluate(frame);
    if (!test_) frame.charge(1);
    if (operand.is(ValueKind::map)) return select(operand);
    if (operand.is_error()) return operand;
    if (const Optional* wrapped = as_optional(operand)) return select_optional(*wrapped);
    return Value::error("no such overload: type '" + std::string(type_name(operand)) +
                        "' does not support field selection");
  }

 private:
  Value select(const Value& map) const {
    Value found;
    const bool there = map.find(field_, found);
    if (test_) return Value::boolean(there);
    if (optional_) return there ? Optional::of(std::move(found)) : Optional::none();
    return there ? found : no_such_key(field_);
  }
  /// A selection from an optional is itself optional: absent stays absent.
  Value select_optional(const Optional& wrapped) const {
    if (!wrapped.present()) return test_ ? Value::boolean(false) : Optional::none();
    const Value inner = wrapped.value();
    if (as_optional(inner) != nullptr) return select_optional(*as_optional(inner));
    if (!inner.is(ValueKind::map)) {
      return Value::error("no such overload: type '" + std::string(type_name(inner)) +
                          "' does not support field selection");
    }
    Value found;
    const bool there = inner.find(field_, found);
    if (test_) return Value::boolean(there);
    return there ? Optional::of(std::move(found)) : Optional::none();
  }

  NodePtr operand_;
  std::string field_;
  bool optional_;
  bool test_;
};

class IndexNode final : public Node {
 public:
  IndexNode(NodePtr operand, NodePtr key, bool optional)
      : operand_(std::move(operand)), key_(std::move(key)), optional_(optional) {}

  Value evaluate(Frame& frame) const override {
    Value operand = operand_->evaluate(frame);
    if (operand.is_error()) return operand;
    Value key = key_->evaluate(frame);
    if (key.is_error()) return key;
    frame.charge(1);
    bool optional = optional_;
    while (const Optional* wrapped = as_optional(operand)) {
      if (!wrapped->present()) return Optional::none();
      optional = true;
      const Value inner = wrapped->value();
      operand = inner;
    }
    Value found;
    Value problem = lookup(operand, key, found);
    if (!problem.is_error()) return optional ? Optional::of(std::move(found)) : found;
    const bool absent = problem.error_rep().code == base::ErrorCode::not_found;
    if (absent && optional) return Optional::none();
    return Value::error(problem.error_rep().message);
  }

 private:
  /// Null on success; `not_found` where only the key is missing.
  static Value lookup(const Value& operand, const Value& key, Value& found) {
    if (operand.is(ValueKind::map)) return lookup_map(operand, key, found);
    if (operand.is(ValueKind::list)) return lookup_list(operand, key, found);
    return Value::error("no such overload: _[_](" + std::string(type_name(operand)) + ", " +
                        std::string(type_name(key)) + ")");
  }

  static Value lookup_map(const Value& map, const Value& key, Value& found) {
    if (!key.is_number() && !key.is(ValueKind::string) && !key.is(ValueKind::boolean)) {
      return Value::error("unsupported key type: " + std::string(type_name(key)));
    }
    if (map.find(key, found)) return {};
    return Value::error("no such key: " + key_text(key), base::ErrorCode::not_found);
  }

  static std::string key_text(const Value& key) {
    switch (key.kind()) {
      case ValueKind::string:
        return std::string(key.text());
      case ValueKind::integer:
        return std::to_string(key.as_int());
      case ValueKind::uinteger:
        return std::to_string(key.as_uint());
      case ValueKind::boolean:
        return key.as_bool() ? "true" : "false";
      default:
        return std::to_string(key.as_double());
    }
  }

  static Value lookup_list(const Value& list, const Value& key, Value& found) {
    if (!key.is_number()) {
      return Value::error("no such overload: _[_](list, " + std::string(type_name(key)) + ")");
    }
    const Value size = Value::integer(static_cast<std::int64_t>(list.size()));
    if (compare(key, Value::integer(0)) == Order::less || compare(key, size) != Order::less) {
      return Value::error("index out of bounds: " + key_text(key), base::ErrorCode::not_found);
    }
    const bool floating = key.is(ValueKind::floating);
    if (floating && key.as_double() != std::floor(key.as_double())) {
      return Value::error("unsupported index value: " + key_text(key));
    }
    found = list.item(floating ? static_cast<std::size_t>(key.as_double())
                               : static_cast<std::size_t>(key.as_uint()));
    return {};
  }

  NodePtr operand_;
  NodePtr key_;
  bool optional_;
};

class CoercionNode final : public Node {
 public:
  CoercionNode(NodePtr operand, ValueKind kind) : operand_(std::move(operand)), kind_(kind) {}

  Value evaluate(Frame& frame) const override {
    Value value = operand_->evaluate(frame);
    if (value.kind() == kind_) return value;
    if (value.is(ValueKind::integer)) {
      if (kind_ == ValueKind::floating) {
        return Value::floating(static_cast<double>(value.as_int()));
      }
      if (kind_ == ValueKind::uinteger && value.as_int() >= 0) {
        return Value::uinteger(static_cast<std::uint64_t>(value.as_int()));
      }
      return value;
    }
    return value.is(ValueKind::string) ? of_string(value) : value;
  }

 private:
  Value of_string(const Value& value) const {
    if (kind_ == ValueKind::timestamp) return parse_timestamp(value.text());
    if (kind_ == ValueKind::duration) return parse_duration(value.text());
    if (kind_ != ValueKind::bytes) return value;
    auto bytes = base::from_base64(value.text());
    return bytes ? Value::bytes(*std::move(bytes)) : Value::error("not a base64 string");
  }

  NodePtr operand_;
  ValueKind kind_;
};

}  // namespace

NodePtr make_constant(Value value, std::uint64_t cost) {
  return std::make_unique<ConstantNode>(std::move(value), cost);
}
NodePtr make_failure(std::string message) {
  return std::make_unique<FailureNode>(std::move(message));
}
NodePtr make_variable(int slot, std::string name) {
  return std::make_unique<VariableNode>(slot, std::move(name));
}
NodePtr make_optional_variable(int slot, NodePtr value) {
  return std::make_unique<OptionalVariableNode>(slot, std::move(value));
}
NodePtr make_local(int slot) { return std::make_unique<LocalNode>(slot); }
NodePtr make_lazy_local(int slot, const Node& init) {
  return std::make_unique<LazyLocalNode>(slot, init);
}
NodePtr make_select(NodePtr operand, std::string field, bool optional, bool test) {
  return std::make_unique<SelectNode>(std::move(operand), std::move(field), optional, test);
}
NodePtr make_index(NodePtr operand, NodePtr key, bool optional) {
  return std::make_unique<IndexNode>(std::move(operand), std::move(key), optional);
}
NodePtr make_coercion(NodePtr operand, ValueKind kind) {
  return std::make_unique<CoercionNode>(std::move(operand), kind);
}

}  // namespace cel
