#pragma once

#include <optional>
#include <string>

#include "cel/ast.h"

/// Internal to src/cel.
namespace cel {

/// What became of a call that may be a macro.
struct Expansion {
  bool expanded = false;  ///< `expr` then stands for the call.
  ExprPtr expr;
  std::string problem;  ///< It is a macro, wrongly used.
  std::uint32_t offset = 0;
};

/// Expands `call` where its name, form and number of arguments are a macro's; leaves it untouched
/// otherwise. Source: cel-go parser/macro.go and the ext folder's macros.
Expansion expand_macro(Expr& call);

}  // namespace cel
