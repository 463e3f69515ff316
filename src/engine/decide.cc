#include "engine/decide.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "engine/inventory_plan.h"
#include "engine/judge.h"
#include "engine/render.h"

namespace engine {
namespace {

namespace limits = base::limits;

const kube::GroupVersionKind kInstallPlan{"operators.coreos.com", "v1alpha1", "InstallPlan"};
const kube::GroupVersionKind kNamespace{"", "v1", "Namespace"};

std::string fields_text(const PlannedObject& object) {
  if (object.change == Change::create) return "it is not there";
  std::string text = std::to_string(object.fields.size());
  text += object.fields.size() == 1 ? " field differs: " : " fields differ: ";
  for (std::size_t i = 0; i < object.fields.size() && i < 3; ++i) {
    text += (i == 0 ? "" : ", ") + object.fields[i].path;
  }
  return object.fields.size() > 3 ? text + ", ..." : text;
}

/// The CSVs that an InstallPlan would install, sorted.
std::vector<std::string> csvs_of(const doc::Value& install_plan) {
  std::vector<std::string> csvs;
  const doc::Value* names = install_plan.find_path("spec.clusterServiceVersionNames");
  if (names == nullptr || !names->is_list()) return csvs;
  for (const doc::Value& name : names->items()) {
    if (name.is_string()) csvs.emplace_back(name.as_string());
  }
  std::sort(csvs.begin(), csvs.end());
  return csvs;
}

class Decider {
 public:
  Decider(const Plan& plan, const Observed& observed, Run run, base::SteadyTime now)
      : look_(plan, observed), observed_(observed), now_(now) {
    decision_.run = std::move(run);
  }

  Decision decide() {
    decision_.verdicts = judge_all(look_, decision_.run);
    for (std::size_t i = 0; i < look_.tasks.size(); ++i) remember(decision_.verdicts[i]);
    for (std::size_t i = 0; i < look_.tasks.size(); ++i) {
      judge_time(*look_.tasks[i].task, decision_.verdicts[i]);
    }
    if (failed()) return std::move(decision_);
    for (std::size_t i = 0; i < look_.tasks.size(); ++i) {
      if (decision_.verdicts[i].state == State::waiting) {
        advance(look_.tasks[i], decision_.verdicts[i]);
      }
    }
    if (failed()) return std::move(decision_);
    if (!writes_.empty()) keep_inventory();
    const bool over = std::all_of(
        decision_.verdicts.begin(), decision_.verdicts.end(), [](const Verdict& verdict) {
          return verdict.state == State::ready || verdict.state == State::skipped;
        });
    if (over) finish();
    return std::move(decision_);
  }

 private:
  Run& run() { return decision_.run; }

  void remember(const Verdict& verdict) {
    if (verdict.state == State::ready) {
      run().was_ready.insert(verdict.task);
      run().lost.erase(verdict.task);
    } else if (run().was_ready.count(verdict.task) > 0) {
      run().lost.emplace(verdict.task, now_);
    }
  }

  void look_again_at(base::SteadyTime when) {
    if (!decision_.look_again || when < *decision_.look_again) decision_.look_again = when;
  }

  /// How long the task may be as it is. A precondition (deadline 0) is not waited for, but what
  /// could not be read says nothing of it.
  static std::chrono::seconds patience_with(const catalog::Task& task, const Verdict& verdict,
                                            bool was_ready) {
    if (was_ready) return std::max(limits::kLostTaskGrace, task.deadline);
    const bool unread =
        std::all_of(verdict.checks.begin(), verdict.checks.end(),
                    [](const CheckResult& check) { return check.passed || check.unread; });
    return unread ? std::max(limits::kUnreadGrace, task.deadline) : task.deadline;
  }

  /// Turns a wait that has lasted too long into a failure.
  void judge_time(const catalog::Task& task, Verdict& verdict) {
    if (verdict.state != State::waiting) return;
    const auto lost = run().lost.find(task.id);
    const bool was_ready = lost != run().lost.end();
    const base::SteadyTime since =
        was_ready ? lost->second : run().started.emplace(task.id, now_).first->second;
    const std::chrono::seconds deadline = patience_with(task, verdict, was_ready);
    if (deadline.count() == 0) {
      verdict.state = State::failed;
      verdict.code = base::ErrorCode::failed_precondition;
      return;
    }
    if (now_ - since >= deadline) {
      verdict.state = State::failed;
      verdict.code = base::ErrorCode::deadline_exceeded;
      verdict.reason =
          "not ready after " + std::to_string(deadline.count()) + " s: " + verdict.reason;
      return;
    }
    decision_.waits.push_back({task.id, verdict.reason, since, task.usual, deadline});
    look_again_at(since + deadline);
  }

  bool failed() {
    std::size_t others = 0;
    const Verdict* first = nullptr;
    for (const Verdict& verdict : decision_.verdicts) {
      if (verdict.state != State::failed) continue;
      if (first == nullptr) {
        first = &verdict;
      } else {
        ++others;
      }
    }
    if (first == nullptr) return false;
    std::string message = "task '" + first->task + "': " + first->reason;
    if (others > 0) message += " (and " + std::to_string(others) + " more failed)";
    decision_.outcome = Outcome::failed;
    decision_.error =
        base::Error{first->code, std::move(message), "slipway explain " + first->task};
    decision_.actions.clear();
    return true;
  }

  void advance(const PlannedTask& task, Verdict& verdict) {
    bool as_planned = true;
    for (const PlannedObject& object : task.objects) {
      if (object.change != Change::none) as_planned = false;
      if (object.body && (object.change == Change::create || object.change == Change::update)) {
        apply(task, object, verdict);
      }
    }
    if (task.operator_ && !task.operator_->installed) approve(task);
    // A proof is asked for when only proofs are left, so that its answer is about what is planned.
    const std::size_t checks = verdict.checks.size() - task.task->proofs.size();
    const bool only_proofs =
        as_planned && std::all_of(verdict.checks.begin(), verdict.checks.begin() + checks,
                                  [](const CheckResult& check) { return check.passed; });
    if (only_proofs) prove(task);
  }

  void apply(const PlannedTask& task, const PlannedObject& object, Verdict& verdict) {
    const doc::Value* live = observed_.find(object.ref);
    if (live != nullptr && live->find_path("metadata.deletionTimestamp") != nullptr) return;
    if (!namespace_is_usable(object.ref.namespace_name)) return;
    if (observed_.of(object.ref.gvk).reading == Reading::not_served) return;
    std::set<std::string>& over = run().applied_over[object.ref];
    over.insert(live == nullptr ? "" : std::string(live->string_at("metadata.resourceVersion")));
    if (over.size() > limits::kAppliesPerObjectMax) {
      verdict.state = State::failed;
      verdict.code = base::ErrorCode::aborted;
      verdict.reason = kube::to_string(object.ref) + " is changed back each time it is applied (" +
                       std::to_string(limits::kAppliesPerObjectMax) +
                       " times): " + fields_text(object);
      return;
    }
    writes_.push_back(Apply{task.task->id, object.ref, *object.body, fields_text(object)});
  }

  /// An object of a namespace that is not there, or is going away, is not tried.
  bool namespace_is_usable(const std::string& name) const {
    if (name.empty()) return true;
    const doc::Value* object = observed_.find({kNamespace, "", name});
    return object != nullptr && object->find_path("metadata.deletionTimestamp") == nullptr;
  }

  void approve(const PlannedTask& task) {
    const PlannedOperator& planned = *task.operator_;
    const KindView& view = observed_.of(kInstallPlan);
    if (view.reading != Reading::listed) return;
    for (const auto& [key, object] : *view.objects) {
      if (key.namespace_name != planned.namespace_name) continue;
      const doc::Value* approved = object.find_path("spec.approved");
      if (approved == nullptr || !approved->is_bool() || approved->as_bool()) continue;
      // OLM creates the InstallPlan and then writes its status: approved in between, its write
      // conflicts, and it makes another InstallPlan, and again.
      if (object.string_at("status.phase") != "RequiresApproval") continue;
      const std::vector<std::string> csvs = csvs_of(object);
      if (csvs != std::vector<std::string>{planned.csv}) continue;
      decision_.actions.push_back(Approve{task.task->id,
                                          {kInstallPlan, key.namespace_name, key.name},
                                          std::string(object.string_at("metadata.resourceVersion")),
                                          csvs});
    }
  }

  void prove(const PlannedTask& task) {
    const TaskView view = look_.view(task);
    for (const catalog::Proof& proof : task.task->proofs) {
      const ProofOutcome outcome = judge_proof(proof, task, look_, view, run());
      if (outcome.check.passed || !outcome.subject.problem.empty()) continue;
      const std::pair<std::string, std::string> key{task.task->id, proof.id};
      const auto asked = run().asked.find(key);
      const std::chrono::seconds pause =
          outcome.answered ? limits::kProofPause : limits::kProofPause + proof.timeout;
      if (asked != run().asked.end() && now_ - asked->second < pause) {
        look_again_at(asked->second + pause);
        continue;
      }
      run().asked[key] = now_;
      decision_.actions.push_back(Prove{task.task->id, proof.id, outcome.subject.fingerprint,
                                        outcome.subject.pods, proof.container, proof.command,
                                        proof.timeout});
    }
  }

  /// The inventory before its members: whoever is killed in between leaves nothing that is not
  /// listed.
  void keep_inventory() {
    const std::vector<Pruned> prune = to_prune(look_.plan.site, look_.tasks, observed_);
    if (inventory_stands(prune, look_.records)) {
      decision_.actions.insert(decision_.actions.end(), writes_.begin(), writes_.end());
    }
  }

  /// Whether the inventory is in the cluster as it has to be; otherwise the one action that is
  /// next.
  bool inventory_stands(const std::vector<Pruned>& prune, const ProofRecords& records) {
    const kube::ObjectRef parent = inventory_ref(look_.plan.site);
    PlannedObject space{"",
                        {kNamespace, "", parent.namespace_name},
                        inventory_namespace_body(look_.plan.site),
                        "",
                        Change::unknown,
                        {}};
    PlannedObject list{
        "", parent,          inventory_body(look_.plan.site, look_.tasks, prune, records),
        "", Change::unknown, {}};
    for (PlannedObject* object : {&space, &list}) {
      compare(*object, observed_);
      if (object->change == Change::none) continue;
      decision_.actions.clear();
      decision_.actions.push_back(Apply{"", object->ref, *object->body, fields_text(*object)});
      return false;
    }
    return true;
  }

  /// Everything is ready: take out what nobody wants any more, then write down what was proved.
  void finish() {
    const std::vector<Pruned> prune = to_prune(look_.plan.site, look_.tasks, observed_);
    if (!look_.plan.partial) {
      for (const Pruned& pruned : prune) {
        const doc::Value* live = observed_.find(pruned.ref);
        if (live != nullptr && live->find_path("metadata.deletionTimestamp") != nullptr) continue;
        decision_.actions.push_back(Prune{pruned.ref, pruned.uid, pruned.why});
      }
      if (!prune.empty()) return;
    }
    // What other tasks have proved stands, where they are not part of this plan.
    ProofRecords records = look_.plan.partial ? look_.records : ProofRecords();
    bool any_object = false;
    for (const PlannedTask& task : look_.tasks) {
      if (!task.included) continue;
      any_object = any_object || !task.objects.empty();
      const TaskView view = look_.view(task);
      for (const catalog::Proof& proof : task.task->proofs) {
        const ProofOutcome outcome = judge_proof(proof, task, look_, view, run());
        records[task.task->id + "." + proof.id] = known(task, proof, outcome);
      }
    }
    if (!any_object || inventory_stands(prune, records)) decision_.outcome = Outcome::done;
  }

  /// A record of the same proof about the same pods stays as it is: asking again is no news.
  ProofRecord known(const PlannedTask& task, const catalog::Proof& proof,
                    const ProofOutcome& outcome) const {
    const auto old = look_.records.find(task.task->id + "." + proof.id);
    const bool same = old != look_.records.end() && old->second.subject == outcome.record.subject;
    return same ? old->second : outcome.record;
  }

  Look look_;
  const Observed& observed_;
  base::SteadyTime now_;
  Decision decision_;
  std::vector<Action> writes_;
};

}  // namespace

Decision decide(const Plan& plan, const Observed& observed, Run run, base::SteadyTime now) {
  return Decider(plan, observed, std::move(run), now).decide();
}

std::string to_string(const Action& action) {
  struct Names {
    std::string operator()(const Apply& apply) const {
      return "apply " + kube::to_string(apply.ref);
    }
    std::string operator()(const Approve& approve) const {
      return "approve " + kube::to_string(approve.ref);
    }
    std::string operator()(const Prove& prove) const {
      return "prove " + prove.task + "/" + prove.proof;
    }
    std::string operator()(const Prune& prune) const {
      return "prune " + kube::to_string(prune.ref);
    }
  };
  return std::visit(Names(), action);
}

}  // namespace engine
