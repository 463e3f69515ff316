#include "drydock/simulated_cluster.h"

#include <set>

#include "drydock/object_change.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

/// What a write of this part of an object does not count as a new generation.
Value desired_part(const Value& object) { return object.without("status").without("metadata"); }

bool selects(const Value* selector, const Value& node) {
  if (selector == nullptr || !selector->is_map()) return true;
  const Value* labels = node.find_path("metadata.labels");
  if (labels == nullptr) return selector->size() == 0;
  for (const doc::Entry& entry : selector->entries()) {
    const Value* have = labels->find(entry.name());
    if (have == nullptr || !(*have == entry.value)) return false;
  }
  return true;
}

bool is_ready(const Value& pod) {
  const Value* conditions = pod.find_path("status.conditions");
  return conditions != nullptr && conditions->size() > 0;
}

const kube::GroupVersionKind kPod{"", "v1", "Pod"};

}  // namespace

const Value* SimulatedCluster::find(const kube::ObjectRef& ref) const {
  const auto found = objects_.find(ref);
  return found != objects_.end() ? &found->second : nullptr;
}

std::vector<Value> SimulatedCluster::objects(const WatchedKind& watched) const {
  std::vector<Value> list;
  for (const auto& [ref, object] : objects_) {
    if (ref.gvk == watched.gvk && is_watched(watched, object)) list.push_back(object);
  }
  return list;
}

void SimulatedCluster::store(const kube::ObjectRef& ref, Value object) {
  const Value* live = find(ref);
  const Value before = live != nullptr ? *live : Value();
  const std::string_view generation[] = {"metadata", "generation"};
  const std::string_view version[] = {"metadata", "resourceVersion"};
  if (before.is_null()) {
    const std::string_view uid[] = {"metadata", "uid"};
    const std::string_view created[] = {"metadata", "creationTimestamp"};
    object = object.with_path(uid, "uid-" + std::to_string(++last_))
                 .with_path(created, base::to_rfc3339(now_))
                 .with_path(generation, 1);
  } else if (!(desired_part(before) == desired_part(object))) {
    object = object.with_path(generation, before.find_path("metadata.generation")->as_int() + 1);
  }
  object = object.with_path(version, std::to_string(++last_));
  objects_[ref] = object;
  if (observer_) observer_(before, object);
}

Result<void> SimulatedCluster::apply(const Value& object) {
  const kube::ObjectRef ref = TRY(kube::ref_of(object));
  const Value* live = find(ref);
  store(ref, live != nullptr ? merge_patched(*live, object) : object);
  return {};
}

Result<void> SimulatedCluster::remove(const kube::ObjectRef& ref) {
  const auto found = objects_.find(ref);
  if (found == objects_.end()) {
    return Error{ErrorCode::not_found, kube::to_string(ref) + " not found"};
  }
  const Value before = found->second;
  objects_.erase(found);
  if (observer_) observer_(before, Value());
  return {};
}

Result<void> SimulatedCluster::perform(const Action& action) {
  if (action.kind == ActionKind::remove) return remove(action.target);
  const Value* live = find(action.target);
  const bool changes = action.kind == ActionKind::patch || action.kind == ActionKind::status;
  if (changes && live == nullptr) {
    return Error{ErrorCode::not_found, kube::to_string(action.target) + " not found"};
  }
  Value object = applied_to(live != nullptr ? *live : Value(), action);
  if (action.kind == ActionKind::note && live == nullptr) {
    const kube::ObjectRef& ref = action.target;
    object =
        object.with("apiVersion", "v1")
            .with("kind", "ConfigMap")
            .with("metadata", Value::map({{"name", ref.name}, {"namespace", ref.namespace_name}}));
  }
  store(action.target, object);
  return {};
}

bool SimulatedCluster::collect_garbage() {
  std::set<std::string> uids;
  for (const auto& [ref, object] : objects_) uids.emplace(object.string_at("metadata.uid"));
  std::vector<kube::ObjectRef> garbage;
  for (const auto& [ref, object] : objects_) {
    const Value* owners = object.find_path("metadata.ownerReferences");
    if (owners == nullptr || !owners->is_list() || owners->size() == 0) continue;
    bool owned = false;
    for (const Value& owner : owners->items()) {
      owned |= uids.count(std::string(owner.string_at("uid"))) != 0;
    }
    if (!owned) garbage.push_back(ref);
  }
  for (const kube::ObjectRef& ref : garbage) (void)remove(ref);
  return !garbage.empty();
}

std::vector<kube::ObjectRef> SimulatedCluster::refs_of(std::string_view kind) const {
  std::vector<kube::ObjectRef> refs;
  for (const auto& [ref, object] : objects_) {
    if (ref.gvk.kind == kind) refs.push_back(ref);
  }
  return refs;
}

bool SimulatedCluster::set_status(const kube::ObjectRef& ref, const Value& status) {
  const Value live = *find(ref);
  const Value after = merge_patched(live, Value::map({{"status", status}}));
  if (after == live) return false;
  store(ref, after);
  return true;
}

bool SimulatedCluster::run_daemon_set(const kube::ObjectRef& ref) {
  const Value set = *find(ref);
  const Value* pod_template = set.find_path("spec.template");
  const std::string hash = content_hash(*pod_template);
  const bool rolls = set.string_at("spec.updateStrategy.type") != "OnDelete";
  const std::string_view hash_path[] = {"metadata", "annotations", "drydock/template"};
  std::int64_t desired = 0, ready = 0;
  bool changed = false, replaced = false;
  for (const kube::ObjectRef& node_ref : refs_of("Node")) {
    const kube::ObjectRef pod_ref{kPod, ref.namespace_name, ref.name + "-" + node_ref.name};
    const Value* pod = find(pod_ref);
    if (!selects(pod_template->find_path("spec.nodeSelector"), *find(node_ref))) {
      if (pod != nullptr) changed |= remove(pod_ref).has_value();
      continue;
    }
    ++desired;
    const Value* made_of = pod != nullptr ? pod->find_path("metadata.annotations") : nullptr;
    if (pod != nullptr && rolls && !replaced && made_of != nullptr &&
        made_of->string_at("drydock/template") != hash) {
      changed |= remove(pod_ref).has_value();  // One node at a time.
      replaced = true;
    } else if (pod == nullptr) {
      const Value owner = Value::map(
          {{"kind", "DaemonSet"}, {"name", ref.name}, {"uid", set.string_at("metadata.uid")}});
      Value object = merge_patched(
          *pod_template,
          Value::map({{"apiVersion", "v1"},
                      {"kind", "Pod"},
                      {"metadata", Value::map({{"name", pod_ref.name},
                                               {"namespace", ref.namespace_name},
                                               {"ownerReferences", Value::list({owner})}})},
                      {"spec", Value::map({{"nodeName", node_ref.name}})}}));
      store(pod_ref, object.with_path(hash_path, hash));
      changed = true;
    } else if (is_ready(*pod)) {
      ++ready;
    }
  }
  return set_status(ref,
                    Value::map({{"desiredNumberScheduled", desired},
                                {"numberReady", ready},
                                {"observedGeneration", *set.find_path("metadata.generation")}})) ||
         changed;
}

bool SimulatedCluster::run_deployment(const kube::ObjectRef& ref) {
  const Value deployment = *find(ref);
  const std::string account(deployment.string_at("spec.template.spec.serviceAccountName"));
  const kube::ObjectRef account_ref{{"", "v1", "ServiceAccount"}, ref.namespace_name, account};
  if (!account.empty() && account != "default" && find(account_ref) == nullptr) {
    // As the ReplicaSet controller reports what admission says.
    const Value event = Value::map(
        {{"apiVersion", "v1"},
         {"kind", "Event"},
         {"metadata",
          Value::map({{"name", ref.name + ".failed"}, {"namespace", ref.namespace_name}})},
         {"involvedObject",
          Value::map({{"kind", "ReplicaSet"}, {"name", ref.name + "-0000000000"}})},
         {"type", "Warning"},
         {"reason", "FailedCreate"},
         {"message", "Error creating: pods \"" + ref.name +
                         "-0000000000-\" is forbidden: error looking up service account " +
                         ref.namespace_name + "/" + account + ": serviceaccount \"" + account +
                         "\" not found"}});
    const bool told = find(*kube::ref_of(event)) != nullptr;
    if (!told) (void)apply(event);
    return !told;
  }
  const Value* replicas = deployment.find_path("spec.replicas");
  const Value wanted = replicas != nullptr ? *replicas : Value(1);
  const Value* have = deployment.find_path("status.replicas");
  const bool started = have != nullptr && *have == wanted;
  return set_status(ref, Value::map({{"replicas", wanted},
                                     {"readyReplicas", started ? wanted : Value(0)},
                                     {"availableReplicas", started ? wanted : Value(0)}}));
}

/// Pods run as soon as a node has them; pods of nodes that are gone go.
bool SimulatedCluster::start_pods() {
  bool changed = false;
  const Value status = Value::map(
      {{"phase", "Running"},
       {"conditions", Value::list({Value::map({{"type", "Ready"}, {"status", "True"}})})}});
  for (const kube::ObjectRef& ref : refs_of("Pod")) {
    const std::string node(find(ref)->string_at("spec.nodeName"));
    if (find({{"", "v1", "Node"}, "", node}) == nullptr) {
      changed |= remove(ref).has_value();
    } else if (!is_ready(*find(ref))) {
      changed |= set_status(ref, status);
    }
  }
  return changed;
}

bool SimulatedCluster::run_controllers() {
  bool changed = collect_garbage();
  for (const kube::ObjectRef& ref : refs_of("DaemonSet")) changed |= run_daemon_set(ref);
  for (const kube::ObjectRef& ref : refs_of("Deployment")) changed |= run_deployment(ref);
  return start_pods() || changed;
}

}  // namespace drydock
