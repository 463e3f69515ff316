#include "engine/leftovers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/inventory.h"

namespace engine {
namespace {

const kube::GroupVersionKind kCrd{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
const kube::GroupVersionKind kNamespace{"", "v1", "Namespace"};

bool has_label(const doc::Value& object, std::string_view key) {
  const doc::Value* labels = object.find_path("metadata.labels");
  return labels != nullptr && labels->find(key) != nullptr;
}

/// What goes with its owner, what OLM keeps for itself, and what every namespace has.
bool goes_along(const doc::Value& object, const kube::ObjectRef& ref, const std::string& set) {
  const doc::Value* labels = object.find_path("metadata.labels");
  const doc::Value* part_of = labels == nullptr ? nullptr : labels->find(kPartOfLabel);
  if (part_of != nullptr && *part_of == doc::Value(set)) return true;
  if (has_label(object, kIdLabel)) return true;
  const doc::Value* owners = object.find_path("metadata.ownerReferences");
  if (owners != nullptr && owners->size() > 0) return true;
  if (has_label(object, "olm.copiedFrom") || has_label(object, "olm.managed")) return true;
  if (ref.gvk.group == "operators.coreos.com" || ref.gvk.group == "packages.operators.coreos.com")
    return true;
  return ref.gvk.kind == "ConfigMap" &&
         (ref.name == "kube-root-ca.crt" || ref.name == "openshift-service-ca.crt");
}

/// Of the kinds that we look at, those that can stand in a namespace.
bool is_namespaced(const kube::GroupVersionKind& gvk) {
  return gvk.kind != "Node" && gvk.kind != "Namespace" && gvk.group != "config.openshift.io" &&
         gvk.group != "apiextensions.k8s.io" && gvk.group != "packages.operators.coreos.com";
}

/// What holds a namespace; "" when nothing does.
std::string holder_of(const std::string& name, const std::string& set, const Observed& observed) {
  for (const auto& [gvk, view] : observed.kinds) {
    if (!is_namespaced(gvk)) continue;
    if (view.reading == Reading::failed) {
      return gvk.kind + " could not be read, so that it may hold some: " + view.why;
    }
    if (view.reading == Reading::not_served) continue;
    for (const auto& [key, object] : *view.objects) {
      if (key.namespace_name != name) continue;
      const kube::ObjectRef ref{gvk, key.namespace_name, key.name};
      if (!goes_along(object, ref, set))
        return "it holds " + kube::to_string(ref) + ", which is not ours";
    }
  }
  return "";
}

/// Kinds that tasks apply and operators bring with them: not those of Kubernetes, OLM, OpenShift.
std::set<kube::GroupVersionKind> operand_kinds(const catalog::Catalog& catalog) {
  std::set<kube::GroupVersionKind> kinds;
  const auto add = [&](const kube::GroupVersionKind& gvk) {
    const bool builtin = gvk.group.find('.') == std::string::npos ||
                         gvk.group.ends_with(".k8s.io") || gvk.group == "operators.coreos.com" ||
                         gvk.group == "config.openshift.io";
    if (!builtin) kinds.insert(gvk);
  };
  for (const catalog::Task& task : catalog.tasks) {
    for (const catalog::ObjectTemplate& object : task.objects) add(object.kind);
  }
  return kinds;
}

bool is_removed(const RemovalPlan& plan, const kube::ObjectRef& ref) {
  return std::any_of(plan.stages.begin(), plan.stages.end(), [&](const auto& stage) {
    return std::any_of(stage.begin(), stage.end(),
                       [&](const Removal& removal) { return removal.ref == ref; });
  });
}

void add_crds(const catalog::Catalog& catalog, const Observed& observed,
              const std::set<kube::GroupVersionKind>& operands, RemovalPlan& plan) {
  const KindView& view = observed.of(kCrd);
  if (view.reading != Reading::listed) return;
  for (const auto& [key, crd] : *view.objects) {
    const std::string_view group = crd.string_at("spec.group");
    const std::string_view kind = crd.string_at("spec.names.kind");
    bool ours = std::any_of(operands.begin(), operands.end(), [&](const auto& gvk) {
      return gvk.group == group && gvk.kind == kind;
    });
    for (const catalog::Task& task : catalog.tasks) {
      if (!task.operator_) continue;
      ours = ours || has_label(crd, "operators.coreos.com/" + task.operator_->package + "." +
                                        task.operator_->namespace_name);
    }
    if (!ours) continue;
    plan.leftovers.push_back(
        {{kCrd, "", key.name},
         "a CRD that its operator brought: to delete it deletes every object of "
         "its kind, other people's too"});
  }
}

}  // namespace

void keep_namespaces_in_use(const site::Site& site, const Observed& observed,
                            std::vector<Removal>& removals, std::vector<Leftover>& leftovers) {
  const std::string set = applyset_id(inventory_ref(site));
  const auto stays = [&](const Removal& removal) {
    if (removal.ref.gvk.kind != "Namespace") return false;
    // One that goes already is waited for, whatever it still holds.
    const doc::Value* live = observed.find(removal.ref);
    if (live != nullptr && live->find_path("metadata.deletionTimestamp") != nullptr) return false;
    const std::string holder = holder_of(removal.ref.name, set, observed);
    if (holder.empty()) return false;
    leftovers.push_back({removal.ref, holder});
    return true;
  };
  removals.erase(std::remove_if(removals.begin(), removals.end(), stays), removals.end());
}

void add_leftovers(const catalog::Catalog& catalog, const Observed& observed, RemovalPlan& plan) {
  const std::set<kube::GroupVersionKind> operands = operand_kinds(catalog);
  add_crds(catalog, observed, operands, plan);
  for (const kube::GroupVersionKind& gvk : operands) {
    const KindView& view = observed.of(gvk);
    if (view.reading != Reading::listed) continue;
    for (const auto& [key, object] : *view.objects) {
      const kube::ObjectRef ref{gvk, key.namespace_name, key.name};
      const doc::Value* owners = object.find_path("metadata.ownerReferences");
      if (is_removed(plan, ref) || (owners != nullptr && owners->size() > 0)) continue;
      plan.leftovers.push_back({ref, "made by an operator or a person, not by slipway"});
    }
  }
  std::set<std::string> made;
  for (const catalog::Task& task : catalog.tasks) {
    if (task.operator_) made.insert(task.operator_->makes.begin(), task.operator_->makes.end());
  }
  for (const std::string& name : made) {
    const kube::ObjectRef ref{kNamespace, "", name};
    const bool known = std::any_of(plan.leftovers.begin(), plan.leftovers.end(),
                                   [&](const Leftover& left) { return left.ref == ref; });
    if (observed.find(ref) == nullptr || is_removed(plan, ref) || known) continue;
    plan.leftovers.push_back({ref, "made by an operator, not by slipway"});
  }
}

}  // namespace engine
