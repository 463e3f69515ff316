#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cel/frame.h"

/// Internal to src/cel.
namespace cel {

/// A variable and the fields selected from it: data is walked without making a Value of each step.
/// Most of what an expression reads is such a path. Immutable, shared by threads.
class Path {
 public:
  /// `is_local`: the variable is a comprehension's; otherwise one of the bindings.
  Path(bool is_local, int slot, std::vector<std::string> fields)
      : is_local_(is_local), slot_(slot), fields_(std::move(fields)), cost_(fields_.size() + 1) {}

  /// Where it leads; nullptr where it leads nowhere: a variable without a value, a local that was
  /// made here, a field that is not there.
  const doc::Value* follow(Frame& frame) const {
    const doc::Value* at = is_local_ ? frame.local(slot_).value.document() : frame.variable(slot_);
    if (at == nullptr) return nullptr;
    for (const std::string& field : fields_) {
      at = at->find(field);
      if (at == nullptr) return nullptr;
    }
    return at;
  }
  /// What following it costs, for those who charge: those who go another way then do not.
  std::uint64_t cost() const { return cost_; }

 private:
  bool is_local_;
  int slot_;
  std::vector<std::string> fields_;
  std::uint64_t cost_;
};

}  // namespace cel
