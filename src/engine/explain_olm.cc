#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "engine/cluster_facts.h"
#include "engine/explain_parts.h"

namespace engine {
namespace {

const kube::GroupVersionKind kCatalog{"operators.coreos.com", "v1alpha1", "CatalogSource"};
const kube::GroupVersionKind kCsv{"operators.coreos.com", "v1alpha1", "ClusterServiceVersion"};
const kube::GroupVersionKind kDeployment{"apps", "v1", "Deployment"};
const kube::GroupVersionKind kInstallPlan{"operators.coreos.com", "v1alpha1", "InstallPlan"};
const kube::GroupVersionKind kSubscription{"operators.coreos.com", "v1alpha1", "Subscription"};

// Conditions of a Subscription that say that it does not go on
// (operator-framework/api subscription_types.go).
constexpr std::string_view kBadSubscription[] = {"ResolutionFailed", "CatalogSourcesUnhealthy",
                                                 "InstallPlanFailed", "BundleUnpackFailed"};

std::string with_reason(const std::string& what, std::string_view reason,
                        std::string_view message) {
  std::string text = what;
  if (!reason.empty()) text += " (" + std::string(reason) + ")";
  if (!message.empty()) text += ": " + one_line(message);
  return text;
}

void add(Finding& finding, std::string says, const kube::ObjectRef& ref) {
  finding.causes.push_back({std::move(says), ref, ""});
  finding.next = describe_command(ref);
}

void look_at_catalog(const catalog::Operator& op, const Observed& observed, Finding& finding) {
  const kube::ObjectRef ref{kCatalog, "openshift-marketplace", op.source};
  const doc::Value* object = observed.find(ref);
  if (object == nullptr) {
    if (observed.of(kCatalog).reading != Reading::listed) return;
    add(finding, "there is no CatalogSource " + op.source + " in openshift-marketplace", ref);
    return;
  }
  const std::string_view state = object->string_at("status.connectionState.lastObservedState");
  if (state == "READY") return;
  add(finding, "the catalog " + op.source + " is not READY but '" + std::string(state) + "'", ref);
}

void look_at_subscription(const doc::Value& object, const kube::ObjectRef& ref, Finding& finding) {
  for (const std::string_view type : kBadSubscription) {
    const doc::Value* bad = condition(object, type);
    if (bad == nullptr || bad->string_at("status") != "True") continue;
    add(finding,
        with_reason("the Subscription " + ref.name + " has " + std::string(type),
                    bad->string_at("reason"), bad->string_at("message")),
        ref);
    return;
  }
}

void look_at_install_plans(const PlannedOperator& planned, const Observed& observed,
                           Finding& finding) {
  const KindView& view = observed.of(kInstallPlan);
  if (view.reading != Reading::listed || planned.installed) return;
  for (const auto& [key, object] : *view.objects) {
    if (key.namespace_name != planned.namespace_name) continue;
    const kube::ObjectRef ref{kInstallPlan, key.namespace_name, key.name};
    if (object.string_at("status.phase") == "Failed") {
      const doc::Value* installed = condition(object, "Installed");
      add(finding,
          with_reason("the InstallPlan " + key.name + " has failed",
                      installed == nullptr ? "" : installed->string_at("reason"),
                      installed == nullptr ? "" : installed->string_at("message")),
          ref);
      return;
    }
    const doc::Value* approved = object.find_path("spec.approved");
    const doc::Value* names = object.find_path("spec.clusterServiceVersionNames");
    if (approved == nullptr || *approved != doc::Value(false) || names == nullptr) continue;
    std::vector<std::string> csvs;
    for (const doc::Value& name : names->items()) {
      if (name.is_string()) csvs.emplace_back(name.as_string());
    }
    if (csvs == std::vector<std::string>{planned.csv}) continue;
    add(finding,
        "the InstallPlan " + key.name + " would install " + base::join(csvs, ", ") +
            ", and what was planned is " + planned.csv + " alone: it is not approved",
        ref);
    return;
  }
}

/// The Deployments that a CSV brings, where one is not available: OLM says so later and less.
void look_at_deployments(const doc::Value& csv, const PlannedOperator& planned,
                         const Observed& observed, Finding& finding) {
  const doc::Value* list = csv.find_path("spec.install.spec.deployments");
  if (list == nullptr || !list->is_list()) return;
  for (const doc::Value& item : list->items()) {
    const kube::ObjectRef ref{kDeployment, planned.namespace_name,
                              std::string(item.string_at("name"))};
    const doc::Value* object = observed.find(ref);
    if (object == nullptr) continue;
    const doc::Value* available = condition(*object, "Available");
    if (available != nullptr && available->string_at("status") == "True") continue;
    add(finding,
        with_reason("the Deployment " + ref.name + " is not available",
                    available == nullptr ? "" : available->string_at("reason"),
                    available == nullptr ? "" : available->string_at("message")),
        ref);
    return;
  }
}

void look_at_csv(const PlannedOperator& planned, const Observed& observed, Finding& finding) {
  const kube::ObjectRef ref{kCsv, planned.namespace_name, planned.csv};
  const doc::Value* csv = observed.find(ref);
  if (csv == nullptr || csv->string_at("status.phase") == "Succeeded") return;
  const std::string_view phase = csv->string_at("status.phase");
  add(finding,
      with_reason("the ClusterServiceVersion " + planned.csv + " is " +
                      (phase.empty() ? "without a phase" : std::string(phase)),
                  csv->string_at("status.reason"), csv->string_at("status.message")),
      ref);
  look_at_deployments(*csv, planned, observed, finding);
}

}  // namespace

Finding find_in_olm(const PlannedTask& task, const Observed& observed) {
  Finding finding;
  if (!task.operator_) return finding;
  const PlannedOperator& planned = *task.operator_;
  const kube::ObjectRef ref{kSubscription, planned.namespace_name, planned.package};
  const doc::Value* subscription = observed.find(ref);
  if (subscription == nullptr) return finding;
  look_at_csv(planned, observed, finding);
  if (finding.found() || planned.installed) return finding;
  look_at_subscription(*subscription, ref, finding);
  look_at_install_plans(planned, observed, finding);
  look_at_catalog(*task.task->operator_, observed, finding);
  if (finding.found() || !subscription->string_at("status.installedCSV").empty()) return finding;
  add(finding, "OLM has not resolved the Subscription " + planned.package + " yet", ref);
  return finding;
}

}  // namespace engine
