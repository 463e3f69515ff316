#pragma once

#include <vector>

#include "apply/observer.h"
#include "base/result.h"
#include "cluster/client.h"
#include "engine/plan.h"
#include "engine/verdict.h"

namespace apply {

/// What a look at a cluster gave: the state and evidence of every task.
struct Seen {
  engine::Observed observed;
  engine::Run run;  ///< The proofs' answers.
  std::vector<engine::Verdict> verdicts;
};

/// Judges every task by what is now, proofs included: what is ready but for its proof is asked.
/// Writes nothing. A proof that may not be run leaves its task not ready, with the reason.
/// Errors: cancelled, deadline_exceeded.
base::Result<Seen> look(const engine::Plan& plan, const Observer& observer, cluster::Client& client,
                        const cluster::Until& until);

}  // namespace apply
