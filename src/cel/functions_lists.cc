#include <algorithm>
#include <numeric>

#include "base/limits.h"
#include "cel/frame.h"
#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

std::vector<Value> items_of(const Value& list) {
  std::vector<Value> items;
  items.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) items.push_back(list.item(i));
  return items;
}

Value slice(Args args, Frame&) {
  const std::int64_t begin = args[1].as_int();
  const std::int64_t end = args[2].as_int();
  const std::string call =
      "cannot slice(" + std::to_string(begin) + ", " + std::to_string(end) + "), ";
  if (begin < 0 || end < 0) return Value::error(call + "negative indexes not supported");
  if (begin > end) {
    return Value::error(call + "start index must be less than or equal to end index");
  }
  if (end > static_cast<std::int64_t>(args[0].size())) {
    return Value::error(call + "list is length " + std::to_string(args[0].size()));
  }
  std::vector<Value> items;
  for (std::int64_t i = begin; i < end; ++i) {
    items.push_back(args[0].item(static_cast<std::size_t>(i)));
  }
  return Value::list(std::move(items));
}

/// Appends the items, lists among them opened up to `depth` levels. False when too many.
bool flatten_into(const Value& list, std::int64_t depth, std::vector<Value>& items) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    Value item = list.item(i);
    if (depth > 0 && item.is(ValueKind::list)) {
      if (!flatten_into(item, depth - 1, items)) return false;
    } else {
      items.push_back(std::move(item));
    }
    if (items.size() > base::limits::kCelValueSizeMax) return false;
  }
  return true;
}
Value flatten_to(const Value& list, std::int64_t depth) {
  if (depth < 0) return Value::error("level must be non-negative");
  std::vector<Value> items;
  return flatten_into(list, depth, items) ? Value::list(std::move(items)) : Value::too_large();
}
Value flatten(Args args, Frame&) { return flatten_to(args[0], 1); }
Value flatten_depth(Args args, Frame&) { return flatten_to(args[0], args[1].as_int()); }

Value distinct(Args args, Frame&) {
  std::vector<Value> items;
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    Value item = args[0].item(i);
    const bool known = std::any_of(items.begin(), items.end(),
                                   [&](const Value& other) { return equal(other, item); });
    if (!known) items.push_back(std::move(item));
  }
  return Value::list(std::move(items));
}

Value range(Args args, Frame& frame) {
  const std::int64_t size = args[0].as_int();
  if (size > static_cast<std::int64_t>(base::limits::kCelValueSizeMax)) return Value::too_large();
  std::vector<Value> items;
  if (size > 0 && !frame.charge(static_cast<std::uint64_t>(size))) return {};
  for (std::int64_t i = 0; i < size; ++i) items.push_back(Value::integer(i));
  return Value::list(std::move(items));
}

/// Null, or an error where the keys cannot be put in order: all must be of one comparable type.
Value check_keys(const std::vector<Value>& keys) {
  for (const Value& key : keys) {
    if (key.kind() != keys[0].kind()) return Value::error("list elements must have the same type");
    if (compare(key, key) == Order::no_overload) {
      return Value::error("list elements must be comparable");
    }
  }
  return {};
}

Value sorted_by(const Value& list, const std::vector<Value>& keys) {
  if (Value problem = check_keys(keys); problem.is_error()) return problem;
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return compare(keys[a], keys[b]) == Order::less;
  });
  std::vector<Value> items;
  items.reserve(order.size());
  for (const std::size_t index : order) items.push_back(list.item(index));
  return Value::list(std::move(items));
}
Value sort(Args args, Frame&) { return sorted_by(args[0], items_of(args[0])); }
Value sort_by_keys(Args args, Frame&) {
  if (args[0].size() != args[1].size()) return Value::error("as many keys as items are needed");
  return sorted_by(args[0], items_of(args[1]));
}

Value reverse(Args args, Frame&) {
  std::vector<Value> items = items_of(args[0]);
  std::reverse(items.begin(), items.end());
  return Value::list(std::move(items));
}

Value first(Args args, Frame&) {
  return args[0].size() == 0 ? Optional::none() : Optional::of(args[0].item(0));
}
Value last(Args args, Frame&) {
  return args[0].size() == 0 ? Optional::none() : Optional::of(args[0].item(args[0].size() - 1));
}

}  // namespace

void add_lists(FunctionTable& table) {
  table.member("list<A>.slice(int, int) -> list<A>", slice);
  table.member("list<list<A>>.flatten() -> list<A>", flatten);
  table.member("list<dyn>.flatten(int) -> list<dyn>", flatten_depth);
  table.member("list<A>.distinct() -> list<A>", distinct);
  table.global("lists.range(int) -> list<int>", range);
  table.member("list<A>.sort() -> list<A>", sort);
  table.member("list<A>.@sortByAssociatedKeys(list<B>) -> list<A>", sort_by_keys);
  table.member("list<A>.reverse() -> list<A>", reverse);
  table.member("list<A>.first() -> optional<A>", first);
  table.member("list<A>.last() -> optional<A>", last);
}

}  // namespace cel
