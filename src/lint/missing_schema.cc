#include "lint/missing_schema.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace lint {
namespace {

/// The groups that the API server of Kubernetes 1.33 serves by itself (api/openapi-spec/v3), and
/// "extensions", which old manifests still name. Any other group is somebody's CRD.
constexpr std::array<std::string_view, 24> kBuiltInGroups = {"",
                                                             "admissionregistration.k8s.io",
                                                             "apiextensions.k8s.io",
                                                             "apiregistration.k8s.io",
                                                             "apps",
                                                             "authentication.k8s.io",
                                                             "authorization.k8s.io",
                                                             "autoscaling",
                                                             "batch",
                                                             "certificates.k8s.io",
                                                             "coordination.k8s.io",
                                                             "discovery.k8s.io",
                                                             "events.k8s.io",
                                                             "extensions",
                                                             "flowcontrol.apiserver.k8s.io",
                                                             "internal.apiserver.k8s.io",
                                                             "networking.k8s.io",
                                                             "node.k8s.io",
                                                             "policy",
                                                             "rbac.authorization.k8s.io",
                                                             "resource.k8s.io",
                                                             "scheduling.k8s.io",
                                                             "storage.k8s.io",
                                                             "storagemigration.k8s.io"};

bool is_built_in(const schema::Kind& kind) {
  return std::find(kBuiltInGroups.begin(), kBuiltInGroups.end(), kind.group) !=
         kBuiltInGroups.end();
}

std::string versions_of(const schema::Kind& kind, const schema::Registry& registry) {
  std::vector<std::string> versions;
  for (const schema::Kind& other : registry.kinds()) {
    if (other.group == kind.group && other.kind == kind.kind) versions.push_back(other.version);
  }
  return base::join(versions, ", ");
}

std::string hint_for(const schema::Kind& kind, const std::string& versions,
                     const Options& options) {
  if (!versions.empty()) return "the schemas at hand have it in " + versions;
  if (!is_built_in(kind)) {
    return "bring its CustomResourceDefinition with --crds PATH, or take a cluster's schemas with "
           "--context NAME";
  }
  if (options.built_in_types.empty()) {
    return "it is a type of Kubernetes itself: make openapi fetches those, --context NAME takes a "
           "cluster's, --schemas PATH a folder's";
  }
  return options.built_in_types +
         " has no such kind: correct apiVersion or kind, or name another --kubernetes-version";
}

}  // namespace

Finding missing_schema(const schema::Kind& kind, const schema::Registry& registry,
                       const Options& options) {
  Finding finding;
  finding.severity = options.ignore_missing_schemas ? Severity::warning : Severity::error;
  finding.rule = "no-schema";
  finding.message = "no schema for " + to_string(kind);
  finding.hint = hint_for(kind, versions_of(kind, registry), options);
  return finding;
}

}  // namespace lint
