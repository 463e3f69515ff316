#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "engine/observed.h"
#include "engine/plan.h"
#include "engine/verdict.h"
#include "kube/request.h"
#include "kube/types.h"

namespace engine {

/// Server-side apply, manager "slipway", never forced.
struct Apply {
  std::string task;  ///< Empty for the inventory itself.
  kube::ObjectRef ref;
  doc::Value body;
  std::string why;  ///< "it is not there", "2 fields differ: .spec.a, .spec.b"
};

/// Merge patch {"spec":{"approved":true}} on exactly this version of the InstallPlan.
struct Approve {
  std::string task;
  kube::ObjectRef ref;
  std::string resource_version;
  std::vector<std::string> csvs;
};

/// Ask pods. The answers go into Run::proofs under {task, proof}, with `subject`.
struct Prove {
  std::string task;
  std::string proof;
  std::string subject;
  std::vector<kube::ObjectKey> pods;
  std::string container;
  std::vector<std::string> command;
  std::chrono::seconds timeout{60};
};

/// Delete what is ours and no longer wanted, if it still is this object (uid).
struct Prune {
  kube::ObjectRef ref;
  std::string uid;
  std::string why;
};

using Action = std::variant<Apply, Approve, Prove, Prune>;
/// "apply ClusterPolicy.nvidia.com gpu-cluster-policy": for progress and logs.
std::string to_string(const Action& action);

/// What is waited for, for a person who watches.
struct Wait {
  std::string task;
  std::string what;  ///< The first thing that is not as it should be.
  base::SteadyTime since{};
  std::chrono::seconds usual{0};
  std::chrono::seconds deadline{0};
};

enum class Outcome { running, done, failed };

struct Decision {
  Outcome outcome = Outcome::running;
  std::vector<Action> actions;       ///< May be carried out in any order, and at the same time.
  std::vector<Wait> waits;           ///< In the plan's order.
  std::vector<Verdict> verdicts;     ///< Of every task, in the plan's order.
  std::optional<base::Error> error;  ///< Of `failed`: the first failure, with its exit code.
  Run run;                           ///< To be handed to the next decide().
  /// The earliest moment at which a deadline passes: look again then, even if nothing changed.
  std::optional<base::SteadyTime> look_again;
};

/// What to do now. Level-based: from `plan` and what is. Nothing is applied before everything it
/// needs is ready. The first failure ends the run: what is half done goes on from where it is when
/// somebody runs it again. An action that is under way may be named again until its effect is seen.
Decision decide(const Plan& plan, const Observed& observed, Run run, base::SteadyTime now);

}  // namespace engine
