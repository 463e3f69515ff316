#pragma once

#include <string>
#include <vector>

#include "cel/ast.h"
#include "cel/cel.h"
#include "cel/environment.h"
#include "cel/node.h"

/// Internal to src/cel and its tests.
namespace cel {

namespace detail {

struct ProgramRep {
  std::shared_ptr<const EnvironmentRep> environment;  // Keeps the functions alive.
  ExprPtr tree;                                       ///< As checked: for estimates.
  std::vector<Value> constants;                       ///< What the nodes' constants borrow from.
  NodePtr root;
  Type result = Type::dyn();
  std::vector<std::string> variables;  ///< By slot.
  int locals = 0;
};

}  // namespace detail

/// Makes the nodes of the checked tree. REQUIRES: all but root is there, and no issues.
void plan(detail::ProgramRep& program);

/// The value itself, for those who care which type it has. It borrows from the bindings and the
/// program.
Value evaluate_value(const detail::ProgramRep& program, const Bindings& bindings,
                     const Limits& limits, Usage* usage);

}  // namespace cel
