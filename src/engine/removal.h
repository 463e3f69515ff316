#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "engine/decide.h"
#include "engine/observed.h"
#include "engine/plan.h"

namespace engine {

/// One thing to take out. `uid` guards against removing a successor of the same name.
struct Removal {
  std::string task;
  kube::ObjectRef ref;
  std::string uid;
  std::string why;  ///< "applied by slipway", "installed by OLM for our Subscription"
};

/// What stays, and why.
struct Leftover {
  kube::ObjectRef ref;
  std::string why;
};

/// `down`: stages in reverse order of the tasks; a stage begins when all of the one before are
/// gone.
struct RemovalPlan {
  std::vector<std::vector<Removal>> stages;
  std::vector<Leftover> leftovers;  ///< Sorted by reference.
  bool empty() const { return stages.empty(); }
};

/// Only what the inventory says is ours, and the CSVs that OLM installed for our Subscriptions.
/// A namespace of ours that holds what is not ours stays, and is listed with what holds it.
/// Errors: failed_precondition when a kind of the inventory could not be read: then nobody can say
/// what is ours.
base::Result<RemovalPlan> make_removal(const site::Site& site, const catalog::Catalog& catalog,
                                       const Observed& observed);

/// What to remove now: the first stage's objects that are not already being deleted. Empty actions
/// with stages left: wait for finalizers.
std::vector<Prune> next_removals(const RemovalPlan& removal, const Observed& observed);

std::string print(const RemovalPlan& removal);

}  // namespace engine
