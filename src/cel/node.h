#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cel/ast.h"
#include "cel/frame.h"
#include "cel/value.h"

/// Internal to src/cel: the tree that is evaluated. Nodes are immutable and shared by threads.
namespace cel {

class Node {
 public:
  virtual ~Node() = default;
  /// The value, or an error. Charges the frame; once that is exhausted the value means nothing.
  virtual Value evaluate(Frame& frame) const = 0;
  /// The value where it is always the same; nullptr otherwise.
  virtual const Value* constant() const { return nullptr; }
};
using NodePtr = std::unique_ptr<Node>;

// node_access.cc
/// `value` is frozen. `cost`: what computing it would have cost.
NodePtr make_constant(Value value, std::uint64_t cost = 0);
NodePtr make_failure(std::string message);
NodePtr make_variable(int slot, std::string name);
/// A variable that is declared optional: none where it has no value. `value` reads it.
NodePtr make_optional_variable(int slot, NodePtr value);
NodePtr make_local(int slot);
/// Of cel.bind: computes `init` at the first reading. Borrows `init`.
NodePtr make_lazy_local(int slot, const Node& init);
NodePtr make_select(NodePtr operand, std::string field, bool optional, bool test);
NodePtr make_index(NodePtr operand, NodePtr key, bool optional);
/// What data says as a string (or an integer), as the type that is declared for it.
NodePtr make_coercion(NodePtr operand, ValueKind kind);

// node_path.cc
struct Path {
  bool is_local;  ///< A comprehension's variable; otherwise one of the bindings.
  int slot;
  std::vector<std::string> fields;  ///< At least one.
  bool test;                        ///< has() of the last.
};
/// `steps`: the node that evaluates the same selection by selection.
NodePtr make_path(NodePtr steps, Path path);

// node_logic.cc
NodePtr make_not(NodePtr operand);
NodePtr make_and(NodePtr left, NodePtr right);
NodePtr make_or(NodePtr left, NodePtr right);
NodePtr make_conditional(NodePtr condition, NodePtr then, NodePtr otherwise);
NodePtr make_equality(NodePtr left, NodePtr right, bool negated);
/// `function` is one of _<_, _<=_, _>_, _>=_.
NodePtr make_comparison(NodePtr left, NodePtr right, const std::string& function);

// node_call.cc
NodePtr make_call(std::string function, std::vector<const Overload*> overloads,
                  std::vector<NodePtr> args);
/// The same for + and -, which are mostly of integers.
NodePtr make_arithmetic(std::string function, std::vector<const Overload*> overloads,
                        std::vector<NodePtr> args);
/// `in` a constant list, which costs nothing in Kubernetes: a set is made of it there.
NodePtr make_membership(std::vector<NodePtr> args);

// node_collection.cc
/// A map of entries that have yet to be looked at for a repeated key, which is an error.
Value checked_map(std::vector<std::pair<Value, Value>> entries);
NodePtr make_list(std::vector<NodePtr> items, std::vector<bool> optional);
NodePtr make_map(std::vector<NodePtr> keys_and_values, std::vector<bool> optional);

// node_fold.cc
struct FoldParts {
  Comprehension kind;
  int slot;  ///< Of the first variable; the second's is the next.
  bool two;  ///< Whether there is a second.
  NodePtr range;
  NodePtr body;
  NodePtr filter;  ///< Null where there is none.
};
NodePtr make_fold(FoldParts parts);
NodePtr make_bind(int slot, NodePtr init, NodePtr body);

}  // namespace cel
