#include "kube/discovery.h"

#include <algorithm>

namespace kube {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";

std::span<const doc::Value> items_at(const doc::Value& value, std::string_view key) {
  const doc::Value* list = value.find(key);
  return list != nullptr && list->is_list() ? list->items() : std::span<const doc::Value>{};
}

std::vector<std::string> strings_at(const doc::Value& value, std::string_view key) {
  std::vector<std::string> strings;
  for (const doc::Value& item : items_at(value, key)) {
    if (item.is_string()) strings.emplace_back(item.as_string());
  }
  return strings;
}

Error unlike(std::string_view wanted, const doc::Value& document) {
  return Error{ErrorCode::invalid_argument, "expected a document of kind " + std::string(wanted) +
                                                ", got '" +
                                                std::string(document.string_at("kind")) + "'"};
}

/// One entry of a version's resources in the aggregated form.
Resource aggregated_resource(const doc::Value& entry, std::string_view group,
                             std::string_view version) {
  Resource resource{std::string(group),
                    std::string(version),
                    std::string(entry.string_at("resource")),
                    std::string(entry.string_at("responseKind.kind")),
                    entry.string_at("scope") == "Namespaced",
                    strings_at(entry, "verbs"),
                    {}};
  for (const doc::Value& sub : items_at(entry, "subresources")) {
    resource.subresources.emplace_back(sub.string_at("subresource"));
  }
  return resource;
}

}  // namespace

Discovery::Discovery(std::vector<Resource> resources) : resources_(std::move(resources)) {}

const Resource* Discovery::find(const GroupVersionKind& gvk) const {
  for (const Resource& resource : resources_) {
    if (resource.kind == gvk.kind && resource.group == gvk.group &&
        resource.version == gvk.version) {
      return &resource;
    }
  }
  return nullptr;
}

const Resource* Discovery::find_kind(std::string_view group, std::string_view kind) const {
  for (const Resource& resource : resources_) {
    if (resource.kind == kind && resource.group == group) return &resource;
  }
  return nullptr;
}

const Resource* Discovery::find_plural(std::string_view group, std::string_view plural) const {
  for (const Resource& resource : resources_) {
    if (resource.plural == plural && resource.group == group) return &resource;
  }
  return nullptr;
}

Request discovery_request(std::string_view root) { return raw_get_request(root, kAggregated); }

bool is_aggregated_discovery(const doc::Value& document) {
  return document.string_at("kind") == "APIGroupDiscoveryList";
}

Result<std::vector<Resource>> parse_aggregated_discovery(const doc::Value& document) {
  if (!is_aggregated_discovery(document)) return unlike("APIGroupDiscoveryList", document);
  std::vector<Resource> resources;
  for (const doc::Value& group : items_at(document, "items")) {
    const std::string_view group_name = group.string_at("metadata.name");
    for (const doc::Value& version : items_at(group, "versions")) {
      for (const doc::Value& entry : items_at(version, "resources")) {
        Resource resource = aggregated_resource(entry, group_name, version.string_at("version"));
        // Without a responseKind it only groups subresources of its own.
        if (!resource.kind.empty()) resources.push_back(std::move(resource));
      }
    }
  }
  return resources;
}

Result<std::vector<std::string>> parse_group_versions(const doc::Value& document) {
  std::vector<std::string> paths;
  if (document.string_at("kind") == "APIVersions") {
    for (const std::string& version : strings_at(document, "versions")) {
      paths.push_back("/api/" + version);
    }
    return paths;
  }
  if (document.string_at("kind") != "APIGroupList") {
    return unlike("APIGroupList or APIVersions", document);
  }
  for (const doc::Value& group : items_at(document, "groups")) {
    const std::string_view preferred = group.string_at("preferredVersion.groupVersion");
    if (!preferred.empty()) paths.push_back("/apis/" + std::string(preferred));
    for (const doc::Value& version : items_at(group, "versions")) {
      const std::string_view name = version.string_at("groupVersion");
      if (name != preferred) paths.push_back("/apis/" + std::string(name));
    }
  }
  return paths;
}

Result<std::vector<Resource>> parse_resource_list(const doc::Value& document) {
  if (document.string_at("kind") != "APIResourceList") return unlike("APIResourceList", document);
  const std::string_view group_version = document.string_at("groupVersion");
  const std::size_t slash = group_version.find('/');
  const bool core = slash == std::string_view::npos;
  const std::string group(core ? "" : group_version.substr(0, slash));
  const std::string version(core ? group_version : group_version.substr(slash + 1));

  std::vector<Resource> resources;
  for (const doc::Value& entry : items_at(document, "resources")) {
    const std::string_view name = entry.string_at("name");
    if (name.find('/') != std::string_view::npos) continue;
    const doc::Value* namespaced = entry.find("namespaced");
    resources.push_back({group,
                         version,
                         std::string(name),
                         std::string(entry.string_at("kind")),
                         namespaced != nullptr && namespaced->is_bool() && namespaced->as_bool(),
                         strings_at(entry, "verbs"),
                         {}});
  }
  for (const doc::Value& entry : items_at(document, "resources")) {
    const std::string_view name = entry.string_at("name");
    const std::size_t cut = name.find('/');
    if (cut == std::string_view::npos) continue;
    for (Resource& resource : resources) {
      if (resource.plural == name.substr(0, cut)) {
        resource.subresources.emplace_back(name.substr(cut + 1));
      }
    }
  }
  return resources;
}

Result<std::map<std::string, std::string>> parse_openapi_index(const doc::Value& document) {
  const doc::Value* paths = document.find("paths");
  if (paths == nullptr || !paths->is_map()) {
    return Error{ErrorCode::invalid_argument, "the OpenAPI index has no map 'paths'"};
  }
  std::map<std::string, std::string> index;
  for (const doc::Entry& entry : paths->entries()) {
    index.emplace(entry.name(), entry.value.string_at("serverRelativeURL"));
  }
  return index;
}

}  // namespace kube
