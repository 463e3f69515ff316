#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cel/type.h"
#include "schema/node.h"

namespace schema {

/// What CEL knows of a schema's values (k8s.io/apiserver v0.33 pkg/cel/common/schemas.go).
struct RuleType {
  cel::Type type;
  /// The fewest bytes of JSON that hold such a value: how many fit into a request follows from it.
  std::int64_t size_min;
};

/// nullopt: rules do not see such values (a list without items, nothing but
/// x-kubernetes-preserve-unknown-fields). `resource_root`: apiVersion, kind and the names in
/// metadata can be read.
std::optional<RuleType> rule_type(const Node& node, bool resource_root);

/// How a property is called in an expression: "a-b" is "a__dash__b", "namespace" is
/// "__namespace__". nullopt: it cannot be called at all.
std::optional<std::string> escape_property(std::string_view name);

/// How many values of that size one request can hold (apiextensions schema/cel/compilation.go).
std::uint64_t cardinality_max(std::int64_t size_min);

}  // namespace schema
