#include "drydock/catalog_package.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "doc/json.h"
#include "drydock/record_reader.h"

namespace drydock {

using base::Result;
using doc::Value;

namespace {

Result<Package::Deployment> read_deployment(const doc::Source& source, const Value& value) {
  RecordReader reader(source, value);
  Package::Deployment deployment;
  deployment.name = reader.text("name");
  deployment.replicas = static_cast<int>(reader.number_or("replicas", 1));
  deployment.container = reader.text_or("container", "manager");
  deployment.cpu = reader.text_or("cpu", "10m");
  deployment.memory = reader.text_or("memory", "64Mi");
  const Value* env = reader.map("env");
  if (env != nullptr) {
    for (const doc::Entry& entry : env->entries()) {
      deployment.env.emplace_back(entry.name(), env->string_at(entry.name()));
    }
  }
  TRY(reader.finish());
  return deployment;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

Value bundle_object(const Value& object) {
  return Value::map({{"type", "olm.bundle.object"},
                     {"value", Value::map({{"data", base::to_base64(doc::to_json(object))}})}});
}

Result<Value> bundle(const Package& package, const std::string& version, const CrdStore& crds) {
  std::vector<OwnedKind> owned;
  std::vector<Value> objects;
  for (const std::string& kind : package.kinds) {
    const Value crd = TRY_WITHIN(crds.find(kind), "package " + package.name);
    owned.push_back(owned_kind(crd));
    objects.push_back(bundle_object(crd));
  }
  std::vector<Value> properties{
      Value::map({{"type", "olm.package"},
                  {"value", Value::map({{"packageName", package.name}, {"version", version}})}})};
  for (const OwnedKind& kind : owned) {
    properties.push_back(Value::map(
        {{"type", "olm.gvk"},
         {"value",
          Value::map({{"group", kind.group}, {"kind", kind.kind}, {"version", kind.version}})}}));
  }
  for (const std::string& needed : package.needs) {
    properties.push_back(Value::map(
        {{"type", "olm.package.required"},
         {"value", Value::map({{"packageName", needed}, {"versionRange", ">=0.0.1"}})}}));
  }
  properties.push_back(bundle_object(cluster_service_version(package, version, owned)));
  properties.insert(properties.end(), objects.begin(), objects.end());
  return Value::map({{"schema", "olm.bundle"},
                     {"name", package.csv_of(version)},
                     {"package", package.name},
                     {"properties", Value::list(std::move(properties))}});
}

Value channel_blob(const Package& package, const Package::Channel& channel) {
  std::vector<Value> entries;
  std::string replaced;
  for (const std::string& version : channel.versions) {
    Value entry = Value::map({{"name", package.csv_of(version)}});
    if (!replaced.empty()) entry = entry.with("replaces", replaced);
    replaced = package.csv_of(version);
    entries.push_back(entry);
  }
  return Value::map({{"schema", "olm.channel"},
                     {"name", channel.name},
                     {"package", package.name},
                     {"entries", Value::list(std::move(entries))}});
}

Value container_of(const Package::Deployment& deployment) {
  std::vector<Value> env;
  for (const auto& [name, value] : deployment.env) {
    env.push_back(Value::map({{"name", name}, {"value", value}}));
  }
  return Value::map(
      {{"name", deployment.container},
       // No image is ever pulled; the name says whose it is.
       {"image", "drydock.invalid/" + deployment.name + ":latest"},
       {"env", Value::list(std::move(env))},
       {"resources", Value::map({{"requests", Value::map({{"cpu", deployment.cpu},
                                                          {"memory", deployment.memory}})}})}});
}

Value deployment_spec(const Package::Deployment& deployment) {
  const Value labels = Value::map({{"app", deployment.name}});
  const Value pod = Value::map({{"serviceAccountName", deployment.name},
                                {"containers", Value::list({container_of(deployment)})}});
  return Value::map(
      {{"name", deployment.name},
       {"spec", Value::map({{"replicas", deployment.replicas},
                            {"selector", Value::map({{"matchLabels", labels}})},
                            {"template", Value::map({{"metadata", Value::map({{"labels", labels}})},
                                                     {"spec", pod}})}})}});
}

Value permissions_of(const Package::Deployment& deployment) {
  const Value all = Value::list({Value("*")});
  const Value rule = Value::map({{"apiGroups", all}, {"resources", all}, {"verbs", all}});
  return Value::map({{"serviceAccountName", deployment.name}, {"rules", Value::list({rule})}});
}

}  // namespace

std::string Package::csv_of(const std::string& version) const {
  std::string text = csv_name;
  replace_all(text, "{package}", name);
  replace_all(text, "{version}", version);
  return text;
}

Result<Package> read_package(const std::filesystem::path& path) {
  const DataFile file = TRY(read_data_file(path));
  RecordReader reader(file.source, file.value);
  Package package;
  package.name = reader.text("package");
  package.title = reader.text("title");
  package.provider = reader.text_or("provider", "Red Hat");
  package.default_channel = reader.text("defaultChannel");
  package.csv_name = reader.text_or("csvName", "{package}.v{version}");
  package.install_modes = reader.texts("installModes");
  package.kinds = reader.texts("kinds");
  package.needs = reader.texts("needs");
  package.suggested_namespace = reader.text_or("suggestedNamespace", "");
  const Value* channels = reader.map("channels");
  const auto deployments = reader.list("deployments");
  if (channels == nullptr) reader.fail(file.value, "'channels' is missing");
  if (channels != nullptr && channels->find(package.default_channel) == nullptr) {
    reader.fail(file.value,
                "defaultChannel '" + package.default_channel + "' is none of the channels");
  }
  TRY(reader.finish());
  RecordReader channel_reader(file.source, *channels);
  for (const doc::Entry& channel : channels->entries()) {
    package.channels.push_back({std::string(channel.name()), channel_reader.texts(channel.name())});
  }
  TRY(channel_reader.finish());
  for (const Value& deployment : deployments) {
    package.deployments.push_back(TRY(read_deployment(file.source, deployment)));
  }
  return package;
}

Value cluster_service_version(const Package& package, const std::string& version,
                              const std::vector<OwnedKind>& owned) {
  std::vector<Value> kinds, modes, deployments, permissions;
  for (const OwnedKind& kind : owned) {
    kinds.push_back(Value::map({{"name", kind.crd_name},
                                {"kind", kind.kind},
                                {"version", kind.version},
                                {"displayName", kind.kind}}));
  }
  for (const char* mode : {"OwnNamespace", "SingleNamespace", "MultiNamespace", "AllNamespaces"}) {
    const bool supported = std::find(package.install_modes.begin(), package.install_modes.end(),
                                     mode) != package.install_modes.end();
    modes.push_back(Value::map({{"type", mode}, {"supported", supported}}));
  }
  for (const Package::Deployment& deployment : package.deployments) {
    deployments.push_back(deployment_spec(deployment));
    permissions.push_back(permissions_of(deployment));
  }
  Value annotations = Value::map({{"capabilities", "Full Lifecycle"}});
  if (!package.suggested_namespace.empty()) {
    annotations =
        annotations.with("operatorframework.io/suggested-namespace", package.suggested_namespace);
  }
  return Value::map(
      {{"apiVersion", "operators.coreos.com/v1alpha1"},
       {"kind", "ClusterServiceVersion"},
       {"metadata", Value::map({{"name", package.csv_of(version)}, {"annotations", annotations}})},
       {"spec",
        Value::map(
            {{"displayName", package.title},
             {"version", version},
             {"provider", Value::map({{"name", package.provider}})},
             {"installModes", Value::list(std::move(modes))},
             {"install",
              Value::map(
                  {{"strategy", "deployment"},
                   {"spec", Value::map({{"clusterPermissions", Value::list(std::move(permissions))},
                                        {"deployments", Value::list(std::move(deployments))}})}})},
             {"customresourcedefinitions",
              Value::map({{"owned", Value::list(std::move(kinds))}})}})}});
}

Result<std::string> file_based_catalog(const Package& package, const CrdStore& crds) {
  std::string text = doc::to_json(Value::map({{"schema", "olm.package"},
                                              {"name", package.name},
                                              {"defaultChannel", package.default_channel},
                                              {"description", package.title}})) +
                     "\n";
  std::set<std::string> versions;
  for (const Package::Channel& channel : package.channels) {
    text += doc::to_json(channel_blob(package, channel)) + "\n";
    versions.insert(channel.versions.begin(), channel.versions.end());
  }
  for (const std::string& version : versions) {
    text += doc::to_json(TRY(bundle(package, version, crds))) + "\n";
  }
  return text;
}

}  // namespace drydock
