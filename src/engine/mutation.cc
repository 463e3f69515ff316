#include "engine/mutation.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "engine/judge.h"
#include "engine/mutate.h"

namespace engine {
namespace {

using Passes = std::function<bool(const Observed&, const Run&)>;

/// Kinds behind the members of `cluster`; an empty list for what is no kind.
std::vector<kube::GroupVersionKind> kinds_of_cluster(std::string_view member) {
  if (member == "openshift") return {{"config.openshift.io", "v1", "ClusterVersion"}};
  if (member == "infrastructure") return {{"config.openshift.io", "v1", "Infrastructure"}};
  if (member == "clusterOperators") return {{"config.openshift.io", "v1", "ClusterOperator"}};
  if (member == "packages") return {{"packages.operators.coreos.com", "v1", "PackageManifest"}};
  if (member == "kubernetes") return {};
  return {{"", "v1", "Node"}};
}

/// Everything that one expression reads of the cluster.
struct Sources {
  std::set<kube::GroupVersionKind> kinds;
  std::map<std::string, std::vector<kube::ObjectRef>> by_member;
  bool reads_kubernetes = false;
};

std::vector<kube::ObjectRef> refs_of(const std::vector<doc::Value>& objects) {
  std::vector<kube::ObjectRef> refs;
  for (const doc::Value& object : objects) {
    base::Result<kube::ObjectRef> ref = kube::ref_of(object);
    if (ref) refs.push_back(*std::move(ref));
  }
  return refs;
}

Sources sources_of(const catalog::Expression& expression, const PlannedTask& task,
                   const TaskView& view) {
  Sources sources;
  for (const std::string& member : view.members_read(expression)) {
    const std::size_t dot = member.find('.');
    const std::string root = member.substr(0, dot);
    const std::string name = member.substr(dot + 1);
    if (root == "cluster") {
      for (const auto& gvk : kinds_of_cluster(name)) sources.kinds.insert(gvk);
      sources.by_member[member] = refs_of(view.cluster.at(name).evidence);
      sources.reads_kubernetes = sources.reads_kubernetes || name == "kubernetes";
    } else if (root == "objects") {
      for (const catalog::Read& read : task.task->reads) {
        if (read.as == name) sources.kinds.insert(read.kind);
      }
      sources.by_member[member] = refs_of(view.objects.at(name).evidence);
    }
  }
  return sources;
}

class Mutator {
 public:
  Mutator(const Observed& green, const Run& run, Words words, Passes passes, MutationResult& result)
      : green_(green),
        run_(run),
        words_(std::move(words)),
        passes_(std::move(passes)),
        result_(result) {}

  /// Something is not there, or nobody could look: it must be red every time.
  void take_away(const Sources& sources) {
    for (const kube::GroupVersionKind& gvk : sources.kinds) {
      absent(gvk.kind + " could not be read", unreadable(green_, gvk), run_);
      Observed none = green_;
      none.kinds[gvk] = KindView::listed(std::vector<doc::Value>());
      absent("there is no " + gvk.kind, none, run_);
      none.kinds[gvk] = KindView::not_served();
      absent("the kind " + gvk.kind + " is not served", none, run_);
    }
    for (const auto& [member, refs] : sources.by_member) {
      Observed fewer = green_;
      for (const kube::ObjectRef& ref : refs) fewer = without_object(fewer, ref);
      if (!refs.empty()) absent("nothing is left of " + member, fewer, run_);
    }
    if (sources.reads_kubernetes) {
      Observed unknown = green_;
      unknown.kubernetes_version.clear();
      absent("the version is not known", unknown, run_);
    }
  }

  /// One value is another one.
  void plant(const Sources& sources) {
    for (const auto& [member, refs] : sources.by_member) {
      for (const kube::ObjectRef& ref : refs) {
        const doc::Value* object = green_.find(ref);
        if (object == nullptr) continue;
        planted(with_one_more(green_, ref), run_);
        each_changed(*object, words_, [&](const doc::Value& changed) {
          planted(with_object(green_, ref, changed), run_);
        });
      }
    }
    if (sources.kinds.count({"packages.operators.coreos.com", "v1", "PackageManifest"}) > 0) {
      plant_packages();
    }
  }

  void absent(std::string what, const Observed& observed, const Run& run) {
    ++result_.absent;
    if (passes_(observed, run)) {
      result_.survivors.push_back("still green though " + std::move(what));
    } else {
      ++result_.absent_killed;
    }
  }

  void planted(const Observed& observed, const Run& run) {
    ++result_.planted;
    if (!passes_(observed, run)) ++result_.planted_killed;
  }

 private:
  /// PackageManifests are behind a map of all of them and have no evidence of their own.
  void plant_packages() {
    const kube::GroupVersionKind gvk{"packages.operators.coreos.com", "v1", "PackageManifest"};
    const KindView& view = green_.of(gvk);
    if (view.reading != Reading::listed) return;
    for (const auto& [key, object] : *view.objects) {
      const kube::ObjectRef ref{gvk, key.namespace_name, key.name};
      each_changed(object, words_, [&](const doc::Value& changed) {
        planted(with_object(green_, ref, changed), run_);
      });
    }
  }

  const Observed& green_;
  const Run& run_;
  Words words_;
  Passes passes_;
  MutationResult& result_;
};

/// Which conditions of a check were the only one to fail in some mutant. A condition that never is
/// could be left out without anyone noticing.
class Conditions {
 public:
  explicit Conditions(const catalog::Check& check)
      : check_(check), alone_(check.conditions.size(), false) {}

  void look(const catalog::Scope& scope) {
    std::size_t failed = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < check_.conditions.size(); ++i) {
      const base::Result<doc::Value> value = check_.conditions[i].evaluate(scope);
      if (value && value->is_bool() && value->as_bool()) continue;
      ++failed;
      last = i;
    }
    if (failed == 1) alone_[last] = true;
  }

  void report(MutationResult& result) const {
    result.conditions = static_cast<int>(alone_.size());
    for (std::size_t i = 0; i < alone_.size(); ++i) {
      if (alone_[i]) {
        ++result.conditions_killed;
      } else {
        result.survivors.push_back("nothing made this condition fail alone: " +
                                   check_.conditions[i].text);
      }
    }
  }

 private:
  const catalog::Check& check_;
  std::vector<bool> alone_;
};

base::Error not_green(const std::string& task, const CheckResult& check) {
  return {base::ErrorCode::failed_precondition,
          "task '" + task + "' is not green to begin with: " + check.says + ": " + check.reason};
}

base::Result<MutationResult> mutate_check(const catalog::Check& check, const PlannedTask& task,
                                          const Plan& plan, const Look& look, const Run& run) {
  MutationResult result;
  result.task = task.task->id;
  result.says = check.says;
  const TaskView view = look.view(task);
  const CheckResult green = evaluate_check(check, view, look.observed);
  if (!green.passed) return not_green(result.task, green);
  Conditions conditions(check);
  const Passes passes = [&](const Observed& observed, const Run&) {
    const Readables cluster = cluster_readables(plan.site, observed);
    const TaskView changed = view_of(*task.task, task.operator_ ? &*task.operator_ : nullptr,
                                     plan.site, cluster, observed);
    conditions.look(changed.scope);
    return evaluate_check(check, changed, observed).passed;
  };
  const Sources sources = sources_of(check.that, task, view);
  Mutator mutator(look.observed, run, words_of(check.that.text), passes, result);
  mutator.take_away(sources);
  mutator.plant(sources);
  conditions.report(result);
  return result;
}

base::Result<MutationResult> mutate_proof(const catalog::Proof& proof, const PlannedTask& task,
                                          const Plan& plan, const Look& look, const Run& run) {
  MutationResult result;
  result.task = task.task->id;
  result.says = proof.says;
  const ProofOutcome green = judge_proof(proof, task, look, look.view(task), run);
  if (!green.check.passed) return not_green(result.task, green.check);
  const Passes passes = [&](const Observed& observed, const Run& changed) {
    Look other(plan, observed);
    other.records.clear();  // What was answered once is not what is asked here.
    return judge_proof(proof, task, other, other.view(task), changed).check.passed;
  };
  Mutator mutator(look.observed, run, {}, passes, result);
  const kube::GroupVersionKind pod{"", "v1", "Pod"};
  Sources pods;
  pods.kinds.insert(pod);
  for (const kube::ObjectKey& key : green.subject.pods) {
    pods.by_member["pods"].push_back({pod, key.namespace_name, key.name});
  }
  mutator.take_away(pods);
  mutator.absent("nobody has answered", look.observed, Run());
  const auto answer = run.proofs.find({task.task->id, proof.id});
  if (answer == run.proofs.end()) return result;
  const auto plant = [&](const std::function<void(PodAnswer&)>& change) {
    Run changed = run;
    change(changed.proofs.at(answer->first).pods.at(0));
    mutator.planted(look.observed, changed);
  };
  plant([](PodAnswer& one) { one.exit_code = 1; });
  plant([](PodAnswer& one) { one.out.clear(); });
  plant([](PodAnswer& one) { one.out = "changed\n"; });
  plant([](PodAnswer& one) {
    one.error = base::Error{base::ErrorCode::unavailable, "the connection was lost"};
  });
  plant([](PodAnswer& one) { one.pod.name += "-other"; });
  Run of_others = run;
  of_others.proofs.at(answer->first).subject += "-other";
  mutator.planted(look.observed, of_others);
  return result;
}

}  // namespace

base::Result<std::vector<MutationResult>> mutations(const Plan& plan, const Observed& green,
                                                    const Run& run, std::string_view only) {
  const Look look(plan, green);
  std::vector<MutationResult> results;
  for (const PlannedTask& task : look.tasks) {
    if (!task.included || (!only.empty() && task.task->id != only)) continue;
    for (const catalog::Check& check : task.task->ready) {
      results.push_back(TRY(mutate_check(check, task, plan, look, run)));
    }
    for (const catalog::Proof& proof : task.task->proofs) {
      results.push_back(TRY(mutate_proof(proof, task, plan, look, run)));
    }
  }
  return results;
}

}  // namespace engine
