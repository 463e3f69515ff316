#pragma once

#include <vector>

#include "catalog/catalog.h"
#include "engine/inventory_plan.h"
#include "engine/scope.h"
#include "engine/verdict.h"

/// The parts of a verdict. Internal to this folder.
namespace engine {

/// One look at a cluster through a plan: what judge, decide and explain share, made once.
struct Look {
  const Plan& plan;
  const Observed& observed;
  Readables cluster;
  std::vector<PlannedTask> tasks;  ///< The plan's, rendered anew.
  ProofRecords records;

  Look(const Plan& plan, const Observed& observed);
  TaskView view(const PlannedTask& task) const;
};

/// One expression as a check: passed only when it yields true.
CheckResult evaluate_check(const catalog::Check& check, const TaskView& view,
                           const Observed& observed);

/// Whether the objects are in the cluster as planned.
CheckResult check_objects(const PlannedTask& task, const Observed& observed);

/// The pods that a proof asks, and the fingerprint of what its answer would be about: the proof
/// itself and the uids of the pods.
struct ProofSubject {
  std::vector<kube::ObjectKey> pods;
  std::vector<std::string> nodes;  ///< Where they run, sorted, each once.
  std::string fingerprint;
  std::string problem;  ///< Why it cannot be asked now; empty when it can.
};
ProofSubject subject_of(const catalog::Proof& proof, const PlannedTask& task, const Look& look,
                        const TaskView& view);

/// What a good answer showed, for the record.
struct ProofOutcome {
  CheckResult check;
  bool answered = false;  ///< Somebody answered, well or not.
  bool recorded = false;  ///< It passed by what the inventory has recorded.
  ProofSubject subject;
  ProofRecord record;  ///< Of a check that passed.
};
ProofOutcome judge_proof(const catalog::Proof& proof, const PlannedTask& task, const Look& look,
                         const TaskView& view, const Run& run);

/// judge() over a Look. `task` is one of look.tasks.
Verdict judge(const PlannedTask& task, const Look& look, const Run& run);
std::vector<Verdict> judge_all(const Look& look, const Run& run);

/// "<says>: <reason>" of the first check that did not pass; "" when all did.
std::string first_failing(const Verdict& verdict);

}  // namespace engine
