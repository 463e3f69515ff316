#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cel/cost.h"
#include "cel/frame.h"
#include "cel/overload.h"

/// Internal to src/cel.
namespace cel {

/// A function as an expression calls it: what every call does once its arguments are there.
/// Immutable, shared by threads.
class Callee {
 public:
  Callee(std::string function, std::vector<const Overload*> overloads)
      : function_(std::move(function)),
        rule_(cost_rule(function_)),
        overloads_(std::move(overloads)) {}

  /// Of arguments that are no errors. Charges for the call before it is made, because they may be
  /// long.
  Value call(std::span<const Value> args, Frame& frame) const {
    if (!frame.charge(rule_ == CostRule::one ? 1 : call_cost(rule_, args))) return {};
    for (const Overload* overload : overloads_) {
      if (overload->accepts(args)) {
        if (overload->implementation == nullptr) break;
        return overload->implementation(args, frame);
      }
    }
    return no_such_overload(function_, args);
  }
  /// The rule by which a call is charged, for those who know what the function would do.
  CostRule rule() const { return rule_; }

 private:
  std::string function_;
  CostRule rule_;
  std::vector<const Overload*> overloads_;
};

}  // namespace cel
