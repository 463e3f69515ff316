#include <utility>

#include "cel/node.h"

// Nodes of a Path. Each has beside it the nodes that evaluate the same selection by selection, for
// what is no plain walk through data and to say what is wrong.

namespace cel {
namespace {

class PathNode final : public Node {
 public:
  PathNode(NodePtr steps, Path path) : steps_(std::move(steps)), path_(std::move(path)) {}

  Value evaluate(Frame& frame) const override {
    const doc::Value* found = path_.follow(frame);
    if (found == nullptr) return steps_->evaluate(frame);
    frame.charge(path_.cost());
    return Value::from(*found);
  }
  const Path* path() const override { return &path_; }

 private:
  NodePtr steps_;
  Path path_;
};

/// has() of a field of what a path leads to, or !has(), which rules say as often.
class HasNode final : public Condition {
 public:
  HasNode(NodePtr steps, Path path, std::string field)
      : steps_(std::move(steps)),
        path_(std::move(path)),
        field_(std::move(field)),
        cost_(path_.cost()) {}

  Truth decide(Frame& frame, Value& other) const override {
    const doc::Value* map = path_.follow(frame);
    if (map == nullptr || !map->is_map()) return steps_->decide(frame, other);
    frame.charge(cost_);
    return truth_of((map->find(field_) != nullptr) != negated_);
  }
  bool negate() override {
    if (negated_) return false;
    negated_ = true;
    ++cost_;
    steps_ = make_not(std::move(steps_));
    return true;
  }

 private:
  NodePtr steps_;
  Path path_;
  std::string field_;
  std::uint64_t cost_;
  bool negated_ = false;
};

}  // namespace

NodePtr make_path(NodePtr steps, Path path) {
  return std::make_unique<PathNode>(std::move(steps), std::move(path));
}
NodePtr make_has(NodePtr steps, Path path, std::string field) {
  return std::make_unique<HasNode>(std::move(steps), std::move(path), std::move(field));
}

}  // namespace cel
