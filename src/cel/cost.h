#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cel/value.h"

/// Internal to src/cel: what a call costs, in Kubernetes' units.
/// Source: cel-go interpreter/runtimecost.go and k8s.io/apiserver pkg/cel/library/cost.go. Strings
/// are counted in bytes here, not code points: the same for ASCII, more otherwise.
namespace cel {

inline constexpr std::uint64_t kListCost = 10;
inline constexpr std::uint64_t kMapCost = 30;
/// Of what walks a string, for each byte.
inline constexpr double kTraversalFactor = 0.1;
inline constexpr double kRegexLengthFactor = 0.25;

/// How a function's cost depends on its arguments.
enum class CostRule : std::uint8_t {
  one,
  walk_first,        ///< The first argument is read.
  walk_shorter,      ///< Two are compared.
  walk_both,         ///< Two are copied.
  search,            ///< One is looked for in the other.
  regex,             ///< A regex is run.
  contained,         ///< The second argument's items are compared.
  items_of_first,    ///< Each item of a list is visited.
  items_by_items,    ///< Each item of one with each of the other.
  walk_first_twice,  ///< Read, and a copy written.
};

CostRule cost_rule(std::string_view function);
std::uint64_t call_cost(CostRule rule, std::span<const Value> args);
/// The same by the sizes of the first two arguments, whose types fit the rule.
std::uint64_t cost_of_sizes(CostRule rule, std::uint64_t first, std::uint64_t second);
/// Bytes of a text, items of a list, entries of a map; 1 of anything else.
std::uint64_t cost_size(const Value& value);

/// What reading `size` bytes costs.
inline std::uint64_t walking_cost(std::uint64_t size) { return (size + 9) / 10; }
static_assert(kTraversalFactor == 0.1);

}  // namespace cel
