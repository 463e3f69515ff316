#include "engine/explain.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/explain_parts.h"

namespace engine {
namespace {

class Explainer {
 public:
  Explainer(const Plan& plan, const Observed& observed, const std::vector<Verdict>& verdicts,
            const Run& run)
      : look_(plan, observed), verdicts_(verdicts), run_(run) {}

  Explanation explain(std::string_view task) {
    const Verdict* verdict = verdict_of(task);
    Explanation result;
    result.task = std::string(task);
    if (verdict == nullptr) {
      result.sentence = "there is no task '" + result.task + "'";
      return result;
    }
    result.state = verdict->state;
    if (verdict->state == State::ready || verdict->state == State::skipped) {
      result.sentence = verdict->state == State::ready
                            ? result.task + " is ready"
                            : result.task + " is skipped: " + verdict->reason;
      return result;
    }
    follow_needs(*verdict, result);
    result.sentence = result.causes.back().says;
    return result;
  }

 private:
  const Verdict* verdict_of(std::string_view task) const {
    const auto found = std::find_if(verdicts_.begin(), verdicts_.end(),
                                    [&](const Verdict& verdict) { return verdict.task == task; });
    return found == verdicts_.end() ? nullptr : &*found;
  }

  const PlannedTask* task_of(std::string_view id) const {
    const auto found = std::find_if(look_.tasks.begin(), look_.tasks.end(),
                                    [&](const PlannedTask& task) { return task.task->id == id; });
    return found == look_.tasks.end() ? nullptr : &*found;
  }

  /// Down the needs to the first task that is not ready by itself: the catalog has no cycles.
  void follow_needs(const Verdict& verdict, Explanation& result) {
    const PlannedTask* task = task_of(verdict.task);
    if (task == nullptr) {
      result.causes.push_back({verdict.reason, std::nullopt, ""});
      return;
    }
    const Verdict* need = verdict.state == State::blocked ? blocking_need(*task) : nullptr;
    if (need == nullptr) {
      diagnose(*task, verdict, result);
      return;
    }
    const auto& needs = task->task->needs;
    const bool direct = std::find(needs.begin(), needs.end(), need->task) != needs.end();
    result.causes.push_back({verdict.task + (direct ? " needs " : " stands on ") + need->task +
                                 ", which is " + std::string(to_string(need->state)),
                             std::nullopt, ""});
    follow_needs(*need, result);
  }

  const Verdict* blocking_need(const PlannedTask& task) const {
    const Verdict* first = nullptr;
    for (const std::string& id : task.task->needs) {
      const Verdict* need = verdict_of(id);
      if (need == nullptr || need->state == State::skipped) continue;
      // One that is ready itself may stand on something that is not.
      if (need->state == State::ready) need = blocking_need(*task_of(id));
      if (need == nullptr) continue;
      if (need->state == State::failed) return need;
      if (first == nullptr) first = need;
    }
    return first;
  }

  void diagnose(const PlannedTask& task, const Verdict& verdict, Explanation& result) {
    const CheckResult* failing = nullptr;
    for (const CheckResult& check : verdict.checks) {
      if (!check.passed && failing == nullptr) failing = &check;
    }
    const std::string what =
        failing == nullptr ? verdict.reason : failing->says + ": " + failing->reason;
    result.causes.push_back({verdict.task + ": " + what, std::nullopt, ""});
    // What was never applied needs no search for a cause.
    const bool applied = std::none_of(
        task.objects.begin(), task.objects.end(),
        [&](const auto& object) { return look_.observed.find(object.ref) == nullptr; });
    result.next = applied ? "kubectl get events -A --sort-by=.lastTimestamp" : "slipway up";
    if (refused(task, result)) return;
    const TaskView view = look_.view(task);
    const bool known = known_issue(task, view, result);
    if (known || conflict(task, result)) return;
    if (reads_gpu_nodes(task, verdict) && add(find_in_nodes(look_.plan.site, look_), result))
      return;
    // An operator that does not come up has its cause in its pods.
    const bool in_olm = add(find_in_olm(task, look_.observed), result);
    if (add(find_in_pods(namespaces_of(task, view), look_.observed), result) || in_olm) return;
    add(find_in_conditions(objects_of_failing(task, verdict, view)), result);
  }

  static bool add(Finding finding, Explanation& result) {
    if (!finding.found()) return false;
    std::move(finding.causes.begin(), finding.causes.end(), std::back_inserter(result.causes));
    result.next = std::move(finding.next);
    return true;
  }

  bool refused(const PlannedTask& task, Explanation& result) {
    for (const PlannedObject& object : task.objects) {
      const auto found = run_.refused.find(object.ref);
      if (found == run_.refused.end()) continue;
      result.causes.push_back(
          {"the API server refused " + kube::to_string(object.ref) + ": " + found->second.message,
           object.ref, ""});
      result.next = found->second.hint.empty() ? describe_command(object.ref) : found->second.hint;
      return true;
    }
    return false;
  }

  bool conflict(const PlannedTask& task, Explanation& result) {
    for (const PlannedObject& object : task.objects) {
      for (const FieldChange& field : object.fields) {
        if (field.owners.empty()) continue;
        result.causes.push_back({"'" + field.owners[0] + "' has set " + field.path + " of " +
                                     kube::to_string(object.ref) +
                                     ", which is planned otherwise: " + print(field),
                                 object.ref, ""});
        result.next = get_command(object.ref) +
                      " -o yaml --show-managed-fields   # then agree on who "
                      "owns " +
                      field.path;
        return true;
      }
    }
    return false;
  }

  bool known_issue(const PlannedTask& task, const TaskView& view, Explanation& result) {
    for (const catalog::KnownIssue& issue : look_.plan.catalog->issues) {
      const auto& tasks = issue.tasks;
      const bool applies =
          tasks.empty() || std::find(tasks.begin(), tasks.end(), task.task->id) != tasks.end();
      if (!applies) continue;
      TaskView own = view;
      own.objects = object_readables(issue.reads, view.scope, look_.observed);
      const base::Result<doc::Value> detected =
          issue.detect.evaluate(view.scope.with("objects", to_map(own.objects)));
      if (!detected || !detected->is_bool() || !detected->as_bool()) continue;
      std::optional<kube::ObjectRef> ref;
      for (const doc::Value& object : own.evidence(issue.detect)) {
        const base::Result<kube::ObjectRef> one = kube::ref_of(object);
        if (one && !ref) ref = *one;
      }
      result.causes.push_back({issue.says, ref, issue.cite});
      result.next = issue.fix;
      result.known_issue = issue.id;
      return true;
    }
    return false;
  }

  /// Whether a check that did not pass is about GPU nodes.
  bool reads_gpu_nodes(const PlannedTask& task, const Verdict& verdict) const {
    const TaskView view = look_.view(task);
    const std::size_t first = task.task->objects.empty() ? 0 : 1;
    for (std::size_t i = 0; i < task.task->ready.size(); ++i) {
      if (first + i >= verdict.checks.size() || verdict.checks[first + i].passed) continue;
      for (const std::string& member : view.members_read(task.task->ready[i].that)) {
        if (member == "cluster.gpuNodes" || member == "cluster.gpus") return true;
      }
    }
    return false;
  }

  std::vector<doc::Value> objects_of_failing(const PlannedTask& task, const Verdict& verdict,
                                             const TaskView& view) const {
    const std::size_t first = task.task->objects.empty() ? 0 : 1;
    std::vector<doc::Value> objects;
    for (std::size_t i = 0; i < task.task->ready.size(); ++i) {
      if (first + i >= verdict.checks.size() || verdict.checks[first + i].passed) continue;
      for (doc::Value& object : view.evidence(task.task->ready[i].that)) {
        objects.push_back(std::move(object));
      }
    }
    return objects;
  }

  Look look_;
  const std::vector<Verdict>& verdicts_;
  const Run& run_;
};

}  // namespace

Explanation explain(std::string_view task, const Plan& plan, const Observed& observed,
                    const std::vector<Verdict>& verdicts, const Run& run) {
  return Explainer(plan, observed, verdicts, run).explain(task);
}

std::string print(const Explanation& explanation) {
  std::string text = explanation.sentence + "\n";
  for (std::size_t i = 0; i < explanation.causes.size(); ++i) {
    text += "  " + std::string(i * 2, ' ') + "- " + explanation.causes[i].says + "\n";
    if (!explanation.causes[i].cite.empty()) {
      text += "  " + std::string(i * 2, ' ') + "  see " + explanation.causes[i].cite + "\n";
    }
  }
  if (!explanation.next.empty()) text += "next: " + explanation.next + "\n";
  return text;
}

doc::Value to_value(const Explanation& explanation) {
  std::vector<doc::Value> causes;
  for (const Cause& cause : explanation.causes) {
    causes.push_back(doc::Value::map(
        {{"says", cause.says},
         {"object", cause.object ? doc::Value(kube::to_string(*cause.object)) : doc::Value()},
         {"cite", cause.cite}}));
  }
  return doc::Value::map({{"task", explanation.task},
                          {"state", to_string(explanation.state)},
                          {"sentence", explanation.sentence},
                          {"causes", doc::Value::list(std::move(causes))},
                          {"next", explanation.next},
                          {"knownIssue", explanation.known_issue}});
}

}  // namespace engine
