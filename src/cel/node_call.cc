#include <algorithm>
#include <array>
#include <utility>

#include "base/same_text.h"
#include "cel/callee.h"
#include "cel/node.h"

namespace cel {
namespace {

template <std::size_t kCount>
class CallNode final : public Node {
 public:
  CallNode(Callee callee, std::vector<NodePtr> args) : callee_(std::move(callee)) {
    std::move(args.begin(), args.end(), args_.begin());
  }
  Value evaluate(Frame& frame) const override {
    std::array<Value, kCount> values;
    for (std::size_t i = 0; i < kCount; ++i) {
      values[i] = args_[i]->evaluate(frame);
      if (values[i].is_error()) return std::move(values[i]);
    }
    return callee_.call(values, frame);
  }

 private:
  Callee callee_;
  std::array<NodePtr, kCount> args_;
};

/// + or - of two ints without a call; whatever else they are is called.
template <bool kAdd>
class ArithmeticNode final : public Node {
 public:
  ArithmeticNode(Callee callee, std::vector<NodePtr> args)
      : callee_(std::move(callee)), left_(std::move(args[0])), right_(std::move(args[1])) {}
  Value evaluate(Frame& frame) const override {
    const Value values[] = {left_->evaluate(frame), right_->evaluate(frame)};
    if (values[0].is(ValueKind::integer) && values[1].is(ValueKind::integer)) {
      frame.charge(1);
      std::int64_t result = 0;
      const bool overflow =
          kAdd ? __builtin_add_overflow(values[0].as_int(), values[1].as_int(), &result)
               : __builtin_sub_overflow(values[0].as_int(), values[1].as_int(), &result);
      return overflow ? Value::error("integer overflow") : Value::integer(result);
    }
    if (values[0].is_error()) return values[0];
    if (values[1].is_error()) return values[1];
    return callee_.call(values, frame);
  }

 private:
  Callee callee_;
  NodePtr left_;
  NodePtr right_;
};

class MembershipNode final : public Condition {
 public:
  explicit MembershipNode(std::vector<NodePtr> args)
      : item_(std::move(args[0])), list_(std::move(args[1])) {
    const Value& list = *list_->constant();
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list.item(i).is(ValueKind::string)) texts_.push_back(list.item(i).text());
    }
  }
  Truth decide(Frame& frame, Value& other) const override {
    const Value item = item_->evaluate(frame);
    if (item.is(ValueKind::string)) return truth_of(holds(item.text()));
    if (!item.is_error()) return truth_of(list_->constant()->contains(item));
    other = item;
    return Truth::neither;
  }

 private:
  bool holds(std::string_view item) const {
    for (const std::string_view text : texts_) {
      if (base::same_text(text, item)) return true;
    }
    return false;
  }

  NodePtr item_;
  NodePtr list_;
  std::vector<std::string_view> texts_;  // The list's strings.
};

}  // namespace

NodePtr make_call(std::string function, std::vector<const Overload*> overloads,
                  std::vector<NodePtr> args) {
  Callee callee(function, std::move(overloads));
  switch (args.size()) {
    case 0:
      return std::make_unique<CallNode<0>>(std::move(callee), std::move(args));
    case 1:
      return std::make_unique<CallNode<1>>(std::move(callee), std::move(args));
    case 2:
      return std::make_unique<CallNode<2>>(std::move(callee), std::move(args));
    case 3:
      return std::make_unique<CallNode<3>>(std::move(callee), std::move(args));
    case 4:
      return std::make_unique<CallNode<4>>(std::move(callee), std::move(args));
    default:
      // No function of the libraries takes more.
      return make_failure("unbound function: " + function);
  }
}

NodePtr make_membership(std::vector<NodePtr> args) {
  return std::make_unique<MembershipNode>(std::move(args));
}

NodePtr make_arithmetic(std::string function, std::vector<const Overload*> overloads,
                        std::vector<NodePtr> args) {
  const bool add = function == "_+_";
  Callee callee(std::move(function), std::move(overloads));
  if (add) return std::make_unique<ArithmeticNode<true>>(std::move(callee), std::move(args));
  return std::make_unique<ArithmeticNode<false>>(std::move(callee), std::move(args));
}

}  // namespace cel
