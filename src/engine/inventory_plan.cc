#include "engine/inventory_plan.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/strings.h"
#include "doc/json.h"
#include "engine/diff.h"

namespace engine {
namespace {

constexpr std::string_view kTooling = "slipway/v0.1.0";

doc::Value with_hash(const doc::Value& body) {
  const std::array<std::string_view, 3> path = {"metadata", "annotations", kAppliedAnnotation};
  return body.with_path(path, doc::Value(applied_hash(body)));
}

}  // namespace

ProofRecords proof_records(const site::Site& site, const Observed& observed) {
  ProofRecords records;
  const doc::Value* parent = observed.find(inventory_ref(site));
  const doc::Value* data = parent == nullptr ? nullptr : parent->find("data");
  if (data == nullptr || !data->is_map()) return records;
  for (const doc::Entry& entry : data->entries()) {
    if (!entry.name().starts_with("proof.") || !entry.value.is_string()) continue;
    const base::Result<doc::Value> record = doc::parse_json(entry.value.as_string());
    if (!record) continue;
    ProofRecord& one = records[std::string(entry.name().substr(6))];
    one.subject = record->string_at("subject");
    one.value = record->string_at("value");
    one.time = record->string_at("time");
    const doc::Value* nodes = record->find("nodes");
    if (nodes == nullptr || !nodes->is_list()) continue;
    for (const doc::Value& node : nodes->items()) {
      if (node.is_string()) one.nodes.emplace_back(node.as_string());
    }
  }
  return records;
}

std::vector<Pruned> to_prune(const site::Site& site, const std::vector<PlannedTask>& tasks,
                             const Observed& observed) {
  std::set<kube::ObjectRef> planned;
  for (const PlannedTask& task : tasks) {
    for (const PlannedObject& object : task.objects) planned.insert(object.ref);
  }
  planned.insert({{"", "v1", "Namespace"}, "", std::string(site.inventory_namespace())});
  // The same object in another version of its API is the same object.
  const auto is_planned = [&](const kube::ObjectRef& ref) {
    return std::any_of(planned.begin(), planned.end(), [&](const kube::ObjectRef& other) {
      return other.gvk.group == ref.gvk.group && other.gvk.kind == ref.gvk.kind &&
             other.key() == ref.key();
    });
  };
  std::vector<Pruned> pruned;
  for (const doc::Value& object : members(site, observed)) {
    base::Result<kube::ObjectRef> ref = kube::ref_of(object);
    if (!ref || is_planned(*ref)) continue;
    pruned.push_back({*std::move(ref), std::string(object.string_at("metadata.uid")),
                      "it is part of our inventory, and no task wants it any more"});
  }
  std::sort(pruned.begin(), pruned.end(),
            [](const Pruned& a, const Pruned& b) { return a.ref < b.ref; });
  return pruned;
}

doc::Value inventory_namespace_body(const site::Site& site) {
  const kube::ObjectRef parent = inventory_ref(site);
  return with_hash(doc::Value::map({
      {"apiVersion", "v1"},
      {"kind", "Namespace"},
      {"metadata", doc::Value::map({
                       {"name", parent.namespace_name},
                       {"labels", doc::Value::map({{kPartOfLabel, applyset_id(parent)}})},
                   })},
  }));
}

doc::Value inventory_body(const site::Site& site, const std::vector<PlannedTask>& tasks,
                          const std::vector<Pruned>& prune, const ProofRecords& proofs) {
  const kube::ObjectRef parent = inventory_ref(site);
  std::set<kube::ObjectRef> all;
  all.insert({{"", "v1", "Namespace"}, "", parent.namespace_name});
  for (const PlannedTask& task : tasks) {
    for (const PlannedObject& object : task.objects) all.insert(object.ref);
  }
  for (const Pruned& pruned : prune) all.insert(pruned.ref);
  std::set<std::string> namespaces;
  for (const kube::ObjectRef& ref : all) {
    if (!ref.namespace_name.empty() && ref.namespace_name != parent.namespace_name) {
      namespaces.insert(ref.namespace_name);
    }
  }
  std::vector<doc::Entry> data;
  for (const auto& [name, record] : proofs) {
    std::vector<doc::Value> nodes(record.nodes.begin(), record.nodes.end());
    const doc::Value value = doc::Value::map({{"subject", record.subject},
                                              {"value", record.value},
                                              {"time", record.time},
                                              {"nodes", doc::Value::list(std::move(nodes))}});
    data.push_back({doc::Value("proof." + name), doc::Value(doc::to_json(value))});
  }
  doc::Value body = doc::Value::map({
      {"apiVersion", "v1"},
      {"kind", "ConfigMap"},
      {"metadata",
       doc::Value::map({
           {"name", parent.name},
           {"namespace", parent.namespace_name},
           {"labels", doc::Value::map({{kIdLabel, applyset_id(parent)}})},
           {"annotations",
            doc::Value::map({
                {kToolingAnnotation, kTooling},
                {kKindsAnnotation, group_kinds(all)},
                {kNamespacesAnnotation,
                 base::join(std::vector<std::string>(namespaces.begin(), namespaces.end()), ",")},
            })},
       })},
  });
  if (!data.empty()) body = body.with("data", doc::Value::map(std::move(data)));
  return with_hash(body);
}

}  // namespace engine
