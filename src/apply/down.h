#pragma once

#include <functional>

#include "apply/observer.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "cluster/client.h"
#include "engine/removal.h"
#include "site/site.h"

namespace apply {

/// Sees a `down` happen. Called from the thread that runs down().
struct DownListener {
  /// After every look: what is still to be removed.
  std::function<void(const engine::RemovalPlan&)> looked;
  std::function<void(const engine::Prune&)> removing;
};

/// Removes what is ours, stage by stage (a namespace only after a look at everything in it: see
/// Contents), each with its uid as precondition, and waits until each
/// stage is gone, finalizers and all. Decides anew at every look, so it may be stopped and run
/// again.
/// Success: what is left over and why. Errors: permission_denied, unavailable, ... of a removal;
/// deadline_exceeded naming what is still there; cancelled.
base::Result<std::vector<engine::Leftover>> down(const site::Site& site,
                                                 const catalog::Catalog& catalog,
                                                 Observer& observer, cluster::Client& client,
                                                 const DownListener& listener,
                                                 const cluster::Until& until);

}  // namespace apply
