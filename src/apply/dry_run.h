#pragma once

#include "base/result.h"
#include "cluster/client.h"
#include "engine/observed.h"
#include "engine/plan.h"

namespace apply {

/// `plan` with the API server's own answer to each write that could be made now, asked with
/// dryRun=All (nothing is written): defaults and forms that the server would keep are no change,
/// and what it would refuse is found before anything is written. See engine::refined.
///
/// Not asked: objects whose namespace or kind is not there yet. Left as the engine sees them: what
/// this user may only read, and conflicts, whose owners the engine names itself.
/// Errors: those of a cluster that cannot be asked (unavailable, unauthenticated,
/// deadline_exceeded, cancelled).
base::Result<engine::Plan> with_dry_runs(engine::Plan plan, const engine::Observed& observed,
                                         cluster::Client& client, const cluster::Until& until);

/// The objects that the API server would refuse, named with its reasons.
/// Errors: invalid_argument, listing all of them.
base::Result<void> check_refusals(const engine::Plan& plan);

}  // namespace apply
