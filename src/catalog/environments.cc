#include <utility>
#include <vector>

#include "catalog/template_parse.h"
#include "cel/cel.h"
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

/// As engine/scope.h describes it; a member that could not be read is absent all the same.
Type cluster_type() {
  const Type objects = Type::list(Type::dyn());
  return record("cluster", {
                               {"nodes", objects},
                               {"workers", objects},
                               {"gpuNodes", objects},
                               {"gpus", record("gpus", {{"resource", Type::string()},
                                                        {"capacity", Type::integer()},
                                                        {"allocatable", Type::integer()}})},
                               {"openshift", record("openshift", {{"version", Type::string()},
                                                                  {"major", Type::integer()},
                                                                  {"minor", Type::integer()},
                                                                  {"patch", Type::integer()},
                                                                  {"object", Type::dyn()}})},
                               {"kubernetes", record("kubernetes", {{"version", Type::string()},
                                                                    {"major", Type::integer()},
                                                                    {"minor", Type::integer()}})},
                               {"infrastructure", Type::dyn()},
                               {"clusterOperators", objects},
                               {"packages", Type::map(Type::string(), Type::dyn())},
                           });
}

cel::Environment site_and_cluster() {
  return cel::Environment::kubernetes()
      .with_variable("site", type_of(site::fields(), "site"))
      .with_variable("cluster", cluster_type());
}

}  // namespace

const cel::Environment& object_environment() {
  static const cel::Environment kEnvironment = site_and_cluster().with_variable(
      "install", record("install", {{"package", Type::string()},
                                    {"channel", Type::string()},
                                    {"csv", Type::string()},
                                    {"startingCSV", Type::wrapper(Type::string())}}));
  return kEnvironment;
}

cel::Environment check_environment(const std::vector<std::string>& objects) {
  std::vector<std::pair<std::string, Type>> members;
  for (const std::string& name : objects) members.emplace_back(name, Type::dyn());
  return object_environment().with_variable("objects", record("objects", std::move(members)));
}

const cel::Environment& proof_environment() {
  static const cel::Environment kEnvironment =
      site_and_cluster()
          .with_variable("stdout", Type::string())
          .with_variable("exitCode", Type::integer())
          .with_variable("pod",
                         record("pod", {{"namespace", Type::string()}, {"name", Type::string()}}));
  return kEnvironment;
}

}  // namespace catalog
