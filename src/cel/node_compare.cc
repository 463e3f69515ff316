#include <algorithm>
#include <functional>
#include <utility>

#include "base/same_text.h"
#include "cel/cost.h"
#include "cel/operand.h"
#include "cel/overload.h"

// Nodes of == and < and their like. Each has three ways, from the narrowest and most frequent: two
// texts or integers of data, values whatever computes them, and (rarest, and in a function of its
// own so that it costs the others nothing) values of any types.

namespace cel {
namespace {

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
      : operands_(std::move(left), std::move(right)), negated_(negated) {}

  Truth decide(Frame& frame, Value& other) const override {
    const doc::Value* a = nullptr;
    const doc::Value* b = nullptr;
    if (!operands_.data(frame, a, b)) return decide_values(frame, other);
    frame.charge(operands_.data_cost());
    if (a->is_string() && b->is_string()) return texts(frame, a->as_string(), b->as_string());
    if (a->is_int() && b->is_int()) return integers(frame, a->as_int(), b->as_int());
    return decide_data(frame, *a, *b, other);
  }

 private:
  [[gnu::noinline]] Truth decide_data(Frame& frame, const doc::Value& a, const doc::Value& b,
                                      Value& other) const {
    return decide_any(frame, Value::from(a), Value::from(b), other);
  }
  [[gnu::noinline]] Truth decide_values(Frame& frame, Value& other) const {
    const Value a = operands_.left().value(frame);
    const Value b = operands_.right().value(frame);
    if (a.is(ValueKind::string) && b.is(ValueKind::string)) {
      return texts(frame, a.text(), b.text());
    }
    if (a.is(ValueKind::integer) && b.is(ValueKind::integer)) {
      return integers(frame, a.as_int(), b.as_int());
    }
    return decide_any(frame, a, b, other);
  }
  [[gnu::noinline]] Truth decide_any(Frame& frame, const Value& a, const Value& b,
                                     Value& other) const {
    if (a.is_error() || b.is_error()) {
      other = a.is_error() ? a : b;
      return Truth::neither;
    }
    charge_comparison(frame, a, b);
    return truth_of(equal(a, b) != negated_);
  }
  Truth texts(Frame& frame, std::string_view a, std::string_view b) const {
    frame.charge(walking_cost(std::min(a.size(), b.size())));
    return truth_of(base::same_text(a, b) != negated_);
  }
  Truth integers(Frame& frame, std::int64_t a, std::int64_t b) const {
    frame.charge(1);
    return truth_of((a == b) != negated_);
  }

  Operands operands_;
  bool negated_;
};

/// `Holds`: std::less<> and its like.
template <typename Holds>
class ComparisonNode final : public Condition {
 public:
  ComparisonNode(NodePtr left, NodePtr right, std::string function)
      : operands_(std::move(left), std::move(right)), function_(std::move(function)) {}

  Truth decide(Frame& frame, Value& other) const override {
    const doc::Value* a = nullptr;
    const doc::Value* b = nullptr;
    if (!operands_.data(frame, a, b)) return decide_values(frame, other);
    frame.charge(operands_.data_cost());
    if (a->is_int() && b->is_int()) return integers(frame, a->as_int(), b->as_int());
    return decide_data(frame, *a, *b, other);
  }

 private:
  [[gnu::noinline]] Truth decide_data(Frame& frame, const doc::Value& a, const doc::Value& b,
                                      Value& other) const {
    return decide_any(frame, Value::from(a), Value::from(b), other);
  }
  [[gnu::noinline]] Truth decide_values(Frame& frame, Value& other) const {
    const Value a = operands_.left().value(frame);
    const Value b = operands_.right().value(frame);
    if (a.is(ValueKind::integer) && b.is(ValueKind::integer)) {
      return integers(frame, a.as_int(), b.as_int());
    }
    return decide_any(frame, a, b, other);
  }
  [[gnu::noinline]] Truth decide_any(Frame& frame, const Value& a, const Value& b,
                                     Value& other) const {
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
  Truth integers(Frame& frame, std::int64_t a, std::int64_t b) const {
    frame.charge(1);
    return truth_of(Holds()(a, b));
  }

  Operands operands_;
  std::string function_;
};

template <typename Holds>
NodePtr make_comparison_by(NodePtr left, NodePtr right, const std::string& function) {
  return std::make_unique<ComparisonNode<Holds>>(std::move(left), std::move(right), function);
}

}  // namespace

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
