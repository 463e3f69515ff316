#include <utility>

#include "cel/node.h"
#include "cel/overload.h"

// What goes wrong stands in functions of its own that are not inlined: a decide() then saves few
// registers, which for nodes as small as these is a good part of their work.

namespace cel {
namespace {

class NotNode final : public Condition {
 public:
  explicit NotNode(NodePtr operand) : operand_(std::move(operand)) {}
  Truth decide(Frame& frame, Value& other) const override {
    const Truth truth = operand_->decide(frame, other);
    frame.charge(1);
    if (truth == Truth::neither) return mismatch(other);
    return truth == Truth::yes ? Truth::no : Truth::yes;
  }

 private:
  [[gnu::noinline]] static Truth mismatch(Value& other) {
    if (!other.is_error()) other = no_such_overload("!_", std::span(&other, 1));
    return Truth::neither;
  }

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
    return right == Truth::neither ? mismatch_of_right(other) : right;
  }

 private:
  /// `left` is no bool.
  [[gnu::noinline]] Truth decide_by_right(Frame& frame, Value& left) const {
    Value other;
    const Truth right = right_->decide(frame, other);
    if (right == kDecides) return right;
    if (left.is_error()) return Truth::neither;
    if (right != Truth::neither) other = Value::boolean(right == Truth::yes);
    left = other.is_error() ? std::move(other) : mismatch(left, other);
    return Truth::neither;
  }
  /// `right` is no bool, after a left side that did not decide.
  [[gnu::noinline]] static Truth mismatch_of_right(Value& right) {
    if (!right.is_error()) right = mismatch(Value::boolean(kDecides == Truth::no), right);
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
    mismatch(other);
    return nullptr;
  }
  [[gnu::noinline]] static void mismatch(Value& other) {
    if (other.is_error()) return;
    other = Value::error("no such overload: _?_:_(" + std::string(type_name(other)) + ")");
  }

  NodePtr condition_;
  NodePtr then_;
  NodePtr otherwise_;
};

}  // namespace

NodePtr make_not(NodePtr operand) {
  if (operand->negate()) return operand;
  return std::make_unique<NotNode>(std::move(operand));
}
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

}  // namespace cel
