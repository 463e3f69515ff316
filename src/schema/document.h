#pragma once

#include <deque>

#include "schema/node.h"
#include "schema/rules.h"

namespace schema {

/// Owns what one compile made: the nodes, and the rules of those that have any.
struct Document {
  Dialect dialect;
  std::deque<Node> nodes;
  RuleTable rules;
};

}  // namespace schema
