#include "drydock/scenario.h"

#include "drydock/record_reader.h"
#include "kube/types.h"

namespace drydock {
namespace {

using base::Result;
using doc::Value;

/// Entries of `more` over those of `base`; either may be null.
Value merged(const Value* base, const Value* more) {
  Value result = base != nullptr ? *base : Value::map({});
  if (more == nullptr) return result;
  for (const doc::Entry& entry : more->entries()) result = result.with(entry.name(), entry.value);
  return result;
}

Value info_of(const Value* info) {
  Value node_info = Value::map({{"architecture", "amd64"},
                                {"operatingSystem", "linux"},
                                {"bootID", ""},
                                {"machineID", ""},
                                {"systemUUID", ""},
                                {"kubeProxyVersion", ""}});
  return merged(&node_info, info);
}

/// What the files of a group of nodes say, and the nodes made of it.
struct Group {
  std::vector<std::string> names;
  const Value *labels, *annotations, *capacity, *allocatable, *info, *gpu;
  std::span<const Value> taints;

  Value node(const std::string& name) const {
    Value own = Value::map({{"kubernetes.io/hostname", name},
                            {"kubernetes.io/os", "linux"},
                            {"kubernetes.io/arch", "amd64"}});
    Value spec = Value::map({{"providerID", "aws:///us-east-2a/i-" + name}});
    if (!taints.empty()) spec = spec.with("taints", Value::list({taints.begin(), taints.end()}));
    return Value::map({{"apiVersion", "v1"},
                       {"kind", "Node"},
                       {"metadata", Value::map({{"name", name},
                                                {"labels", merged(&own, labels)},
                                                {"annotations", merged(annotations, nullptr)}})},
                       {"spec", spec},
                       {"status", Value::map({{"capacity", merged(capacity, nullptr)},
                                              {"allocatable", merged(capacity, allocatable)},
                                              {"nodeInfo", info_of(info)}})}});
  }
};

Result<Scenario::Gpu> read_gpu(const doc::Source& source, const Value& value) {
  RecordReader reader(source, value);
  Scenario::Gpu gpu;
  gpu.product = reader.text("product");
  gpu.driver = reader.text("driver");
  gpu.cuda = reader.text("cuda");
  gpu.count = static_cast<int>(reader.number_or("count", 1));
  gpu.memory_mib = static_cast<int>(reader.number_or("memoryMiB", 0));
  TRY(reader.finish());
  return gpu;
}

Result<void> read_nodes(const doc::Source& source, const Value& value, Scenario& scenario) {
  RecordReader reader(source, value);
  Group group;
  group.names = reader.texts("names");
  group.labels = reader.map("labels");
  group.annotations = reader.map("annotations");
  group.taints = reader.list("taints");
  group.capacity = reader.map("capacity");
  group.allocatable = reader.map("allocatable");
  group.info = reader.map("info");
  group.gpu = reader.map("gpu");
  TRY(reader.finish());
  for (const std::string& name : group.names) {
    scenario.nodes.push_back(group.node(name));
    if (group.gpu == nullptr) continue;
    Scenario::Gpu gpu = TRY(read_gpu(source, *group.gpu));
    gpu.node = name;
    scenario.gpus.push_back(std::move(gpu));
  }
  return {};
}

Result<Scenario::Catalog> read_catalog(const doc::Source& source, const Value& value) {
  RecordReader reader(source, value);
  Scenario::Catalog catalog;
  catalog.name = reader.text("name");
  catalog.display_name = reader.text_or("displayName", catalog.name);
  catalog.publisher = reader.text_or("publisher", "");
  catalog.packages = reader.texts("packages");
  TRY(reader.finish());
  return catalog;
}

}  // namespace

Result<Scenario> read_scenario(const std::filesystem::path& path) {
  const DataFile file = TRY(read_data_file(path));
  RecordReader reader(file.source, file.value);
  Scenario scenario;
  scenario.name = reader.text("scenario");
  scenario.title = reader.text_or("title", "");
  scenario.kinds = reader.texts("kinds");
  const auto catalogs = reader.list("catalogs");
  const auto nodes = reader.list("nodes");
  const auto objects = reader.list("objects");
  const auto namespaces = reader.texts("namespaces");
  TRY(reader.finish());

  for (const Value& catalog : catalogs) {
    scenario.catalogs.push_back(TRY(read_catalog(file.source, catalog)));
  }
  for (const Value& group : nodes) TRY(read_nodes(file.source, group, scenario));
  for (const std::string& name : namespaces) {
    scenario.objects.push_back(Value::map(
        {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", Value::map({{"name", name}})}}));
  }
  for (const Value& object : objects) {
    TRY_WITHIN(kube::ref_of(object), file.source.name);
    scenario.objects.push_back(object);
  }
  return scenario;
}

}  // namespace drydock
