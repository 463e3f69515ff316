#include "engine/sight.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "engine/judge.h"

namespace engine {
namespace {

using Versions = std::map<std::string, std::string>;  ///< resourceVersion and uid, by object.

void add(const doc::Value& object, Versions& versions) {
  const base::Result<kube::ObjectRef> ref = kube::ref_of(object);
  if (!ref) return;
  versions[kube::to_string(*ref)] = std::string(object.string_at("metadata.uid")) + "/" +
                                    std::string(object.string_at("metadata.resourceVersion"));
}

/// Everything that a task's verdict rests on.
Versions rests_on(const PlannedTask& task, const Look& look) {
  Versions versions;
  for (const PlannedObject& object : task.objects) {
    if (const doc::Value* live = look.observed.find(object.ref)) add(*live, versions);
  }
  const TaskView view = look.view(task);
  for (const auto& [name, readable] : view.objects) {
    for (const doc::Value& object : readable.evidence) add(object, versions);
  }
  const auto add_read = [&](const catalog::Expression& expression) {
    for (const doc::Value& object : view.evidence(expression)) add(object, versions);
  };
  for (const catalog::Check& check : task.task->ready) add_read(check.that);
  return versions;
}

std::optional<std::string> first_difference(const Versions& before, const Versions& after) {
  for (const auto& [object, version] : before) {
    const auto other = after.find(object);
    if (other == after.end() || other->second != version) return object;
  }
  for (const auto& [object, version] : after) {
    if (before.count(object) == 0) return object;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Moved> moved_between(const Plan& plan, const Observed& before, const Observed& after) {
  const Look first(plan, before);
  const Look second(plan, after);
  std::vector<Moved> moved;
  for (std::size_t i = 0; i < first.tasks.size(); ++i) {
    if (!first.tasks[i].included) continue;
    auto object =
        first_difference(rests_on(first.tasks[i], first), rests_on(second.tasks[i], second));
    if (object) moved.push_back({first.tasks[i].task->id, *std::move(object)});
  }
  return moved;
}

}  // namespace engine
