#pragma once

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

namespace kube {

/// Which kind of object, in which API version: ("apps", "v1", "Deployment"). The core group is "".
struct GroupVersionKind {
  std::string group;
  std::string version;
  std::string kind;

  /// "apps/v1", or "v1" for the core group.
  std::string api_version() const;
  auto operator<=>(const GroupVersionKind&) const = default;
};

/// GroupVersionKind of ("apps/v1", "Deployment"). Errors: invalid_argument when `api_version` has
/// more than one slash or no version, or `kind` is empty.
base::Result<GroupVersionKind> parse_gvk(std::string_view api_version, std::string_view kind);

/// What the API server calls one kind (discovery's APIResource).
struct Resource {
  std::string group;
  std::string version;
  std::string plural;  ///< "deployments": the path segment.
  std::string kind;
  bool namespaced = false;
  std::vector<std::string> verbs;         ///< "get", "list", "watch", ...
  std::vector<std::string> subresources;  ///< "status", "scale", ...

  GroupVersionKind gvk() const { return {group, version, kind}; }
  bool can(std::string_view verb) const;
  bool has_subresource(std::string_view name) const;
  /// "deployments.apps", or "pods" for the core group: as kubectl and RBAC messages write it.
  std::string qualified_name() const;
  bool operator==(const Resource&) const = default;
};

/// Where an object of a known kind is. `namespace_name` is "" for what is cluster-scoped.
struct ObjectKey {
  std::string namespace_name;
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
};

/// One object of one kind: identity across versions of its content, not across delete and create
/// (that is metadata.uid).
struct ObjectRef {
  GroupVersionKind gvk;
  std::string namespace_name;
  std::string name;

  ObjectKey key() const { return {namespace_name, name}; }
  auto operator<=>(const ObjectRef&) const = default;
};

/// "Deployment.apps nanabush-ai/vllm", "Node gpu-1": for messages.
std::string to_string(const ObjectRef& ref);

/// The reference of a manifest or live object. Errors: invalid_argument naming what is missing
/// (apiVersion, kind, metadata.name).
base::Result<ObjectRef> ref_of(const doc::Value& object);

/// The items of a List response with apiVersion and kind put back (a typed list leaves them out).
std::vector<doc::Value> items_of_list(const doc::Value& list, const GroupVersionKind& gvk);

}  // namespace kube
