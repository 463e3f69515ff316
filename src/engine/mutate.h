#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "doc/value.h"
#include "engine/observed.h"

/// Changes planted in a snapshot. Internal to this folder.
namespace engine {

/// `observed` with one object replaced, or taken out.
Observed with_object(const Observed& observed, const kube::ObjectRef& ref, const doc::Value& value);
Observed without_object(const Observed& observed, const kube::ObjectRef& ref);
/// `observed` in which this kind could not be read.
Observed unreadable(const Observed& observed, const kube::GroupVersionKind& gvk);

/// Words of an expression, to plant what it looks for: a random value seldom is "servicemesh".
struct Words {
  std::vector<std::string> texts;     ///< Its string literals.
  std::vector<std::string> names;     ///< Its members: "unschedulable".
  std::vector<std::int64_t> numbers;  ///< One less and one more than its integers.
};
Words words_of(std::string_view expression);

/// `observed` with a second object like `ref` beside it.
Observed with_one_more(const Observed& observed, const kube::ObjectRef& ref);

/// Calls `visit` with every copy of `object` in which, below metadata.labels,
/// metadata.managedFields, spec or status, one leaf is another value or one of `words`, one member
/// of a map or list is gone, or a map has one of the names as a new member (true).
void each_changed(const doc::Value& object, const Words& words,
                  const std::function<void(const doc::Value&)>& visit);

}  // namespace engine
