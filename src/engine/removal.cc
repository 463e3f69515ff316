#include "engine/removal.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "engine/inventory.h"
#include "engine/leftovers.h"

namespace engine {
namespace {

const kube::GroupVersionKind kCsv{"operators.coreos.com", "v1alpha1", "ClusterServiceVersion"};
const kube::GroupVersionKind kSubscription{"operators.coreos.com", "v1alpha1", "Subscription"};

bool is_kind(const kube::ObjectRef& ref, std::string_view kind) { return ref.gvk.kind == kind; }

/// In which part of its task's removal an object goes: what operators act on while they still run,
/// then the operators, then what they stood in.
enum class Part { instances, operators, groups, namespaces };

Part part_of(const kube::ObjectRef& ref) {
  if (is_kind(ref, "Subscription") || is_kind(ref, "ClusterServiceVersion")) return Part::operators;
  if (is_kind(ref, "OperatorGroup")) return Part::groups;
  if (is_kind(ref, "Namespace")) return Part::namespaces;
  return Part::instances;
}

Removal removal_of(const doc::Value& object, kube::ObjectRef ref, std::string why) {
  const doc::Value* labels = object.find_path("metadata.labels");
  const doc::Value* task = labels == nullptr ? nullptr : labels->find(kTaskLabel);
  return {task != nullptr && task->is_string() ? std::string(task->as_string()) : "",
          std::move(ref), std::string(object.string_at("metadata.uid")), std::move(why)};
}

/// CSVs that OLM installed for our Subscriptions: those that one names, and, where the Subscription
/// is gone already, those that OLM labelled as its package's in a namespace of ours.
void add_csvs(const catalog::Catalog& catalog, const Observed& observed,
              std::vector<Removal>& removals) {
  const KindView& view = observed.of(kCsv);
  if (view.reading != Reading::listed) return;
  std::vector<Removal> csvs;
  for (const catalog::Task& task : catalog.tasks) {
    if (!task.operator_) continue;
    const catalog::Operator& op = *task.operator_;
    const bool ours = std::any_of(removals.begin(), removals.end(), [&](const Removal& removal) {
      return removal.task == task.id && (removal.ref.namespace_name == op.namespace_name ||
                                         removal.ref.name == op.namespace_name);
    });
    if (!ours) continue;
    const doc::Value* subscription = observed.find({kSubscription, op.namespace_name, op.package});
    const std::string_view installed =
        subscription == nullptr ? "" : subscription->string_at("status.installedCSV");
    const std::string label = "operators.coreos.com/" + op.package + "." + op.namespace_name;
    for (const auto& [key, object] : *view.objects) {
      const doc::Value* labels = object.find_path("metadata.labels");
      const bool copied = labels != nullptr && labels->find("olm.copiedFrom") != nullptr;
      const bool labelled = labels != nullptr && labels->find(label) != nullptr;
      if (key.namespace_name != op.namespace_name || copied) continue;
      if (key.name != installed && !labelled) continue;
      csvs.push_back({task.id,
                      {kCsv, key.namespace_name, key.name},
                      std::string(object.string_at("metadata.uid")),
                      "installed by OLM for our Subscription"});
    }
  }
  std::move(csvs.begin(), csvs.end(), std::back_inserter(removals));
}

base::Result<void> all_readable(const site::Site& site, const Observed& observed) {
  const doc::Value* parent = observed.find(inventory_ref(site));
  const KindView& view = observed.of(inventory_ref(site).gvk);
  if (view.reading != Reading::listed) {
    return base::Error{base::ErrorCode::failed_precondition,
                       "the inventory could not be read: " + view.why};
  }
  if (parent == nullptr) return {};
  const doc::Value* annotations = parent->find_path("metadata.annotations");
  const doc::Value* kinds = annotations == nullptr ? nullptr : annotations->find(kKindsAnnotation);
  if (kinds == nullptr || !kinds->is_string()) return {};
  const std::string listed = "," + std::string(kinds->as_string()) + ",";
  for (const auto& [gvk, kind] : observed.kinds) {
    const std::string name = gvk.group.empty() ? gvk.kind : gvk.kind + "." + gvk.group;
    if (kind.reading != Reading::failed || listed.find("," + name + ",") == std::string::npos)
      continue;
    return base::Error{base::ErrorCode::failed_precondition,
                       "the inventory lists " + name + ", which could not be read: " + kind.why,
                       "nothing was removed: without it nobody can say what is ours"};
  }
  return {};
}

/// By task from last to first, each in its parts; tasks that the catalog no longer has come first.
std::vector<std::vector<Removal>> in_stages(const catalog::Catalog& catalog,
                                            std::vector<Removal> removals) {
  std::map<std::string, std::size_t> order;
  for (const catalog::Task& task : catalog.tasks) order.emplace(task.id, order.size());
  const auto rank = [&](const Removal& removal) {
    const auto found = order.find(removal.task);
    const std::size_t task = found == order.end() ? order.size() : found->second;
    return std::pair(order.size() - task, static_cast<int>(part_of(removal.ref)));
  };
  std::map<std::pair<std::size_t, int>, std::vector<Removal>> stages;
  for (Removal& removal : removals) stages[rank(removal)].push_back(std::move(removal));
  std::vector<std::vector<Removal>> result;
  for (auto& [at, stage] : stages) {
    std::sort(stage.begin(), stage.end(),
              [](const Removal& a, const Removal& b) { return a.ref < b.ref; });
    result.push_back(std::move(stage));
  }
  return result;
}

}  // namespace

base::Result<RemovalPlan> make_removal(const site::Site& site, const catalog::Catalog& catalog,
                                       const Observed& observed) {
  TRY(all_readable(site, observed));
  const kube::ObjectRef parent = inventory_ref(site);
  std::vector<Removal> removals;
  std::vector<Removal> last;  // The inventory itself, and the namespace it stands in.
  for (const doc::Value& object : members(site, observed)) {
    base::Result<kube::ObjectRef> ref = kube::ref_of(object);
    if (!ref) continue;
    Removal removal = removal_of(object, *std::move(ref), "applied by slipway");
    const bool own = is_kind(removal.ref, "Namespace") && removal.ref.name == parent.namespace_name;
    (own ? last : removals).push_back(std::move(removal));
  }
  add_csvs(catalog, observed, removals);
  RemovalPlan plan;
  keep_namespaces_in_use(site, observed, removals, plan.leftovers);
  keep_namespaces_in_use(site, observed, last, plan.leftovers);
  plan.stages = in_stages(catalog, std::move(removals));
  if (const doc::Value* list = observed.find(parent)) {
    plan.stages.push_back({removal_of(*list, parent, "the inventory, empty by then")});
  }
  if (!last.empty()) plan.stages.push_back(std::move(last));
  add_leftovers(catalog, observed, plan);
  std::sort(plan.leftovers.begin(), plan.leftovers.end(),
            [](const Leftover& a, const Leftover& b) { return a.ref < b.ref; });
  return plan;
}

std::vector<Prune> next_removals(const RemovalPlan& removal, const Observed& observed) {
  std::vector<Prune> now;
  if (removal.stages.empty()) return now;
  for (const Removal& one : removal.stages.front()) {
    const doc::Value* live = observed.find(one.ref);
    if (live == nullptr || live->find_path("metadata.deletionTimestamp") != nullptr) continue;
    now.push_back({one.ref, one.uid, one.why});
  }
  return now;
}

std::string print(const RemovalPlan& removal) {
  std::string out;
  for (const std::vector<Removal>& stage : removal.stages) {
    for (const Removal& one : stage) {
      out += "- " + kube::to_string(one.ref) + " (" + one.why + ")\n";
    }
  }
  if (removal.leftovers.empty()) return out;
  out += "left over:\n";
  for (const Leftover& left : removal.leftovers) {
    out += "  " + kube::to_string(left.ref) + " (" + left.why + ")\n";
  }
  return out;
}

}  // namespace engine
