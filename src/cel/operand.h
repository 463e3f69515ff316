#pragma once

#include <cstdint>
#include <utility>

#include "cel/node.h"

/// Internal to src/cel: nodes as another node reads them.
namespace cel {

/// A node that another one reads. A constant is read in its place, and so is a path of data.
class Operand {
 public:
  explicit Operand(NodePtr node)
      : node_(std::move(node)), constant_(node_->free_constant()), path_(node_->path()) {
    if (constant_ == nullptr) return;
    if (constant_->is(ValueKind::integer)) literal_ = doc::Value(constant_->as_int());
    if (constant_->is(ValueKind::string)) literal_ = doc::Value(constant_->text());
  }
  Value value(Frame& frame) const {
    return constant_ != nullptr ? *constant_ : node_->evaluate(frame);
  }

  /// Whether it is data or a literal like it, unless its path leads nowhere.
  bool is_data() const { return path_ != nullptr || !literal_.is_null(); }
  /// REQUIRES: is_data(). nullptr where the path leads nowhere. Does not charge: data_cost() is
  /// what it costs.
  const doc::Value* data(Frame& frame) const {
    return path_ != nullptr ? path_->follow(frame) : &literal_;
  }
  std::uint64_t data_cost() const { return path_ != nullptr ? path_->cost() : 0; }

 private:
  NodePtr node_;
  const Value* constant_;
  const Path* path_;
  doc::Value literal_;  // The constant as data; null for those that have no such.
};

/// The two that a comparison or a test of texts is of. Mostly both are data: then neither is made a
/// Value.
class Operands {
 public:
  Operands(NodePtr left, NodePtr right)
      : left_(std::move(left)),
        right_(std::move(right)),
        are_data_(left_.is_data() && right_.is_data()),
        data_cost_(left_.data_cost() + right_.data_cost()) {}

  /// Sets both and says true where both are data. Does not charge: data_cost() is what it costs.
  bool data(Frame& frame, const doc::Value*& left, const doc::Value*& right) const {
    if (!are_data_) return false;
    left = left_.data(frame);
    if (left == nullptr) return false;
    right = right_.data(frame);
    return right != nullptr;
  }
  std::uint64_t data_cost() const { return data_cost_; }

  const Operand& left() const { return left_; }
  const Operand& right() const { return right_; }

 private:
  Operand left_;
  Operand right_;
  bool are_data_;
  std::uint64_t data_cost_;
};

}  // namespace cel
