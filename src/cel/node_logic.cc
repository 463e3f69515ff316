#include <utility>

#include "cel/cost.h"
#include "cel/node.h"
#include "cel/overload.h"

namespace cel {
namespace {

class NotNode final : public Node {
 public:
  explicit NotNode(NodePtr operand) : operand_(std::move(operand)) {}
  Value evaluate(Frame& frame) const override {
    Value value = operand_->evaluate(frame);
    frame.charge(1);
    if (value.is(ValueKind::boolean)) return Value::boolean(!value.as_bool());
    if (value.is_error()) return value;
    return no_such_overload("!_", std::span(&value, 1));
  }

 private:
  NodePtr operand_;
};

/// && and ||: one side that decides makes an error of the other side not matter, in either order.
template <bool kDecides>
class LogicNode final : public Node {
 public:
  LogicNode(NodePtr left, NodePtr right) : left_(std::move(left)), right_(std::move(right)) {}

  Value evaluate(Frame& frame) const override {
    Value left = left_->evaluate(frame);
    if (decides(left)) return left;
    Value right = right_->evaluate(frame);
    if (decides(right)) return right;
    if (left.is(ValueKind::boolean) && right.is(ValueKind::boolean)) return left;
    if (left.is_error()) return left;
    if (right.is_error()) return right;
    const Value args[] = {std::move(left), std::move(right)};
    return no_such_overload(kDecides ? "_||_" : "_&&_", args);
  }

 private:
  static bool decides(const Value& value) { return kDecides ? value.is_true() : value.is_false(); }
  NodePtr left_;
  NodePtr right_;
};

class ConditionalNode final : public Node {
 public:
  ConditionalNode(NodePtr condition, NodePtr then, NodePtr otherwise)
      : condition_(std::move(condition)),
        then_(std::move(then)),
        otherwise_(std::move(otherwise)) {}

  Value evaluate(Frame& frame) const override {
    Value condition = condition_->evaluate(frame);
    if (condition.is_true()) return then_->evaluate(frame);
    if (condition.is_false()) return otherwise_->evaluate(frame);
    if (condition.is_error()) return condition;
    return Value::error("no such overload: _?_:_(" + std::string(type_name(condition)) + ")");
  }

 private:
  NodePtr condition_;
  NodePtr then_;
  NodePtr otherwise_;
};

bool is_scalar(const Value& value) {
  return value.kind() <= ValueKind::floating || value.is(ValueKind::timestamp) ||
         value.is(ValueKind::duration);
}

/// Comparing costs what reading the shorter of the two does.
void charge_comparison(Frame& frame, std::span<const Value, 2> args) {
  const bool scalar = is_scalar(args[0]) || is_scalar(args[1]);
  frame.charge(scalar ? 1 : call_cost(CostRule::walk_shorter, args));
}

class EqualityNode final : public Node {
 public:
  EqualityNode(NodePtr left, NodePtr right, bool negated)
      : left_(std::move(left)), right_(std::move(right)), negated_(negated) {}

  Value evaluate(Frame& frame) const override {
    const Value args[] = {left_->evaluate(frame), right_->evaluate(frame)};
    if (args[0].is_error()) return args[0];
    if (args[1].is_error()) return args[1];
    charge_comparison(frame, args);
    if (args[0].is(ValueKind::string) && args[1].is(ValueKind::string)) {
      return Value::boolean((args[0].text() == args[1].text()) != negated_);
    }
    return Value::boolean(equal(args[0], args[1]) != negated_);
  }

 private:
  NodePtr left_;
  NodePtr right_;
  bool negated_;
};

enum class Comparison { less, less_equal, greater, greater_equal };

class ComparisonNode final : public Node {
 public:
  ComparisonNode(NodePtr left, NodePtr right, Comparison comparison, std::string function)
      : left_(std::move(left)),
        right_(std::move(right)),
        comparison_(comparison),
        function_(std::move(function)) {}

  Value evaluate(Frame& frame) const override {
    const Value args[] = {left_->evaluate(frame), right_->evaluate(frame)};
    if (args[0].is_error()) return args[0];
    if (args[1].is_error()) return args[1];
    charge_comparison(frame, args);
    if (args[0].is(ValueKind::integer) && args[1].is(ValueKind::integer)) {
      const std::int64_t a = args[0].as_int();
      const std::int64_t b = args[1].as_int();
      return Value::boolean(holds(a < b ? Order::less : a > b ? Order::greater : Order::equal));
    }
    const Order order = compare(args[0], args[1]);
    if (order == Order::no_overload) return no_such_overload(function_, args);
    return Value::boolean(holds(order));
  }

 private:
  bool holds(Order order) const {
    switch (comparison_) {
      case Comparison::less:
        return order == Order::less;
      case Comparison::less_equal:
        return order == Order::less || order == Order::equal;
      case Comparison::greater:
        return order == Order::greater;
      case Comparison::greater_equal:
        return order == Order::greater || order == Order::equal;
    }
    return false;
  }

  NodePtr left_;
  NodePtr right_;
  Comparison comparison_;
  std::string function_;
};

}  // namespace

NodePtr make_not(NodePtr operand) { return std::make_unique<NotNode>(std::move(operand)); }
NodePtr make_and(NodePtr left, NodePtr right) {
  return std::make_unique<LogicNode<false>>(std::move(left), std::move(right));
}
NodePtr make_or(NodePtr left, NodePtr right) {
  return std::make_unique<LogicNode<true>>(std::move(left), std::move(right));
}
NodePtr make_conditional(NodePtr condition, NodePtr then, NodePtr otherwise) {
  return std::make_unique<ConditionalNode>(std::move(condition), std::move(then),
                                           std::move(otherwise));
}
NodePtr make_equality(NodePtr left, NodePtr right, bool negated) {
  return std::make_unique<EqualityNode>(std::move(left), std::move(right), negated);
}
NodePtr make_comparison(NodePtr left, NodePtr right, const std::string& function) {
  const Comparison comparison = function == "_<_"    ? Comparison::less
                                : function == "_<=_" ? Comparison::less_equal
                                : function == "_>_"  ? Comparison::greater
                                                     : Comparison::greater_equal;
  return std::make_unique<ComparisonNode>(std::move(left), std::move(right), comparison, function);
}

}  // namespace cel
