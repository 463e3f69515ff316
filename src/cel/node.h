#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cel/ast.h"
#include "cel/frame.h"
#include "cel/path.h"
#include "cel/value.h"

/// Internal to src/cel: the tree that is evaluated. Nodes are immutable and shared by threads.
namespace cel {

/// A bool, or something else where one was wanted.
enum class Truth : std::uint8_t { no, yes, neither };
inline Truth truth_of(bool value) { return value ? Truth::yes : Truth::no; }

class Node {
 public:
  virtual ~Node() = default;
  /// The value, or an error. Charges the frame; once that is exhausted the value means nothing.
  virtual Value evaluate(Frame& frame) const = 0;
  /// evaluate() for those who want a bool, which then needs no Value: what most of a rule is made
  /// of. `neither`: `other` is the value, an error or of another type; otherwise `other` means
  /// nothing.
  virtual Truth decide(Frame& frame, Value& other) const;
  /// The value where it is always the same; nullptr otherwise.
  virtual const Value* constant() const { return nullptr; }
  /// The same where it costs nothing besides.
  virtual const Value* free_constant() const { return nullptr; }
  /// The path whose end it yields, where that leads anywhere: reading it there is what evaluate()
  /// does then. nullptr where it is more than that.
  virtual const Path* path() const { return nullptr; }
  /// While planning: makes the node say the opposite, for what ! costs, and says true; false where
  /// it takes a node of its own.
  virtual bool negate() { return false; }
};
using NodePtr = std::unique_ptr<Node>;

/// A node that yields a bool, unless something is wrong: the work is in decide().
class Condition : public Node {
 public:
  Value evaluate(Frame& frame) const final {
    Value other;
    const Truth truth = decide(frame, other);
    return truth == Truth::neither ? std::move(other) : Value::boolean(truth == Truth::yes);
  }
  Truth decide(Frame& frame, Value& other) const override = 0;
};

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
/// `steps`: the node that evaluates the same selection by selection.
NodePtr make_path(NodePtr steps, Path path);
/// has() of `field` at the path's end.
NodePtr make_has(NodePtr steps, Path path, std::string field);

// node_logic.cc
NodePtr make_not(NodePtr operand);
NodePtr make_and(NodePtr left, NodePtr right);
NodePtr make_or(NodePtr left, NodePtr right);
NodePtr make_conditional(NodePtr condition, NodePtr then, NodePtr otherwise);

// node_compare.cc
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

// node_text.cc
/// A function of two strings that has a TextTest.
NodePtr make_text_test(std::string function, const Overload& overload, std::vector<NodePtr> args);
/// `matches` of a constant pattern: it is compiled here, once.
NodePtr make_matches(std::string function, const Overload& overload, std::vector<NodePtr> args);
/// `size`, of whatever it may be of.
NodePtr make_size(std::string function, std::vector<const Overload*> overloads, NodePtr arg);

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
