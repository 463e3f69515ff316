#include <utility>

#include "cel/node.h"

// A variable and the fields selected from it, in one node: data is walked without making a Value of
// each step. Most of what an expression reads is such a path.

namespace cel {
namespace {

Value unselectable(const doc::Value& operand) {
  return Value::error("no such overload: type '" + std::string(type_name(Value::from(operand))) +
                      "' does not support field selection");
}

class PathNode final : public Node {
 public:
  PathNode(NodePtr root, Path path) : root_(std::move(root)), path_(std::move(path)) {}

  Value evaluate(Frame& frame) const override {
    const doc::Value* at = path_.is_local ? document(frame) : frame.variable(path_.slot);
    // A variable that is absent, or a local that is no data, goes the long way.
    if (at == nullptr) return root_->evaluate(frame);
    frame.charge(path_.fields.size() + (path_.test ? 0 : 1));
    for (std::size_t i = 0; i < path_.fields.size(); ++i) {
      if (!at->is_map()) return unselectable(*at);
      const doc::Value* next = at->find(path_.fields[i]);
      if (next == nullptr) {
        if (path_.test && i + 1 == path_.fields.size()) return Value::boolean(false);
        return Value::error("no such key: " + path_.fields[i]);
      }
      at = next;
    }
    return path_.test ? Value::boolean(true) : Value::from(*at);
  }

 private:
  const doc::Value* document(Frame& frame) const {
    return frame.local(path_.slot).value.document();
  }

  NodePtr root_;  // The same, step by step.
  Path path_;
};

}  // namespace

NodePtr make_path(NodePtr steps, Path path) {
  return std::make_unique<PathNode>(std::move(steps), std::move(path));
}

}  // namespace cel
