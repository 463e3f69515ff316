#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/cel.h"
#include "cel/environment.h"

/// Internal to src/cel.
namespace cel {

struct Checked {
  std::vector<Issue> issues;
  std::vector<std::string> variables;  ///< By slot: those that the expression reads.
  int locals = 0;                      ///< Slots of locals.
};

/// Finds what every name, selection and call of `root` means and of which type it is, and writes
/// that into the tree. Where the environment does not check types, what does not fit becomes an
/// error of evaluation instead of an issue.
Checked check(Expr& root, std::string_view source, const detail::EnvironmentRep& environment);

}  // namespace cel
