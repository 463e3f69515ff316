#include "apply/dry_run.h"

#include <string>
#include <utility>

namespace apply {
namespace {

using base::ErrorCode;

const kube::GroupVersionKind kNamespace{"", "v1", "Namespace"};

bool can_be_asked(const engine::PlannedObject& object, const engine::Observed& observed) {
  if (!object.body) return false;
  if (object.change != engine::Change::create && object.change != engine::Change::update) {
    return false;
  }
  if (observed.of(object.ref.gvk).reading != engine::Reading::listed) return false;
  if (object.ref.namespace_name.empty()) return true;
  const doc::Value* space = observed.find({kNamespace, "", object.ref.namespace_name});
  return space != nullptr && space->find_path("metadata.deletionTimestamp") == nullptr;
}

/// What an answer means: about the object, about the cluster, or nothing.
enum class Meaning { answer, fatal, none };

Meaning meaning_of(const base::Result<doc::Value>& answer) {
  if (answer) return Meaning::answer;
  switch (answer.error().code) {
    case ErrorCode::invalid_argument:
      return Meaning::answer;
    case ErrorCode::unavailable:
    case ErrorCode::unauthenticated:
    case ErrorCode::deadline_exceeded:
    case ErrorCode::cancelled:
      return Meaning::fatal;
    default:  // Conflicts, permissions, webhooks that are not up yet: `up` knows what to do.
      return Meaning::none;
  }
}

}  // namespace

base::Result<engine::Plan> with_dry_runs(engine::Plan plan, const engine::Observed& observed,
                                         cluster::Client& client, const cluster::Until& until) {
  engine::DryRuns answers;
  for (const engine::PlannedTask& task : plan.tasks) {
    if (!task.included) continue;
    for (const engine::PlannedObject& object : task.objects) {
      if (!can_be_asked(object, observed)) continue;
      cluster::ApplyOptions options;
      options.dry_run = kube::DryRun::all;
      auto answer = client.apply(*object.body, options, until);
      const Meaning meaning = meaning_of(answer);
      if (meaning == Meaning::fatal) return std::move(answer).error();
      if (meaning == Meaning::answer) answers.emplace(object.ref, std::move(answer));
    }
  }
  return engine::refined(std::move(plan), observed, answers);
}

base::Result<void> check_refusals(const engine::Plan& plan) {
  std::string refused;
  for (const engine::PlannedTask& task : plan.tasks) {
    for (const engine::PlannedObject& object : task.objects) {
      if (object.change != engine::Change::refused) continue;
      refused += "\n  task '" + task.task->id + "': " + object.pending;
    }
  }
  if (refused.empty()) return {};
  return base::Error{ErrorCode::invalid_argument,
                     "the API server would not take what the plan needs:" + refused,
                     "nothing was written; put the files right and run slipway plan"};
}

}  // namespace apply
