#include <algorithm>
#include <set>
#include <utility>

#include "base/strings.h"
#include "engine/cluster_facts.h"
#include "engine/explain_parts.h"

namespace engine {
namespace {

const kube::GroupVersionKind kNode{"", "v1", "Node"};
const kube::GroupVersionKind kPod{"", "v1", "Pod"};

/// Types for which True is the bad news; for all others it is False.
bool true_is_bad(std::string_view type) {
  return type == "Degraded" || type == "Error" || type == "Failing" || type == "ResolutionFailed" ||
         type.ends_with("Pressure") || type == "NetworkUnavailable";
}

/// Types that are neither good nor bad by themselves.
bool is_neutral(std::string_view type) { return type == "Progressing" || type == "Upgradeable"; }

std::string condition_text(const doc::Value& condition) {
  std::string text =
      std::string(condition.string_at("type")) + "=" + std::string(condition.string_at("status"));
  const std::string_view reason = condition.string_at("reason");
  const std::string_view message = condition.string_at("message");
  if (!reason.empty()) text += " (" + std::string(reason) + ")";
  if (!message.empty()) text += ": " + one_line(message);
  return text;
}

/// How much a condition says: the one with words, and not the sum of others, says most.
int weight(const doc::Value& condition) {
  const std::string_view type = condition.string_at("type");
  if (condition.string_at("severity") == "Info") return 0;
  if (condition.string_at("message").empty()) return 1;
  return type == "Ready" || type == "ComponentsReady" || type == "Available" ? 2 : 3;
}

const doc::Value* worst_condition(const doc::Value& object) {
  const doc::Value* conditions = object.find_path("status.conditions");
  if (conditions == nullptr || !conditions->is_list()) return nullptr;
  const doc::Value* worst = nullptr;
  for (const doc::Value& item : conditions->items()) {
    const std::string_view type = item.string_at("type");
    const std::string_view bad = true_is_bad(type) ? "True" : "False";
    if (is_neutral(type) || item.string_at("status") != bad) continue;
    // "Removed" is what was asked for.
    if (item.string_at("reason") == "Removed") continue;
    if (worst == nullptr || weight(item) > weight(*worst)) worst = &item;
  }
  return worst != nullptr && weight(*worst) > 0 ? worst : nullptr;
}

/// Why a pod does not run; "" when nothing is wrong with it.
std::string pod_trouble(const doc::Value& pod) {
  const std::string_view phase = pod.string_at("status.phase");
  if (phase == "Succeeded") return "";
  const doc::Value* scheduled = condition(pod, "PodScheduled");
  if (scheduled != nullptr && scheduled->string_at("status") == "False") {
    return "cannot be scheduled: " + one_line(scheduled->string_at("message"));
  }
  for (const char* list : {"status.initContainerStatuses", "status.containerStatuses"}) {
    const doc::Value* statuses = pod.find_path(list);
    if (statuses == nullptr || !statuses->is_list()) continue;
    for (const doc::Value& status : statuses->items()) {
      const std::string_view reason = status.string_at("state.waiting.reason");
      if (reason.empty() || reason == "PodInitializing" || reason == "ContainerCreating") continue;
      return "container " + std::string(status.string_at("name")) +
             " waits: " + std::string(reason) + " " +
             one_line(status.string_at("state.waiting.message"));
    }
  }
  if (phase == "Failed") return "has failed: " + one_line(pod.string_at("status.message"));
  return "";
}

std::string selector_text(const site::Site& site) {
  std::string text;
  const doc::Value* selector = site.value().find_path("gpu.selector");
  if (selector == nullptr || !selector->is_map()) return text;
  for (const doc::Entry& entry : selector->entries()) {
    text += (text.empty() ? "" : ",") + std::string(entry.name()) + "=" +
            std::string(entry.value.is_string() ? entry.value.as_string() : "");
  }
  return text;
}

/// Nodes on which pods have answered a proof once and that are not there any more.
void add_gone_nodes(const Look& look, Finding& finding) {
  if (look.observed.of(kNode).reading != Reading::listed) return;
  for (const auto& [name, record] : look.records) {
    for (const std::string& node : record.nodes) {
      const kube::ObjectRef ref{kNode, "", node};
      if (look.observed.find(ref) != nullptr) continue;
      finding.causes.push_back({"the Node " + node + " is gone; it was there at " + record.time +
                                    ", when its pod answered " + name.substr(name.find('.') + 1),
                                ref, ""});
      finding.next = "kubectl get node " + node + "; kubectl get machines -A";
    }
  }
}

std::string kubectl(std::string_view verb, const kube::ObjectRef& ref) {
  std::string kind = base::lower_case(ref.gvk.kind);
  if (!ref.gvk.group.empty() && ref.gvk.group != "apps") kind += "." + ref.gvk.group;
  std::string text = "kubectl " + std::string(verb) + " " + kind + " " + ref.name;
  return ref.namespace_name.empty() ? text : text + " -n " + ref.namespace_name;
}

}  // namespace

std::string describe_command(const kube::ObjectRef& ref) { return kubectl("describe", ref); }
std::string get_command(const kube::ObjectRef& ref) { return kubectl("get", ref); }

Finding find_in_pods(const std::vector<std::string>& namespaces, const Observed& observed) {
  Finding finding;
  const KindView& view = observed.of(kPod);
  if (view.reading != Reading::listed) return finding;
  const std::set<std::string> in(namespaces.begin(), namespaces.end());
  for (const auto& [key, pod] : *view.objects) {
    if (in.count(key.namespace_name) == 0) continue;
    const std::string trouble = pod_trouble(pod);
    if (trouble.empty()) continue;
    const kube::ObjectRef ref{kPod, key.namespace_name, key.name};
    finding.causes.push_back(
        {"the pod " + key.namespace_name + "/" + key.name + " " + trouble, ref, ""});
    finding.next = describe_command(ref);
    break;
  }
  return finding;
}

Finding find_in_nodes(const site::Site& site, const Look& look) {
  Finding finding;
  const auto nodes = look.cluster.find("gpuNodes");
  if (nodes == look.cluster.end() || !nodes->second.present) return finding;
  const doc::Value* wanted = site.value().find_path("gpu.nodes");
  const auto have = static_cast<std::int64_t>(nodes->second.value.size());
  const std::int64_t want = wanted != nullptr && wanted->is_int() ? wanted->as_int() : 0;
  if (have < want) {
    finding.causes.push_back({"the site has " + std::to_string(want) +
                                  " GPU nodes, and the cluster " +
                                  (have == 0 ? "none" : "only " + std::to_string(have)) +
                                  " with the labels " + selector_text(site),
                              std::nullopt, ""});
    finding.next = "kubectl get nodes -l " + selector_text(site);
  }
  add_gone_nodes(look, finding);
  for (const doc::Value& node : nodes->second.evidence) {
    const doc::Value* ready = condition(node, "Ready");
    if (ready != nullptr && ready->string_at("status") == "True") continue;
    const kube::ObjectRef ref{kNode, "", std::string(node.string_at("metadata.name"))};
    std::string says = "the GPU Node " + ref.name + " is lost";
    says += ready == nullptr ? ": it reports no Ready condition" : ": " + condition_text(*ready);
    finding.causes.push_back({std::move(says), ref, ""});
    finding.next = describe_command(ref);
    break;
  }
  return finding;
}

Finding find_in_conditions(const std::vector<doc::Value>& objects) {
  Finding finding;
  for (const doc::Value& object : objects) {
    const doc::Value* worst = worst_condition(object);
    const base::Result<kube::ObjectRef> ref = kube::ref_of(object);
    if (worst == nullptr || !ref) continue;
    finding.causes.push_back({kube::to_string(*ref) + " says " + condition_text(*worst), *ref, ""});
    finding.next = describe_command(*ref);
    break;
  }
  return finding;
}

std::vector<std::string> namespaces_of(const PlannedTask& task, const TaskView& view) {
  std::set<std::string> namespaces;
  for (const PlannedObject& object : task.objects) {
    if (!object.ref.namespace_name.empty()) namespaces.insert(object.ref.namespace_name);
  }
  for (const catalog::Read& read : task.task->reads) {
    const base::Result<doc::Value> name = read.namespace_name.render(view.scope);
    if (name && name->is_string() && name->size() > 0) namespaces.emplace(name->as_string());
  }
  return {namespaces.begin(), namespaces.end()};
}

}  // namespace engine
