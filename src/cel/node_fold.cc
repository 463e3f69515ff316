#include <utility>

#include "cel/cost.h"
#include "cel/node.h"

namespace cel {
namespace {

/// Walks the range and hands each step to a collector, which says whether to go on. What a step
/// costs beside its body is what cel-go's general fold would: reading and changing its accumulator.
class FoldNode : public Node {
 public:
  explicit FoldNode(FoldParts parts) : parts_(std::move(parts)) {}

 protected:
  /// Calls step() for every item that passes the filter. `step` returns false to stop.
  /// Returns an error of the range or the filter, or null.
  template <typename Step>
  Value walk(Frame& frame, Step step) const {
    const Value range = parts_.range->evaluate(frame);
    if (range.is_error()) return range;
    const bool is_map = range.is(ValueKind::map);
    if (!is_map && !range.is(ValueKind::list)) {
      return Value::error("no such overload: got '" + std::string(type_name(range)) +
                          "', expected iterable type");
    }
    const std::size_t size = range.size();
    for (std::size_t i = 0; i < size; ++i) {
      bind(frame, range, is_map, i);
      if (parts_.filter) {
        Value other;
        const Truth keep = parts_.filter->decide(frame, other);
        if (keep == Truth::neither) return not_bool(other);
        if (keep == Truth::no) {
          if (frame.exhausted()) return {};
          continue;
        }
      }
      if (frame.exhausted() || !step(range, i)) return {};
    }
    return {};
  }

  /// The error where a bool was wanted: `value` itself if it is one.
  static Value not_bool(const Value& value) {
    if (value.is_error()) return value;
    return Value::error("no such overload: got '" + std::string(type_name(value)) +
                        "', expected 'bool'");
  }

  void bind(Frame& frame, const Value& range, bool is_map, std::size_t i) const {
    Value& first = frame.local(parts_.slot).value;
    if (!parts_.two) {
      first = is_map ? range.key(i) : range.item(i);
      return;
    }
    first = is_map ? range.key(i) : Value::integer(static_cast<std::int64_t>(i));
    frame.local(parts_.slot + 1).value = is_map ? range.entry_value(i) : range.item(i);
  }

  Value body(Frame& frame) const { return parts_.body->evaluate(frame); }

  FoldParts parts_;
};

/// all() and exists(): stop at the item that decides; an error counts only if none does.
template <Truth kDecides>
class QuantifierNode final : public FoldNode {
 public:
  using FoldNode::FoldNode;
  Value evaluate(Frame& frame) const override {
    Value result = Value::boolean(kDecides != Truth::yes);
    Value other;
    Value problem = walk(frame, [&](const Value&, std::size_t) {
      const Truth truth = parts_.body->decide(frame, other);
      frame.charge(kDecides == Truth::yes ? 4 : 3);
      if (truth == kDecides) {
        result = Value::boolean(kDecides == Truth::yes);
        return false;
      }
      if (truth == Truth::neither && !result.is_error()) result = not_bool(other);
      return true;
    });
    frame.charge(1);
    return problem.is_error() ? problem : result;
  }
};

class ExistsOneNode final : public FoldNode {
 public:
  using FoldNode::FoldNode;
  Value evaluate(Frame& frame) const override {
    std::int64_t count = 0;
    Value other;
    Value wrong;
    Value problem = walk(frame, [&](const Value&, std::size_t) {
      const Truth truth = parts_.body->decide(frame, other);
      if (truth == Truth::neither) {
        wrong = not_bool(other);
        return false;
      }
      if (truth == Truth::yes) frame.charge(2);
      count += truth == Truth::yes ? 1 : 0;
      return true;
    });
    frame.charge(2);
    if (problem.is_error()) return problem;
    return wrong.is_error() ? wrong : Value::boolean(count == 1);
  }
};

/// map(), filter(), transformList().
class ListFoldNode final : public FoldNode {
 public:
  using FoldNode::FoldNode;
  Value evaluate(Frame& frame) const override {
    std::vector<Value> items;
    Value wrong;
    Value problem = walk(frame, [&](const Value&, std::size_t) {
      Value value = body(frame);
      if (value.is_error()) {
        wrong = std::move(value);
        return false;
      }
      if (parts_.kind == Comprehension::filter) return keep(frame, value, items, wrong);
      frame.charge(kListCost + 2);
      items.push_back(std::move(value));
      return true;
    });
    frame.charge(1);
    if (problem.is_error()) return problem;
    return wrong.is_error() ? wrong : Value::list(std::move(items));
  }

 private:
  bool keep(Frame& frame, const Value& value, std::vector<Value>& items, Value& wrong) const {
    if (!value.is(ValueKind::boolean)) {
      wrong = not_bool(value);
      return false;
    }
    if (!value.as_bool()) return true;
    frame.charge(kListCost + 3);
    items.push_back(frame.local(parts_.slot).value);
    return true;
  }
};

/// transformMap() and transformMapEntry().
class MapFoldNode final : public FoldNode {
 public:
  using FoldNode::FoldNode;
  Value evaluate(Frame& frame) const override {
    std::vector<std::pair<Value, Value>> entries;
    Value wrong;
    Value problem = walk(frame, [&](const Value&, std::size_t) {
      Value value = body(frame);
      frame.charge(2);
      if (value.is_error()) {
        wrong = std::move(value);
        return false;
      }
      if (parts_.kind == Comprehension::transform_map) {
        entries.emplace_back(frame.local(parts_.slot).value, std::move(value));
        return true;
      }
      if (!value.is(ValueKind::map)) {
        wrong = Value::error("no such overload: transformMapEntry yields '" +
                             std::string(type_name(value)) + "', expected 'map'");
        return false;
      }
      for (std::size_t i = 0; i < value.size(); ++i) {
        entries.emplace_back(value.key(i), value.entry_value(i));
      }
      return true;
    });
    frame.charge(kMapCost + 1);
    if (problem.is_error()) return problem;
    return wrong.is_error() ? wrong : checked_map(std::move(entries));
  }
};

class BindNode final : public Node {
 public:
  BindNode(int slot, NodePtr init, NodePtr body)
      : slot_(slot), init_(std::move(init)), body_(std::move(body)) {}
  Value evaluate(Frame& frame) const override {
    frame.local(slot_).ready = false;
    return body_->evaluate(frame);
  }

 private:
  int slot_;
  NodePtr init_;  // Read by the LazyLocalNodes of the body.
  NodePtr body_;
};

}  // namespace

NodePtr make_fold(FoldParts parts) {
  switch (parts.kind) {
    case Comprehension::all:
      return std::make_unique<QuantifierNode<Truth::no>>(std::move(parts));
    case Comprehension::exists:
      return std::make_unique<QuantifierNode<Truth::yes>>(std::move(parts));
    case Comprehension::exists_one:
      return std::make_unique<ExistsOneNode>(std::move(parts));
    case Comprehension::filter:
    case Comprehension::map:
      return std::make_unique<ListFoldNode>(std::move(parts));
    case Comprehension::transform_map:
    case Comprehension::transform_map_entry:
      return std::make_unique<MapFoldNode>(std::move(parts));
  }
  return nullptr;
}

NodePtr make_bind(int slot, NodePtr init, NodePtr body) {
  return std::make_unique<BindNode>(slot, std::move(init), std::move(body));
}

}  // namespace cel
