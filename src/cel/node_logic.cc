#include <algorithm>
#include <functional>
#include <utility>

#include "base/same_text.h"
#include "cel/cost.h"
#include "cel/node.h"
#include "cel/overload.h"

namespace cel {
namespace {

class NotNode final : public Condition {
 public:
  explicit NotNode(NodePtr operand) : operand_(std::move(operand)) {}
  Truth decide(Frame& frame, Value& other) const override {
    const Truth truth = operand_->decide(frame, other);
    frame.charge(1);
    if (truth != Truth::neither) return truth == Truth::yes ? Truth::no : Truth::yes;
    if (!other.is_error()) other = no_such_overload("!_", std::span(&other, 1));
    return Truth::neither;
  }

 private:
  NodePtr operand_;
};

/// && and ||: one side that decides makes an error of the other side not matter, in either order.
template <Truth kDecides>
class LogicNode final : public Condition {
 public:
  LogicNode(NodePtr left, NodePtr right) : left_(std::move(left)), right_(std::move(right)) {}

  Truth decide(Frame& frame, Value& other) const override {
    const Truth left = left_->decide(frame, other);
    if (left == kDecides) return left;
    if (left == Truth::neither) return decide_by_right(frame, other);
    const Truth right = right_->decide(frame, other);
    if (right == Truth::neither && !other.is_error()) {
      other = mismatch(Value::boolean(left == Truth::yes), other);
    }
    return right;
  }

 private:
  /// `left` is no bool.
  Truth decide_by_right(Frame& frame, Value& left) const {
    Value other;
    const Truth right = right_->decide(frame, other);
    if (right == kDecides) return right;
    if (left.is_error()) return Truth::neither;
    if (right != Truth::neither) other = Value::boolean(right == Truth::yes);
    left = other.is_error() ? std::move(other) : mismatch(left, other);
    return Truth::neither;
  }
  static Value mismatch(const Value& left, const Value& right) {
    const Value args[] = {left, right};
    return no_such_overload(kDecides == Truth::yes ? "_||_" : "_&&_", args);
  }
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
    Value other;
    const Node* branch = choose(frame, other);
    return branch != nullptr ? branch->evaluate(frame) : other;
  }
  Truth decide(Frame& frame, Value& other) const override {
    const Node* branch = choose(frame, other);
    return branch != nullptr ? branch->decide(frame, other) : Truth::neither;
  }

 private:
  /// nullptr: `other` says why.
  const Node* choose(Frame& frame, Value& other) const {
    const Truth truth = condition_->decide(frame, other);
    if (truth == Truth::yes) return then_.get();
    if (truth == Truth::no) return otherwise_.get();
    if (!other.is_error()) {
      other = Value::error("no such overload: _?_:_(" + std::string(type_name(other)) + ")");
    }
    return nullptr;
  }

  NodePtr condition_;
  NodePtr then_;
  NodePtr otherwise_;
};

bool is_scalar(const Value& value) {
  return value.kind() <= ValueKind::floating || value.is(ValueKind::timestamp) ||
         value.is(ValueKind::duration);
}

/// Comparing costs what reading the shorter of the two does.
void charge_comparison(Frame& frame, const Value& a, const Value& b) {
  const bool scalar = is_scalar(a) || is_scalar(b);
  frame.charge(scalar ? 1 : walking_cost(std::min(cost_size(a), cost_size(b))));
}

class EqualityNode final : public Condition {
 public:
  EqualityNode(NodePtr left, NodePtr right, bool negated)
      : left_(std::move(left)), right_(std::move(right)), negated_(negated) {}

  Truth decide(Frame& frame, Value& other) const override {
    return left_.with(frame, [&](const Value& a) {
      return right_.with(frame, [&](const Value& b) { return compare(frame, a, b, other); });
    });
  }

 private:
  Truth compare(Frame& frame, const Value& a, const Value& b, Value& other) const {
    if (a.is(ValueKind::string) && b.is(ValueKind::string)) {
      const std::string_view x = a.text();
      const std::string_view y = b.text();
      frame.charge(walking_cost(std::min(x.size(), y.size())));
      return truth_of(base::same_text(x, y) != negated_);
    }
    if (a.is(ValueKind::integer) && b.is(ValueKind::integer)) {
      frame.charge(1);
      return truth_of((a.as_int() == b.as_int()) != negated_);
    }
    if (a.is_error() || b.is_error()) {
      other = a.is_error() ? a : b;
      return Truth::neither;
    }
    charge_comparison(frame, a, b);
    return truth_of(equal(a, b) != negated_);
  }

  Operand left_;
  Operand right_;
  bool negated_;
};

/// `Holds`: std::less<> and its like.
template <typename Holds>
class ComparisonNode final : public Condition {
 public:
  ComparisonNode(NodePtr left, NodePtr right, std::string function)
      : left_(std::move(left)), right_(std::move(right)), function_(std::move(function)) {}

  Truth decide(Frame& frame, Value& other) const override {
    return left_.with(frame, [&](const Value& a) {
      return right_.with(frame, [&](const Value& b) { return compare(frame, a, b, other); });
    });
  }

 private:
  Truth compare(Frame& frame, const Value& a, const Value& b, Value& other) const {
    if (a.is(ValueKind::integer) && b.is(ValueKind::integer)) {
      frame.charge(1);
      return truth_of(Holds()(a.as_int(), b.as_int()));
    }
    if (a.is_error() || b.is_error()) {
      other = a.is_error() ? a : b;
      return Truth::neither;
    }
    charge_comparison(frame, a, b);
    const Order order = cel::compare(a, b);
    if (order == Order::no_overload) {
      const Value args[] = {a, b};
      other = no_such_overload(function_, args);
      return Truth::neither;
    }
    return truth_of(order != Order::unordered && Holds()(order, Order::equal));
  }

  Operand left_;
  Operand right_;
  std::string function_;
};

template <typename Holds>
NodePtr make_comparison_by(NodePtr left, NodePtr right, const std::string& function) {
  return std::make_unique<ComparisonNode<Holds>>(std::move(left), std::move(right), function);
}

}  // namespace

NodePtr make_not(NodePtr operand) { return std::make_unique<NotNode>(std::move(operand)); }
NodePtr make_and(NodePtr left, NodePtr right) {
  return std::make_unique<LogicNode<Truth::no>>(std::move(left), std::move(right));
}
NodePtr make_or(NodePtr left, NodePtr right) {
  return std::make_unique<LogicNode<Truth::yes>>(std::move(left), std::move(right));
}
NodePtr make_conditional(NodePtr condition, NodePtr then, NodePtr otherwise) {
  return std::make_unique<ConditionalNode>(std::move(condition), std::move(then),
                                           std::move(otherwise));
}
NodePtr make_equality(NodePtr left, NodePtr right, bool negated) {
  return std::make_unique<EqualityNode>(std::move(left), std::move(right), negated);
}
NodePtr make_comparison(NodePtr left, NodePtr right, const std::string& function) {
  const auto make = function == "_<_"    ? make_comparison_by<std::less<>>
                    : function == "_<=_" ? make_comparison_by<std::less_equal<>>
                    : function == "_>_"  ? make_comparison_by<std::greater<>>
                                         : make_comparison_by<std::greater_equal<>>;
  return make(std::move(left), std::move(right), function);
}

}  // namespace cel
