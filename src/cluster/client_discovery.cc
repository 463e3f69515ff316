#include <algorithm>
#include <charconv>

#include "base/strings.h"
#include "cluster/client.h"
#include "cluster/client_state.h"

namespace cluster {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

Result<doc::Value> get_json(Client& client, const kube::Request& request, const Until& until) {
  return parse_body(request, TRY(client.send(request, until)));
}

/// Everything below "/api" or "/apis".
Result<std::vector<kube::Resource>> fetch_root(Client& client, std::string_view root,
                                               const Until& until) {
  const doc::Value document = TRY(get_json(client, kube::discovery_request(root), until));
  if (kube::is_aggregated_discovery(document)) return kube::parse_aggregated_discovery(document);

  std::vector<kube::Resource> resources;
  for (const std::string& path : TRY(kube::parse_group_versions(document))) {
    const Result<doc::Value> list = get_json(client, kube::raw_get_request(path), until);
    if (!list) {
      // An aggregated API whose backend is down must not hide all the others.
      if (list.error().code == ErrorCode::unavailable ||
          list.error().code == ErrorCode::not_found) {
        continue;
      }
      return list.error();
    }
    std::vector<kube::Resource> more = TRY(kube::parse_resource_list(*list));
    resources.insert(resources.end(), more.begin(), more.end());
  }
  return resources;
}

Error unknown_kind(const kube::GroupVersionKind& gvk, const kube::Discovery& discovery) {
  Error error{ErrorCode::not_found,
              "the cluster has no kind '" + gvk.kind + "' in " + gvk.api_version()};
  if (const kube::Resource* other = discovery.find_kind(gvk.group, gvk.kind)) {
    error.hint = "it has it in " + other->gvk().api_version();
    return error;
  }
  std::vector<std::string_view> kinds;
  bool group_is_there = false;
  for (const kube::Resource& resource : discovery.resources()) {
    if (resource.group != gvk.group) continue;
    group_is_there = true;
    kinds.push_back(resource.kind);
  }
  const std::string_view near = base::nearest(gvk.kind, kinds);
  if (!near.empty()) {
    error.hint = "did you mean '" + std::string(near) + "'?";
  } else if (!group_is_there) {
    error.hint = "nothing of '" + gvk.group +
                 "' is installed: the operator that brings it is not there (yet)";
  }
  return error;
}

int leading_number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<std::shared_ptr<const kube::Discovery>> Client::discovery(const Until& until, bool refresh) {
  const std::lock_guard fetching(state_->fetching);
  if (!refresh) {
    const std::lock_guard lock(state_->mutex);
    if (state_->discovery != nullptr) return state_->discovery;
  }
  std::vector<kube::Resource> resources = TRY_WITHIN(fetch_root(*this, "/api", until), "discovery");
  const std::vector<kube::Resource> groups =
      TRY_WITHIN(fetch_root(*this, "/apis", until), "discovery");
  resources.insert(resources.end(), groups.begin(), groups.end());
  auto discovery = std::make_shared<const kube::Discovery>(std::move(resources));
  const std::lock_guard lock(state_->mutex);
  state_->discovery = discovery;
  return discovery;
}

Result<kube::Resource> Client::resource_of(const kube::GroupVersionKind& gvk, const Until& until) {
  const std::shared_ptr<const kube::Discovery> known = TRY(discovery(until));
  if (const kube::Resource* resource = known->find(gvk)) return *resource;

  // A CRD may have come since. Asking for its group version alone is cheap and exact.
  const std::string path =
      gvk.group.empty() ? "/api/" + gvk.version : "/apis/" + gvk.group + "/" + gvk.version;
  const Result<doc::Value> list = get_json(*this, kube::raw_get_request(path), until);
  if (!list) {
    if (list.error().code == ErrorCode::not_found) return unknown_kind(gvk, *known);
    return Error(list.error()).within("discovery");
  }
  const std::vector<kube::Resource> fresh = TRY(kube::parse_resource_list(*list));
  const auto found = std::find_if(fresh.begin(), fresh.end(), [&](const kube::Resource& resource) {
    return resource.kind == gvk.kind;
  });
  const std::lock_guard lock(state_->mutex);
  std::vector<kube::Resource> merged;
  for (const kube::Resource& resource : state_->discovery->resources()) {
    if (resource.group != gvk.group || resource.version != gvk.version) merged.push_back(resource);
  }
  merged.insert(merged.end(), fresh.begin(), fresh.end());
  state_->discovery = std::make_shared<const kube::Discovery>(std::move(merged));
  if (found == fresh.end()) return unknown_kind(gvk, *state_->discovery);
  return *found;
}

Result<ServerVersion> Client::version(const Until& until) {
  const doc::Value version = TRY(raw_get_json("/version", until));
  return ServerVersion{std::string(version.string_at("gitVersion")),
                       leading_number(version.string_at("major")),
                       leading_number(version.string_at("minor"))};
}

Result<std::map<std::string, std::string>> Client::openapi_index(const Until& until) {
  return kube::parse_openapi_index(TRY(raw_get_json("/openapi/v3", until)));
}

}  // namespace cluster
