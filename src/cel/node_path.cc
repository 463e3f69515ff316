#include <utility>

#include "cel/node.h"

// A variable and the fields selected from it, in one node: data is walked without making a Value of
// each step. Most of what an expression reads is such a path.

namespace cel {
namespace {

/// Why `field` could not be selected from `operand`.
Value unselectable(const doc::Value& operand, const std::string& field) {
  if (operand.is_map()) return Value::error("no such key: " + field);
  return Value::error("no such overload: type '" + std::string(type_name(Value::from(operand))) +
                      "' does not support field selection");
}

/// Where a path begins; nullptr for a variable that is absent and a local that is no data.
const doc::Value* start(const Path& path, Frame& frame) {
  return path.is_local ? frame.local(path.slot).value.document() : frame.variable(path.slot);
}

class PathNode final : public Node {
 public:
  PathNode(NodePtr steps, Path path) : steps_(std::move(steps)), path_(std::move(path)) {}

  Value evaluate(Frame& frame) const override {
    const doc::Value* at = start(path_, frame);
    if (at == nullptr) return steps_->evaluate(frame);
    frame.charge(path_.fields.size() + 1);
    for (const std::string& field : path_.fields) {
      const doc::Value* next = at->find(field);
      if (next == nullptr) return unselectable(*at, field);
      at = next;
    }
    return Value::from(*at);
  }

 private:
  NodePtr steps_;
  Path path_;
};

/// has() of a path.
class HasNode final : public Condition {
 public:
  HasNode(NodePtr steps, Path path) : steps_(std::move(steps)), path_(std::move(path)) {
    last_ = std::move(path_.fields.back());
    path_.fields.pop_back();
  }

  Truth decide(Frame& frame, Value& other) const override {
    const doc::Value* at = start(path_, frame);
    if (at == nullptr) return steps_->decide(frame, other);
    frame.charge(path_.fields.size() + 1);
    for (const std::string& field : path_.fields) {
      const doc::Value* next = at->find(field);
      if (next == nullptr) return failed(*at, field, other);
      at = next;
    }
    return at->is_map() ? truth_of(at->find(last_) != nullptr) : failed(*at, last_, other);
  }

 private:
  static Truth failed(const doc::Value& operand, const std::string& field, Value& other) {
    other = unselectable(operand, field);
    return Truth::neither;
  }

  NodePtr steps_;
  Path path_;
  std::string last_;  // Not in the path's fields.
};

}  // namespace

NodePtr make_path(NodePtr steps, Path path) {
  if (path.test) return std::make_unique<HasNode>(std::move(steps), std::move(path));
  return std::make_unique<PathNode>(std::move(steps), std::move(path));
}

}  // namespace cel
