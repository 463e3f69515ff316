#include <re2/re2.h>

#include <utility>

#include "cel/callee.h"
#include "cel/operand.h"
#include "cel/regex.h"
#include "cel/unicode.h"

// What rules ask of texts all the time, without the general call: each node answers where the
// arguments are of the types it is for, and calls the function where they are anything else.

namespace cel {
namespace {

/// `Test` says yes or no of two texts.
template <typename Test>
class TextTestNode final : public Condition {
 public:
  TextTestNode(Callee callee, Test test, std::vector<NodePtr> args)
      : callee_(std::move(callee)),
        test_(std::move(test)),
        operands_(std::move(args[0]), std::move(args[1])) {}

  Truth decide(Frame& frame, Value& other) const override {
    const doc::Value* text = nullptr;
    const doc::Value* part = nullptr;
    if (!operands_.data(frame, text, part) || !text->is_string() || !part->is_string()) {
      return decide_values(frame, other);
    }
    frame.charge(operands_.data_cost());
    return texts(frame, text->as_string(), part->as_string());
  }

 private:
  [[gnu::noinline]] Truth decide_values(Frame& frame, Value& other) const {
    const Value text = operands_.left().value(frame);
    if (text.is_error()) {
      other = text;
      return Truth::neither;
    }
    const Value part = operands_.right().value(frame);
    if (text.is(ValueKind::string) && part.is(ValueKind::string)) {
      return texts(frame, text.text(), part.text());
    }
    const Value args[] = {text, part};
    other = part.is_error() ? part : callee_.call(args, frame);
    return Truth::neither;
  }
  Truth texts(Frame& frame, std::string_view text, std::string_view part) const {
    const bool go = frame.charge(cost_of_sizes(callee_.rule(), text.size(), part.size()));
    return truth_of(go && test_(text, part));
  }

  Callee callee_;
  Test test_;
  Operands operands_;
};

/// matches() of the pattern that it was compiled from.
struct Matcher {
  bool operator()(std::string_view text, std::string_view) const { return matches(*regex, text); }
  std::shared_ptr<const re2::RE2> regex;
};

class SizeNode final : public Node {
 public:
  SizeNode(Callee callee, std::uint32_t kinds, NodePtr arg)
      : callee_(std::move(callee)), kinds_(kinds), arg_(std::move(arg)) {}

  Value evaluate(Frame& frame) const override {
    const Value arg = arg_->evaluate(frame);
    if (arg.is_error()) return arg;
    if ((kinds_ & bit(arg.kind())) == 0) {
      return callee_.call(std::span(&arg, 1), frame);
    }
    frame.charge(1);
    const std::size_t size = arg.is(ValueKind::string) ? length(arg.text()) : arg.size();
    return Value::integer(static_cast<std::int64_t>(size));
  }

 private:
  Callee callee_;
  std::uint32_t kinds_;  // Of bit(): which of string, list and map it is declared for.
  NodePtr arg_;
};

}  // namespace

NodePtr make_text_test(std::string function, const Overload& overload, std::vector<NodePtr> args) {
  return std::make_unique<TextTestNode<TextTest>>(Callee(std::move(function), {&overload}),
                                                  overload.text_test, std::move(args));
}

NodePtr make_matches(std::string function, const Overload& overload, std::vector<NodePtr> args) {
  Regex regex = compile_regex(args[1]->constant()->text());
  if (!regex.regex) return make_call(std::move(function), {&overload}, std::move(args));
  return std::make_unique<TextTestNode<Matcher>>(Callee(std::move(function), {&overload}),
                                                 Matcher{std::move(regex.regex)}, std::move(args));
}

NodePtr make_size(std::string function, std::vector<const Overload*> overloads, NodePtr arg) {
  std::uint32_t kinds = 0;
  for (const Overload* overload : overloads) {
    if (overload->implementation != nullptr) kinds |= overload->kinds[0].mask;
  }
  kinds &= bit(ValueKind::string) | bit(ValueKind::list) | bit(ValueKind::map);
  return std::make_unique<SizeNode>(Callee(std::move(function), std::move(overloads)), kinds,
                                    std::move(arg));
}

}  // namespace cel
