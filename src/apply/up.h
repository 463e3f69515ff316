#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "apply/observer.h"
#include "base/result.h"
#include "cluster/client.h"
#include "engine/decide.h"
#include "engine/plan.h"

namespace apply {

/// Sees an `up` happen. Called from the thread that runs up(), one call at a time.
struct UpListener {
  /// After every look at the cluster.
  std::function<void(const engine::Decision&)> decided;
  /// An action was begun; and it has ended, with its error if it failed.
  std::function<void(const engine::Action&)> began;
  std::function<void(const engine::Action&, const base::Error*)> ended;
};

/// Takes the cluster to `plan`: observe, decide, act, wait for a change, again, until every task is
/// ready or one has failed and what was under way has come to its end.
///
/// Level-based (INV-1): it may be stopped at any moment and run again. Independent actions run in
/// parallel, kActionsParallel at most. A write is not repeated before the caches have seen it
/// (or kWriteSeenTimeout has passed).
/// Success is the last Decision, with outcome `done`. Errors: that of the first task that failed;
/// that of a request that failed after its retries (unavailable);
/// deadline_exceeded when `until` is due, naming what was waited for; cancelled.
base::Result<engine::Decision> up(const engine::Plan& plan, Observer& observer,
                                  cluster::Client& client, const UpListener& listener,
                                  const cluster::Until& until);

}  // namespace apply
