#include "engine/verdict.h"

#include <utility>

#include "engine/judge.h"
#include "engine/render.h"

namespace engine {
namespace {

/// The first planned field that another manager holds; that is a conflict, not something to wait
/// for.
std::string conflict_of(const PlannedTask& task) {
  for (const PlannedObject& object : task.objects) {
    for (const FieldChange& field : object.fields) {
      if (field.owners.empty()) continue;
      return kube::to_string(object.ref) + ": the field " + field.path + " is owned by '" +
             field.owners[0] + "'";
    }
  }
  return "";
}

void fail(Verdict& verdict, base::ErrorCode code, std::string reason) {
  verdict.state = State::failed;
  verdict.code = code;
  verdict.reason = std::move(reason);
}

doc::Value to_value(const CheckResult& check) {
  std::vector<doc::Value> evidence;
  for (const Evidence& one : check.evidence) {
    evidence.push_back(doc::Value::map({{"object", one.object},
                                        {"resourceVersion", one.resource_version},
                                        {"value", one.value},
                                        {"time", base::to_rfc3339(one.time)}}));
  }
  return doc::Value::map({{"says", check.says},
                          {"passed", check.passed},
                          {"reason", check.reason},
                          {"evidence", doc::Value::list(std::move(evidence))}});
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::ready:
      return "ready";
    case State::waiting:
      return "waiting";
    case State::failed:
      return "failed";
    case State::blocked:
      return "blocked";
    case State::skipped:
      return "skipped";
  }
  return "waiting";
}

Look::Look(const Plan& plan, const Observed& observed)
    : plan(plan),
      observed(observed),
      cluster(cluster_readables(plan.site, observed)),
      records(proof_records(plan.site, observed)) {
  for (const PlannedTask& task : plan.tasks)
    tasks.push_back(refresh(task, plan, cluster, observed));
}

TaskView Look::view(const PlannedTask& task) const {
  return view_of(*task.task, task.operator_ ? &*task.operator_ : nullptr, plan.site, cluster,
                 observed);
}

std::string first_failing(const Verdict& verdict) {
  for (const CheckResult& check : verdict.checks) {
    if (!check.passed) return check.says + ": " + check.reason;
  }
  return "";
}

Verdict judge(const PlannedTask& task, const Look& look, const Run& run) {
  Verdict verdict;
  verdict.task = task.task->id;
  if (!task.included) {
    verdict.state = State::skipped;
    verdict.reason = task.skipped;
    return verdict;
  }
  const TaskView view = look.view(task);
  if (!task.task->objects.empty()) verdict.checks.push_back(check_objects(task, look.observed));
  for (const catalog::Check& check : task.task->ready) {
    verdict.checks.push_back(evaluate_check(check, view, look.observed));
  }
  for (const catalog::Proof& proof : task.task->proofs) {
    verdict.checks.push_back(judge_proof(proof, task, look, view, run).check);
  }
  verdict.reason = first_failing(verdict);
  verdict.state = verdict.reason.empty() ? State::ready : State::waiting;
  for (const PlannedObject& object : task.objects) {
    const auto refused = run.refused.find(object.ref);
    if (refused == run.refused.end()) continue;
    fail(verdict, refused->second.code, refused->second.message);
    return verdict;
  }
  const std::string conflict = conflict_of(task);
  if (!conflict.empty()) fail(verdict, base::ErrorCode::aborted, conflict);
  return verdict;
}

std::vector<Verdict> judge_all(const Look& look, const Run& run) {
  std::map<std::string, State> states;
  // Ready, and everything below it too: a task whose checks pass by chance before its needs are met
  // lets nothing through.
  std::map<std::string, bool> settled;
  std::vector<Verdict> verdicts;
  for (const PlannedTask& task : look.tasks) {
    Verdict verdict = judge(task, look, run);
    std::string missing;
    for (const std::string& need : task.task->needs) {
      if (settled.at(need) || !missing.empty()) continue;
      missing =
          "it needs " + need + ", " +
          (states.at(need) == State::ready ? "whose own needs are not ready"
                                           : "which is " + std::string(to_string(states.at(need))));
    }
    if (verdict.state == State::waiting && !missing.empty()) {
      verdict.state = State::blocked;
      verdict.reason = missing;
    }
    states[verdict.task] = verdict.state;
    settled[verdict.task] =
        verdict.state == State::skipped || (verdict.state == State::ready && missing.empty());
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

Verdict judge(const PlannedTask& task, const Plan& plan, const Observed& observed, const Run& run) {
  const Look look(plan, observed);
  for (const PlannedTask& fresh : look.tasks) {
    if (fresh.task->id == task.task->id) return judge(fresh, look, run);
  }
  return {task.task->id, State::failed, "the plan has no such task", base::ErrorCode::internal, {}};
}

std::vector<Verdict> judge_all(const Plan& plan, const Observed& observed, const Run& run) {
  return judge_all(Look(plan, observed), run);
}

doc::Value to_value(const Verdict& verdict) {
  std::vector<doc::Value> checks;
  for (const CheckResult& check : verdict.checks) checks.push_back(to_value(check));
  return doc::Value::map({{"task", verdict.task},
                          {"state", to_string(verdict.state)},
                          {"reason", verdict.reason},
                          {"checks", doc::Value::list(std::move(checks))}});
}

}  // namespace engine
