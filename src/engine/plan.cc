#include "engine/plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/inventory_plan.h"
#include "engine/render.h"
#include "engine/scope.h"

namespace engine {
namespace {

base::Error about(const catalog::Task& task, base::Error error) {
  return std::move(error).within("task '" + task.id + "'");
}

/// The first need that the plan leaves out; "" when there is none.
std::string skipped_need(const catalog::Task& task, const std::vector<PlannedTask>& before) {
  for (const std::string& need : task.needs) {
    for (const PlannedTask& other : before) {
      if (other.task->id == need && !other.included) return need;
    }
  }
  return "";
}

base::Result<PlannedTask> plan_task(const catalog::Task& task,
                                    const std::vector<PlannedTask>& before, const site::Site& site,
                                    const Readables& cluster, const Observed& observed) {
  PlannedTask planned;
  planned.task = &task;
  const TaskView plain = view_of(task, nullptr, site, cluster, observed);
  const bool asked_for = TRY_WITHIN(wanted(task.when, plain), "task '" + task.id + "': when");
  const std::string need = skipped_need(task, before);
  if (!asked_for || !need.empty()) {
    planned.included = false;
    planned.skipped = asked_for ? "it needs " + need + ", which is skipped" : task.when_says;
    return planned;
  }
  if (task.operator_) {
    base::Result<PlannedOperator> op = plan_operator(task, plain, observed);
    if (!op) return about(task, std::move(op).error());
    planned.operator_ = *std::move(op);
  }
  const PlannedOperator* op = planned.operator_ ? &*planned.operator_ : nullptr;
  planned.objects =
      render_objects(task, view_of(task, op, site, cluster, observed), site, observed);
  return planned;
}

base::Result<void> refuse_doubles(const std::vector<PlannedTask>& tasks) {
  std::map<kube::ObjectRef, const catalog::Task*> owners;
  for (const PlannedTask& task : tasks) {
    for (const PlannedObject& object : task.objects) {
      const auto [at, is_new] = owners.emplace(object.ref, task.task);
      if (is_new) continue;
      return base::Error{base::ErrorCode::invalid_argument,
                         "tasks '" + at->second->id + "' and '" + task.task->id +
                             "' both have the object " + kube::to_string(object.ref)};
    }
  }
  return {};
}

}  // namespace

const PlannedTask* Plan::find(std::string_view id) const {
  const auto found = std::find_if(tasks.begin(), tasks.end(),
                                  [&](const PlannedTask& task) { return task.task->id == id; });
  return found == tasks.end() ? nullptr : &*found;
}

bool Plan::changes() const {
  const auto changed = [](const PlannedObject& object) { return object.change != Change::none; };
  return !prune.empty() || std::any_of(tasks.begin(), tasks.end(), [&](const PlannedTask& task) {
    return std::any_of(task.objects.begin(), task.objects.end(), changed) ||
           (task.operator_ && !task.operator_->installed);
  });
}

base::Result<Plan> make_plan(const site::Site& site,
                             std::shared_ptr<const catalog::Catalog> catalog,
                             const Observed& observed) {
  Plan plan{site, std::move(catalog), {}, {}, {}};
  const Readables cluster = cluster_readables(site, observed);
  for (const catalog::Task& task : plan.catalog->tasks) {
    plan.tasks.push_back(TRY(plan_task(task, plan.tasks, site, cluster, observed)));
  }
  TRY(refuse_doubles(plan.tasks));
  plan.prune = to_prune(plan.site, plan.tasks, observed);
  plan.inventory = inventory_body(plan.site, plan.tasks, plan.prune, proof_records(site, observed));
  return plan;
}

Plan refined(Plan plan, const Observed& observed, const DryRuns& answers) {
  for (PlannedTask& task : plan.tasks) {
    for (PlannedObject& object : task.objects) {
      const auto answer = answers.find(object.ref);
      if (answer == answers.end() || !object.body) continue;
      const doc::Value* live = observed.find(object.ref);
      if (!answer->second) {
        object.change = Change::refused;
        object.pending = answer->second.error().message;
      } else if (live != nullptr) {
        object.fields = diff(*object.body, *live, &*answer->second);
        object.change = object.fields.empty() ? Change::none : Change::update;
      }
    }
  }
  return plan;
}

}  // namespace engine
