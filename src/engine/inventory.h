#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "doc/value.h"
#include "engine/observed.h"
#include "kube/types.h"
#include "site/site.h"

/// The inventory of what is ours, in the cluster, as an ApplySet (KEP-3659; kubectl's
/// pkg/cmd/apply/applyset.go): a parent ConfigMap says which kinds there may be, each member says
/// in a label which set it is part of. `kubectl get KIND -A -l applyset.kubernetes.io/part-of=ID`
/// lists it.
namespace engine {

inline constexpr std::string_view kPartOfLabel = "applyset.kubernetes.io/part-of";
inline constexpr std::string_view kIdLabel = "applyset.kubernetes.io/id";
inline constexpr std::string_view kToolingAnnotation = "applyset.kubernetes.io/tooling";
inline constexpr std::string_view kKindsAnnotation = "applyset.kubernetes.io/contains-group-kinds";
inline constexpr std::string_view kNamespacesAnnotation =
    "applyset.kubernetes.io/additional-namespaces";
/// Which task a member belongs to.
inline constexpr std::string_view kTaskLabel = "slipway.dev/task";

/// The parent: ConfigMap "slipway" in the site's inventory namespace.
kube::ObjectRef inventory_ref(const site::Site& site);

/// "applyset-<base64url(sha256(name.namespace.kind.group)), no padding>-v1".
std::string applyset_id(const kube::ObjectRef& parent);

/// Group kinds as the annotation lists them: "ConfigMap,Deployment.apps", sorted.
std::string group_kinds(const std::set<kube::ObjectRef>& members);

/// Members that are in the cluster: everything observed that carries our part-of label.
std::vector<doc::Value> members(const site::Site& site, const Observed& observed);

}  // namespace engine
