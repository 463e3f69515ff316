#pragma once

#include <string>
#include <vector>

#include "engine/observed.h"
#include "engine/plan.h"

namespace engine {

/// A task that rests on something that is not the same in two views.
struct Moved {
  std::string task;
  std::string object;  ///< The first such thing: "ClusterPolicy.nvidia.com gpu-cluster-policy".
};

/// What of the plan's objects, and of those that its tasks read, the two views do not show in the
/// same version. In the plan's order; a task once.
///
/// A view is put together kind by kind, each read at its own moment, so it may show what never was:
/// one operator's early "ready" beside what another made only after that was taken back. What was
/// in the same version before a moment and after it, was so at that moment. So a verdict over
/// `before` was true at one moment between the two when this is empty.
std::vector<Moved> moved_between(const Plan& plan, const Observed& before, const Observed& after);

}  // namespace engine
