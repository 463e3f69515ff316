#include <map>
#include <string>
#include <utility>

#include "catalog/environments.h"
#include "site/fields.h"

namespace catalog {
namespace {

using cel::Type;

Type type_of(const site::Field& field);

/// The site's own table of fields as a type, so that `site.gpu.vender` is an error at load.
Type type_of(const std::vector<site::Field>& fields, std::string name) {
  std::vector<cel::Field> members;
  for (const site::Field& field : fields) {
    const std::string key(field.key);
    members.push_back({key, type_of(field), key});
  }
  return Type::record(std::move(name), std::move(members));
}

Type type_of(const site::Field& field) {
  switch (field.type) {
    case site::Field::Type::text:
      return field.nullable ? Type::wrapper(Type::string()) : Type::string();
    case site::Field::Type::integer:
      return Type::integer();
    case site::Field::Type::boolean:
      return Type::boolean();
    case site::Field::Type::section:
      return type_of(field.fields, std::string(field.key));
    case site::Field::Type::text_map:
      return Type::map(Type::string(), Type::string());
  }
  return Type::dyn();
}

Type record(std::string name, std::vector<std::pair<std::string, Type>> members) {
  std::vector<cel::Field> fields;
  for (auto& [key, type] : members) fields.push_back({key, std::move(type), key});
  return Type::record(std::move(name), std::move(fields));
}

Type type_of(const kube::GroupVersionKind& kind, const ObjectTypes* types) {
  const auto known = types == nullptr ? std::nullopt : types->type_of(kind);
  return known ? *known : Type::dyn();
}

/// As engine/scope.h describes it; a member that could not be read is absent all the same.
Type cluster_type(const ObjectTypes* types) {
  std::map<std::string, Type> of;
  for (const auto& [member, kind] : cluster_kinds()) of.emplace(member, type_of(kind, types));
  const auto all = [&](const char* member) { return Type::list(of.at(member)); };
  return record("cluster",
                {
                    {"nodes", all("nodes")},
                    {"workers", all("nodes")},
                    {"gpuNodes", all("nodes")},
                    {"gpus", record("gpus", {{"resource", Type::string()},
                                             {"capacity", Type::integer()},
                                             {"allocatable", Type::integer()}})},
                    {"openshift", record("openshift", {{"version", Type::string()},
                                                       {"major", Type::integer()},
                                                       {"minor", Type::integer()},
                                                       {"patch", Type::integer()},
                                                       {"object", of.at("openshift.object")}})},
                    {"kubernetes", record("kubernetes", {{"version", Type::string()},
                                                         {"major", Type::integer()},
                                                         {"minor", Type::integer()}})},
                    {"infrastructure", of.at("infrastructure")},
                    {"clusterOperators", all("clusterOperators")},
                    {"packages", Type::map(Type::string(), of.at("packages"))},
                });
}

cel::Environment site_and_cluster(const ObjectTypes* types) {
  return cel::Environment::kubernetes()
      .with_variable("site", type_of(site::fields(), "site"))
      .with_variable("cluster", cluster_type(types));
}

}  // namespace

Environments::Environments(const ObjectTypes* types)
    : types_(types),
      object_(site_and_cluster(types).with_variable(
          "install", record("install", {{"package", Type::string()},
                                        {"channel", Type::string()},
                                        {"csv", Type::string()},
                                        {"startingCSV", Type::wrapper(Type::string())}}))),
      proof_(site_and_cluster(types)
                 .with_variable("stdout", Type::string())
                 .with_variable("exitCode", Type::integer())
                 .with_variable("pod", record("pod", {{"namespace", Type::string()},
                                                      {"name", Type::string()}}))) {}

cel::Environment Environments::check(const std::vector<Read>& reads) const {
  std::vector<std::pair<std::string, Type>> members;
  for (const Read& read : reads) {
    Type type = type_of(read.kind, types_);
    if (read.name.source.is_null()) type = Type::list(std::move(type));
    members.emplace_back(read.as, std::move(type));
  }
  return object_.with_variable("objects", record("objects", std::move(members)));
}

const Environments& untyped_environments() {
  static const Environments kEnvironments;
  return kEnvironments;
}

const std::vector<std::pair<std::string, kube::GroupVersionKind>>& cluster_kinds() {
  static const std::vector<std::pair<std::string, kube::GroupVersionKind>> kKinds = {
      {"nodes", {"", "v1", "Node"}},
      {"openshift.object", {"config.openshift.io", "v1", "ClusterVersion"}},
      {"infrastructure", {"config.openshift.io", "v1", "Infrastructure"}},
      {"clusterOperators", {"config.openshift.io", "v1", "ClusterOperator"}},
      {"packages", {"packages.operators.coreos.com", "v1", "PackageManifest"}},
  };
  return kKinds;
}

}  // namespace catalog
