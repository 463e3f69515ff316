#include "apply/preflight.h"

#include <set>
#include <string>
#include <tuple>

#include "engine/inventory.h"

namespace apply {
namespace {

struct Need {
  kube::GroupVersionKind gvk;
  std::string namespace_name;
  std::string verb;
  std::string subresource = {};
  auto operator<=>(const Need&) const = default;
};

/// Where the pods of a proof are; "" (everywhere) where that is known only later.
std::string place_of(const catalog::Proof& proof, const engine::Plan& plan) {
  catalog::Scope scope;
  scope.variables = {{"site", plan.site.value()}};
  const base::Result<doc::Value> in = proof.namespace_name.render(scope);
  return in && in->is_string() ? std::string(in->as_string()) : "";
}

std::set<Need> needs_of(const engine::Plan& plan, const engine::Observed& observed) {
  std::set<Need> needs;
  const auto need = [&](const kube::ObjectRef& ref, std::string_view verb) {
    needs.insert({ref.gvk, ref.namespace_name, std::string(verb)});
  };
  if (plan.changes()) {
    const kube::ObjectRef inventory = engine::inventory_ref(plan.site);
    need(inventory, "patch");
    if (observed.find(inventory) == nullptr) need(inventory, "create");
    const kube::ObjectRef space{{"", "v1", "Namespace"}, "", inventory.namespace_name};
    if (observed.find(space) == nullptr) {
      need(space, "patch");
      need(space, "create");
    }
  }
  for (const engine::PlannedTask& task : plan.tasks) {
    if (!task.included) continue;
    for (const catalog::Proof& proof : task.task->proofs) {
      needs.insert({{"", "v1", "Pod"}, place_of(proof, plan), "create", "exec"});
    }
    for (const engine::PlannedObject& object : task.objects) {
      if (object.change == engine::Change::none) continue;
      need(object.ref, "patch");
      // Server-side apply of what is not there is a create to RBAC as well.
      if (object.change != engine::Change::update) need(object.ref, "create");
    }
    if (task.operator_.has_value() && !task.operator_->installed) {
      need(
          {{"operators.coreos.com", "v1alpha1", "InstallPlan"}, task.operator_->namespace_name, ""},
          "patch");
    }
  }
  for (const engine::Pruned& pruned : plan.prune) need(pruned.ref, "delete");
  return needs;
}

}  // namespace

base::Result<void> check_permissions(cluster::Client& client, const engine::Plan& plan,
                                     const engine::Observed& observed,
                                     const cluster::Until& until) {
  const std::set<Need> needs = needs_of(plan, observed);
  if (needs.empty()) return {};
  const kube::AccessQuestion everything{.verb = "*",
                                        .group = "*",
                                        .resource = "*",
                                        .subresource = "",
                                        .namespace_name = "",
                                        .name = ""};
  if (TRY_WITHIN(client.may_i(everything, until), "ask what is permitted").allowed) return {};

  std::string missing;
  for (const Need& need : needs) {
    auto resource = client.resource_of(need.gvk, until);
    if (!resource) {
      if (resource.error().code == base::ErrorCode::not_found) continue;
      return std::move(resource).error();
    }
    const kube::AccessQuestion question{.verb = need.verb,
                                        .group = need.gvk.group,
                                        .resource = resource->plural,
                                        .subresource = need.subresource,
                                        .namespace_name = need.namespace_name,
                                        .name = ""};
    if (TRY_WITHIN(client.may_i(question, until), "ask what is permitted").allowed) continue;
    missing += "\n  " + need.verb + " " + resource->qualified_name();
    if (!need.subresource.empty()) missing += "/" + need.subresource;
    if (!need.namespace_name.empty()) missing += " in namespace " + need.namespace_name;
  }
  if (missing.empty()) return {};
  return base::Error{
      base::ErrorCode::permission_denied,
      "user '" + client.access().user + "' may not do what the plan needs:" + missing,
      "nothing was written; ask for these verbs, or name another --context"};
}

}  // namespace apply
