#pragma once

#include <chrono>
#include <cstddef>

/// Every wait has a deadline, every queue a bound, every retry a budget: the numbers, each with its
/// reason. Add a limit here, in its subject's section, and name it where it is used.
namespace base::limits {

// --- Documents that come from outside -----------------------------------------------------------

/// etcd refuses requests above 1.5 MiB, so no manifest is larger; a generated list of many is.
inline constexpr std::size_t kDocumentBytesMax = 64U << 20;
/// Deeper than any CRD schema (about 40), shallower than the stack.
inline constexpr int kDocumentDepthMax = 200;
/// Nodes that aliases may expand to ("billion laughs"): ten times the largest real CRD (60,000).
inline constexpr std::size_t kAliasedNodesMax = 1'000'000;

}  // namespace base::limits
