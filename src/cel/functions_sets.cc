#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

bool has_all(const Value& list, const Value& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!list.contains(items.item(i))) return false;
  }
  return true;
}

Value contains(Args args, Frame&) { return Value::boolean(has_all(args[0], args[1])); }
Value equivalent(Args args, Frame&) {
  return Value::boolean(has_all(args[0], args[1]) && has_all(args[1], args[0]));
}
Value intersects(Args args, Frame&) {
  for (std::size_t i = 0; i < args[1].size(); ++i) {
    if (args[0].contains(args[1].item(i))) return Value::boolean(true);
  }
  return Value::boolean(false);
}

}  // namespace

void add_sets(FunctionTable& table) {
  table.global("sets.contains(list<A>, list<A>) -> bool", contains);
  table.global("sets.equivalent(list<A>, list<A>) -> bool", equivalent);
  table.global("sets.intersects(list<A>, list<A>) -> bool", intersects);
}

}  // namespace cel
