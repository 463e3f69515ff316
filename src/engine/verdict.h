#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "engine/observed.h"
#include "engine/plan.h"

namespace engine {

/// What one pod answered to a proof's command.
struct PodAnswer {
  kube::ObjectKey pod;
  std::string out;
  int exit_code = 0;
  std::optional<base::Error> error;  ///< The command could not be run.
};

/// The answer to a Prove action. `subject` is copied from it: an answer about pods that are no
/// longer the same proves nothing.
struct ProofAnswer {
  std::string subject;
  std::vector<PodAnswer> pods;
  base::WallTime time{};
};

/// What was seen when a check was made.
struct Evidence {
  std::string object;  ///< "ClusterPolicy.nvidia.com gpu-cluster-policy"
  std::string resource_version;
  std::string value;  ///< Cut to kEvidenceBytesMax.
  base::WallTime time{};
  bool operator==(const Evidence&) const = default;
};

struct CheckResult {
  std::string says;
  bool passed = false;
  std::string reason;  ///< Why not: "no such key: status", "is false", "could not list Node: ...".
  /// Not passed because something could not be read: the cluster itself may be as it should.
  bool unread = false;
  std::vector<Evidence> evidence;
};

enum class State {
  ready,    ///< Applied as planned, every check passed, every proof answered.
  waiting,  ///< Not yet; nothing says that it cannot become ready.
  failed,   ///< It will not become ready by waiting: `reason` says why.
  blocked,  ///< Something it needs is not ready.
  skipped,  ///< The site does not ask for it.
};
std::string_view to_string(State state);

struct Verdict {
  std::string task;
  State state = State::waiting;
  std::string reason;                          ///< One sentence; empty when ready.
  base::ErrorCode code = base::ErrorCode::ok;  ///< Of `failed`: which exit code it deserves.
  std::vector<CheckResult> checks;             ///< Objects as planned, then `ready`, then proofs.
};

/// What one run of the program remembers between two looks at the cluster: when things began and
/// what was answered. Never what is: that is read anew. Lost at any moment, `up` ends the same.
struct Run {
  std::map<std::string, base::SteadyTime> started;  ///< By task: its first action or wait.
  std::map<std::string, base::SteadyTime> lost;     ///< Tasks that were ready and are not: since.
  std::set<std::string> was_ready;
  std::map<std::pair<std::string, std::string>, ProofAnswer> proofs;      ///< By task and proof.
  std::map<std::pair<std::string, std::string>, base::SteadyTime> asked;  ///< When last, likewise.
  /// Writes that the server refused for good (a conflict, not permitted, invalid).
  std::map<kube::ObjectRef, base::Error> refused;
  /// How often an object was applied, by the resourceVersion it had then: something that changes it
  /// back every time has to come to an end.
  std::map<kube::ObjectRef, std::set<std::string>> applied_over;
};

/// Judges one task by what is: fails closed. Does not look at what it needs.
Verdict judge(const PlannedTask& task, const Plan& plan, const Observed& observed, const Run& run);

/// Judges all, in the plan's order; a task that is not ready and needs one that is not ready is
/// `blocked`. What `slipway status` shows, with an empty Run.
std::vector<Verdict> judge_all(const Plan& plan, const Observed& observed, const Run& run = {});

doc::Value to_value(const Verdict& verdict);

}  // namespace engine
