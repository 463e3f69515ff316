#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "doc/value.h"
#include "kube/request.h"
#include "kube/types.h"

/// What an API server serves: aggregated discovery (apidiscovery.k8s.io/v2, Kubernetes 1.30 on,
/// v2beta1 before), with the old one (/api, /apis and a document per group version) to fall back
/// on.
namespace kube {

/// Every kind that a server serves. Threading: immutable.
class Discovery {
 public:
  Discovery() = default;
  /// `resources` in the server's order: of one group, the preferred version first.
  explicit Discovery(std::vector<Resource> resources);

  /// Exactly that version, or nullptr. Borrowed.
  const Resource* find(const GroupVersionKind& gvk) const;
  /// The preferred version of a kind, or nullptr.
  const Resource* find_kind(std::string_view group, std::string_view kind) const;
  /// By plural: ("apps", "deployments").
  const Resource* find_plural(std::string_view group, std::string_view plural) const;
  const std::vector<Resource>& resources() const { return resources_; }

 private:
  std::vector<Resource> resources_;
};

/// GET of "/api" or "/apis", asking for the aggregated form.
Request discovery_request(std::string_view root);
/// Whether the server answered in the aggregated form (kind APIGroupDiscoveryList).
bool is_aggregated_discovery(const doc::Value& document);
/// Errors: invalid_argument when the document is not of that kind.
base::Result<std::vector<Resource>> parse_aggregated_discovery(const doc::Value& document);

/// The group versions of APIVersions ("/api") or APIGroupList ("/apis"), preferred first: paths
/// such as
/// "/api/v1" and "/apis/apps/v1", each of which answers an APIResourceList.
base::Result<std::vector<std::string>> parse_group_versions(const doc::Value& document);
base::Result<std::vector<Resource>> parse_resource_list(const doc::Value& document);

/// The index at /openapi/v3: from "apis/apps/v1" to the path with its hash, to be fetched as it is.
base::Result<std::map<std::string, std::string>> parse_openapi_index(const doc::Value& document);

}  // namespace kube
