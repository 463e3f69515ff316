#include <array>
#include <utility>

#include "cel/cost.h"
#include "cel/node.h"
#include "cel/overload.h"

namespace cel {
namespace {

/// No function of the libraries takes more; a declared one that does cannot be called here anyway.
constexpr std::size_t kArgumentsMax = 8;

class CallNode final : public Node {
 public:
  CallNode(std::string function, std::vector<const Overload*> overloads, std::vector<NodePtr> args)
      : function_(std::move(function)),
        rule_(cost_rule(function_)),
        overloads_(std::move(overloads)),
        args_(std::move(args)) {}

  Value evaluate(Frame& frame) const override {
    std::array<Value, kArgumentsMax> storage;
    const std::size_t count = args_.size();
    for (std::size_t i = 0; i < count; ++i) {
      storage[i] = args_[i]->evaluate(frame);
      if (storage[i].is_error()) return storage[i];
    }
    const std::span<const Value> args(storage.data(), count);
    // The arguments may be long: what the call costs is known before it is made.
    if (!frame.charge(rule_ == CostRule::one ? 1 : call_cost(rule_, args))) return {};
    for (const Overload* overload : overloads_) {
      if (overload->accepts(args)) {
        if (overload->implementation == nullptr) break;
        return overload->implementation(args, frame);
      }
    }
    return no_such_overload(function_, args);
  }

 private:
  std::string function_;
  CostRule rule_;
  std::vector<const Overload*> overloads_;
  std::vector<NodePtr> args_;
};

}  // namespace

NodePtr make_call(std::string function, std::vector<const Overload*> overloads,
                  std::vector<NodePtr> args) {
  if (args.size() > kArgumentsMax) return make_failure("unbound function: " + function);
  return std::make_unique<CallNode>(std::move(function), std::move(overloads), std::move(args));
}

}  // namespace cel
