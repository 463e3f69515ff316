#include "engine/cluster_facts.h"

#include <charconv>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "engine/scope.h"
#include "kube/quantity.h"

namespace engine {
namespace {

const kube::GroupVersionKind kNode{"", "v1", "Node"};
const kube::GroupVersionKind kClusterVersion{"config.openshift.io", "v1", "ClusterVersion"};
const kube::GroupVersionKind kClusterOperator{"config.openshift.io", "v1", "ClusterOperator"};
const kube::GroupVersionKind kInfrastructure{"config.openshift.io", "v1", "Infrastructure"};
const kube::GroupVersionKind kPackage{"packages.operators.coreos.com", "v1", "PackageManifest"};

/// What stands for everything of a kind that gives nothing to read; nullopt when it does.
std::optional<Readable> nothing_of(const Observed& observed, const kube::GroupVersionKind& gvk) {
  const KindView& view = observed.of(gvk);
  switch (view.reading) {
    case Reading::listed:
      return std::nullopt;
    case Reading::not_served:
      return Readable{false, {}, "the cluster has no kind " + gvk.kind, {}};
    case Reading::failed:
      return Readable{false, {}, gvk.kind + " could not be read: " + view.why, {}, true};
  }
  return std::nullopt;
}

Readable list_of(std::vector<doc::Value> objects) {
  Readable result{true, doc::Value::list(objects), "", {}};
  result.evidence = std::move(objects);
  return result;
}

bool has_every_label(const doc::Value& node, const doc::Value& wanted) {
  const doc::Value* labels = node.find_path("metadata.labels");
  if (labels == nullptr || wanted.size() == 0) return false;
  for (const doc::Entry& want : wanted.entries()) {
    const doc::Value* have = labels->find(want.name());
    if (have == nullptr || *have != want.value) return false;
  }
  return true;
}

void add_nodes(const site::Site& site, const Observed& observed, Readables& result) {
  if (const auto nothing = nothing_of(observed, kNode)) {
    for (const char* name : {"nodes", "workers", "gpuNodes", "gpus"}) result[name] = *nothing;
    return;
  }
  const doc::Value* selector = site.value().find_path("gpu.selector");
  const std::string_view resource = gpu_resource(site.value().string_at("gpu.vendor"));
  const doc::Value worker = doc::Value::map({{"node-role.kubernetes.io/worker", ""}});
  std::vector<doc::Value> nodes;
  std::vector<doc::Value> workers;
  std::vector<doc::Value> gpu_nodes;
  std::int64_t capacity = 0;
  std::int64_t allocatable = 0;
  for (const auto& [key, node] : *observed.of(kNode).objects) {
    nodes.push_back(node);
    if (has_every_label(node, worker)) workers.push_back(node);
    if (selector == nullptr || !has_every_label(node, *selector)) continue;
    gpu_nodes.push_back(node);
    capacity += node_resource(node, "capacity", resource);
    allocatable += node_resource(node, "allocatable", resource);
  }
  const doc::Value gpus = doc::Value::map(
      {{"resource", resource}, {"capacity", capacity}, {"allocatable", allocatable}});
  result["gpus"] = {true, gpus, "", gpu_nodes};
  result["nodes"] = list_of(std::move(nodes));
  result["workers"] = list_of(std::move(workers));
  result["gpuNodes"] = list_of(std::move(gpu_nodes));
}

Readable openshift(const Observed& observed) {
  if (auto nothing = nothing_of(observed, kClusterVersion)) return *std::move(nothing);
  const doc::Value* object = observed.find({kClusterVersion, "", "version"});
  if (object == nullptr) return {false, {}, "ClusterVersion version is not there", {}};
  const std::string text = completed_version(*object);
  const std::optional<Version> version = parse_version(text);
  if (!version) {
    return {false, {}, "no update of the cluster is completed yet", {*object}};
  }
  return {true,
          doc::Value::map({{"version", text},
                           {"major", version->major},
                           {"minor", version->minor},
                           {"patch", version->patch},
                           {"object", *object}}),
          "",
          {*object}};
}

Readable kubernetes(const Observed& observed) {
  const std::optional<Version> version = parse_version(observed.kubernetes_version);
  if (!version) return {false, {}, "the version of the API server is not known", {}};
  return {true,
          doc::Value::map({{"version", observed.kubernetes_version},
                           {"major", version->major},
                           {"minor", version->minor}}),
          "",
          {}};
}

Readable cluster_operators(const Observed& observed) {
  if (auto nothing = nothing_of(observed, kClusterOperator)) return *std::move(nothing);
  std::vector<doc::Value> operators;
  for (const auto& [key, object] : *observed.of(kClusterOperator).objects)
    operators.push_back(object);
  return list_of(std::move(operators));
}

Readable packages(const Observed& observed) {
  if (auto nothing = nothing_of(observed, kPackage)) return *std::move(nothing);
  std::vector<doc::Entry> entries;
  for (const auto& [key, object] : *observed.of(kPackage).objects) {
    entries.push_back({doc::Value(std::string(object.string_at("status.catalogSource")) + "/" +
                                  std::string(object.string_at("status.packageName"))),
                       object});
  }
  return {true, doc::Value::map(std::move(entries)), "", {}};
}

Readable infrastructure(const Observed& observed) {
  if (auto nothing = nothing_of(observed, kInfrastructure)) return *std::move(nothing);
  const doc::Value* object = observed.find({kInfrastructure, "", "cluster"});
  if (object == nullptr) return {false, {}, "Infrastructure cluster is not there", {}};
  return {true, *object, "", {*object}};
}

}  // namespace

Readables cluster_readables(const site::Site& site, const Observed& observed) {
  Readables result;
  add_nodes(site, observed, result);
  result["openshift"] = openshift(observed);
  result["kubernetes"] = kubernetes(observed);
  result["infrastructure"] = infrastructure(observed);
  result["clusterOperators"] = cluster_operators(observed);
  result["packages"] = packages(observed);
  return result;
}

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version;
  std::int64_t* const parts[] = {&version.major, &version.minor, &version.patch};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *parts[i]);
    if (error != std::errc() || *parts[i] < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i == 2) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return version;
}

std::string completed_version(const doc::Value& cluster_version) {
  const doc::Value* history = cluster_version.find_path("status.history");
  if (history == nullptr || !history->is_list()) return "";
  for (const doc::Value& entry : history->items()) {
    if (entry.string_at("state") == "Completed") return std::string(entry.string_at("version"));
  }
  return "";
}

std::int64_t node_resource(const doc::Value& node, std::string_view field,
                           std::string_view resource) {
  const doc::Value* status = node.find("status");
  const doc::Value* amounts = status == nullptr ? nullptr : status->find(field);
  const doc::Value* amount = amounts == nullptr ? nullptr : amounts->find(resource);
  if (amount == nullptr) return 0;
  if (amount->is_int()) return amount->as_int();
  if (!amount->is_string()) return 0;
  const base::Result<kube::Quantity> quantity = kube::Quantity::parse(amount->as_string());
  return quantity ? quantity->units() : 0;
}

const doc::Value* condition(const doc::Value& object, std::string_view type) {
  const doc::Value* conditions = object.find_path("status.conditions");
  if (conditions == nullptr || !conditions->is_list()) return nullptr;
  for (const doc::Value& item : conditions->items()) {
    if (item.string_at("type") == type) return &item;
  }
  return nullptr;
}

std::string_view gpu_resource(std::string_view vendor) {
  return vendor == "amd" ? "amd.com/gpu" : "nvidia.com/gpu";
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (blank && (line.empty() || line.back() == ' ')) continue;
    line += blank ? ' ' : c;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  if (line.size() <= base::limits::kEvidenceBytesMax) return line;
  std::size_t end = base::limits::kEvidenceBytesMax;
  // Not inside a UTF-8 character.
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return line.substr(0, end) + "...";
}

}  // namespace engine
