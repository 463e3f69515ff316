#include "cel/cost.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cel {
namespace {

constexpr std::array<std::pair<std::string_view, CostRule>, 58> kRules = {{
    {"_==_", CostRule::walk_shorter},
    {"_!=_", CostRule::walk_shorter},
    {"_<_", CostRule::walk_shorter},
    {"_<=_", CostRule::walk_shorter},
    {"_>_", CostRule::walk_shorter},
    {"_>=_", CostRule::walk_shorter},
    {"_+_", CostRule::walk_both},
    {"@in", CostRule::contained},
    {"startsWith", CostRule::walk_first},
    {"endsWith", CostRule::walk_first},
    {"bytes", CostRule::walk_first},
    {"contains", CostRule::search},
    {"matches", CostRule::regex},
    {"find", CostRule::regex},
    {"findAll", CostRule::regex},
    {"regex.replace", CostRule::regex},
    {"regex.extract", CostRule::regex},
    {"regex.extractAll", CostRule::regex},
    {"format", CostRule::walk_first},
    {"strings.quote", CostRule::walk_first},
    {"lowerAscii", CostRule::walk_first_twice},
    {"upperAscii", CostRule::walk_first_twice},
    {"substring", CostRule::walk_first_twice},
    {"trim", CostRule::walk_first_twice},
    {"replace", CostRule::walk_first_twice},
    {"split", CostRule::walk_first_twice},
    {"reverse", CostRule::walk_first_twice},
    {"charAt", CostRule::walk_first},
    {"indexOf", CostRule::search},
    {"lastIndexOf", CostRule::search},
    {"join", CostRule::items_of_first},
    {"isSorted", CostRule::items_of_first},
    {"sum", CostRule::items_of_first},
    {"min", CostRule::items_of_first},
    {"max", CostRule::items_of_first},
    {"distinct", CostRule::items_by_items},
    {"sort", CostRule::items_by_items},
    {"@sortByAssociatedKeys", CostRule::items_by_items},
    {"flatten", CostRule::items_of_first},
    {"slice", CostRule::items_of_first},
    {"sets.contains", CostRule::items_by_items},
    {"sets.intersects", CostRule::items_by_items},
    {"sets.equivalent", CostRule::items_by_items},
    {"url", CostRule::walk_first},
    {"ip", CostRule::walk_first},
    {"isIP", CostRule::walk_first},
    {"cidr", CostRule::walk_first},
    {"isCIDR", CostRule::walk_first},
    {"containsIP", CostRule::walk_first},
    {"containsCIDR", CostRule::walk_first},
    {"quantity", CostRule::walk_first},
    {"isQuantity", CostRule::walk_first},
    {"semver", CostRule::walk_first},
    {"isSemver", CostRule::walk_first},
    {"validate", CostRule::walk_first},
    {"base64.encode", CostRule::walk_first_twice},
    {"base64.decode", CostRule::walk_first_twice},
    {"ip.isCanonical", CostRule::walk_first},
}};

}  // namespace

CostRule cost_rule(std::string_view function) {
  const auto* found = std::find_if(kRules.begin(), kRules.end(),
                                   [&](const auto& rule) { return rule.first == function; });
  return found == kRules.end() ? CostRule::one : found->second;
}

std::uint64_t cost_size(const Value& value) {
  switch (value.kind()) {
    case ValueKind::string:
    case ValueKind::bytes:
      return value.text().size();
    case ValueKind::list:
    case ValueKind::map:
      return value.size();
    default:
      return 1;
  }
}

std::uint64_t call_cost(CostRule rule, std::span<const Value> args) {
  if (args.empty()) return 1;
  const std::uint64_t first = cost_size(args[0]);
  std::uint64_t second = args.size() > 1 ? cost_size(args[1]) : 1;
  const bool text = args[0].is(ValueKind::string) || args[0].is(ValueKind::bytes);
  if (rule == CostRule::walk_both && !text) return 1;
  if (rule == CostRule::contained && !args[1].is(ValueKind::list)) return 1;
  if (rule == CostRule::items_by_items && args.size() == 1) second = first;
  return cost_of_sizes(rule, first, second);
}

std::uint64_t cost_of_sizes(CostRule rule, std::uint64_t first, std::uint64_t second) {
  switch (rule) {
    case CostRule::one:
      return 1;
    case CostRule::walk_first:
      return std::max<std::uint64_t>(1, walking_cost(first));
    case CostRule::walk_first_twice:
      return std::max<std::uint64_t>(1, 2 * walking_cost(first));
    case CostRule::walk_shorter:
      return walking_cost(std::min(first, second));
    case CostRule::walk_both:
      return walking_cost(first + second);
    case CostRule::search:
      return walking_cost(first) * walking_cost(second);
    case CostRule::regex:
      return walking_cost(first + 1) * ((second + 3) / 4);
    case CostRule::contained:
      return second;
    case CostRule::items_of_first:
      return first + 1;
    case CostRule::items_by_items:
      return first * second + 1;
  }
  return 1;
}

}  // namespace cel
