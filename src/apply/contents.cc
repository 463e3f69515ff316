#include "apply/contents.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "kube/discovery.h"

namespace apply {
namespace {

using base::ErrorCode;

bool is_passing(const kube::Resource& resource) {
  static const std::set<std::string_view> kGroups = {
      "coordination.k8s.io",  "discovery.k8s.io",          "events.k8s.io",
      "metrics.k8s.io",       "operators.coreos.com",      "packages.operators.coreos.com",
      "authorization.k8s.io", "rbac.authorization.k8s.io", "authorization.openshift.io"};
  static const std::set<std::string_view> kKinds = {"Event", "Endpoints", "ServiceAccount",
                                                    "PodTemplate"};
  return kGroups.count(resource.group) != 0 || kKinds.count(resource.kind) != 0;
}

bool can_be_listed(const kube::Resource& resource) {
  return resource.namespaced &&
         std::find(resource.verbs.begin(), resource.verbs.end(), "list") != resource.verbs.end();
}

/// A service account's token or pull secret: it goes and comes with its account.
bool is_of_account(const doc::Value& object) {
  const std::string_view type = object.string_at("type");
  return type == "kubernetes.io/service-account-token" || type == "kubernetes.io/dockercfg";
}

}  // namespace

base::Result<void> Contents::look_into(const std::string& namespace_name,
                                       const engine::Observed& known, cluster::Client& client,
                                       const cluster::Until& until) {
  if (!looked_into_.insert(namespace_name).second) return {};
  const auto discovery = TRY(client.discovery(until));
  for (const kube::Resource& resource : discovery->resources()) {
    const kube::GroupVersionKind gvk = resource.gvk();
    if (!can_be_listed(resource) || is_passing(resource) || known.kinds.count(gvk) != 0) continue;
    // Of a kind in several versions one is enough.
    if (discovery->find_kind(resource.group, resource.kind) != &resource) continue;
    auto list = client.list(gvk, {.namespace_name = namespace_name}, until);
    if (list) {
      for (doc::Value& object : list->items) {
        if (!is_of_account(object)) seen_[gvk].push_back(std::move(object));
      }
      continue;
    }
    switch (list.error().code) {
      case ErrorCode::unavailable:
      case ErrorCode::unauthenticated:
      case ErrorCode::deadline_exceeded:
      case ErrorCode::cancelled:
        looked_into_.erase(namespace_name);
        return std::move(list).error();
      case ErrorCode::not_found:  // Its CRD has gone meanwhile.
        break;
      default:
        unread_.emplace(gvk, list.error().message);
    }
  }
  return {};
}

void Contents::add_to(engine::Observed& observed) const {
  // First what was not read: a kind that one namespace showed and another would not show is not
  // known.
  for (const auto& [gvk, why] : unread_) {
    observed.kinds.emplace(gvk, engine::KindView::failed(why));
  }
  for (const auto& [gvk, objects] : seen_) {
    observed.kinds.emplace(gvk, engine::KindView::listed(objects));
  }
}

}  // namespace apply
