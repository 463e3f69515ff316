#pragma once

#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/cel.h"

/// Internal to src/cel.
namespace cel {

struct Parsed {
  ExprPtr expr;  ///< Null exactly when there are issues.
  std::vector<Issue> issues;
};

/// The tree of a source. `macros`: whether has(), all(), map() and their kin are expanded.
/// Limits: kCelSourceBytesMax, kCelDepthMax.
Parsed parse(std::string_view source, bool macros);

}  // namespace cel
