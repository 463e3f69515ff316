#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "doc/value.h"
#include "drydock/behaviour_rules.h"
#include "drydock/trace.h"

namespace drydock {

/// One thing that somebody does to a cluster.
struct ReplayStep {
  enum class Kind { apply, patch, remove };
  Kind kind = Kind::apply;
  kube::ObjectRef target;
  doc::Value body;  ///< apply: the object; patch: a JSON merge patch; delete: null.
};

/// How a recording is done again: tests/traces/NAME.replay.yaml, beside NAME.jsonl.
struct Replay {
  std::string name;                   ///< "nvidia-gpu-operator-25.10.1"
  std::string behaviour;              ///< File of drydock/behaviours without ".yaml".
  std::vector<std::string> crds;      ///< "GROUP/Kind", for a cluster without the operator.
  std::vector<WatchedKind> recorded;  ///< What is recorded.
  std::vector<ReplayStep> before;     ///< Before the first mark.
  std::vector<std::pair<std::string, std::vector<ReplayStep>>> marks;  ///< By letter, in order.
};

/// Errors: invalid_argument with file, line and column.
base::Result<Replay> read_replay(const std::filesystem::path& file);

/// Replays on a simulated cluster: the behaviour's evaluator in simulated time. No I/O.
/// Errors: failed_precondition, when a rule's expression fails or a mark does not come to rest.
base::Result<Trace> replay_simulated(const Replay& replay, const Behaviour& behaviour);

/// Compares mark by mark. Lines for a person: "A same" or "A differs: ..."; `same` counts.
struct ReplayVerdict {
  int marks = 0;
  int same = 0;
  std::vector<std::string> lines;
};
ReplayVerdict judge(const Trace& recorded, const Trace& replayed);

}  // namespace drydock
