#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "doc/value.h"
#include "drydock/behaviour_evaluate.h"
#include "kube/types.h"

namespace drydock {

/// Objects in memory with as much of a control plane as behaviours need: generations, uids, garbage
/// collection by owner, and controllers of DaemonSets and Deployments whose pods run at once. For
/// tests of behaviours without a cluster; what it leaves out (admission, conflicts, schemas) only a
/// real one shows. Pure but for its state; time is the caller's.
class SimulatedCluster {
 public:
  /// Sees every change, in order. null: not there.
  using Observer = std::function<void(const doc::Value& before, const doc::Value& after)>;
  explicit SimulatedCluster(Observer observer = nullptr) : observer_(std::move(observer)) {}

  /// The time that new objects are dated with.
  void set_time(base::WallTime now) { now_ = now; }

  /// Creates or, where it is there, merges. Errors: invalid_argument (no name or kind).
  base::Result<void> apply(const doc::Value& object);
  /// As a behaviour's runner would perform it. Errors: not_found.
  base::Result<void> perform(const Action& action);
  base::Result<void> remove(const kube::ObjectRef& ref);

  const doc::Value* find(const kube::ObjectRef& ref) const;
  std::vector<doc::Value> objects(const WatchedKind& watched) const;

  /// One pass of garbage collector and controllers. Whether anything changed.
  bool run_controllers();

 private:
  void store(const kube::ObjectRef& ref, doc::Value object);
  bool collect_garbage();
  bool run_daemon_set(const kube::ObjectRef& ref);
  bool run_deployment(const kube::ObjectRef& ref);
  bool start_pods();
  std::vector<kube::ObjectRef> refs_of(std::string_view kind) const;
  bool set_status(const kube::ObjectRef& ref, const doc::Value& status);

  Observer observer_;
  std::map<kube::ObjectRef, doc::Value> objects_;
  base::WallTime now_{};
  std::int64_t last_ = 0;  // Of uids and resource versions.
};

}  // namespace drydock
