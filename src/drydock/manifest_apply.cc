#include "drydock/manifest_apply.h"

#include "kube/types.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

bool is_established(const Value& crd) {
  const Value* conditions = crd.find_path("status.conditions");
  if (conditions == nullptr || !conditions->is_list()) return false;
  for (const Value& condition : conditions->items()) {
    if (condition.string_at("type") == "Established") {
      return condition.string_at("status") == "True";
    }
  }
  return false;
}

/// The kind of a CRD in its first served version.
Result<kube::GroupVersionKind> kind_of(const Value& crd) {
  std::string version;
  const Value* versions = crd.find_path("spec.versions");
  for (const Value& one : versions ? versions->items() : std::span<const Value>{}) {
    const Value* served = one.find("served");
    if (version.empty() && served != nullptr && *served == Value(true)) {
      version = one.string_at("name");
    }
  }
  return kube::parse_gvk(std::string(crd.string_at("spec.group")) + "/" + version,
                         crd.string_at("spec.names.kind"));
}

/// Discovery names a kind a moment after it is established.
Result<void> wait_served(cluster::Client& client, const Value& crd, const net::Until& until) {
  const kube::ObjectRef ref = TRY(kube::ref_of(crd));
  const kube::GroupVersionKind kind = TRY(kind_of(crd));
  bool established = false;
  for (;;) {
    established = established || is_established(TRY(client.get(ref, until)));
    if (established && client.resource_of(kind, until)) return {};
    if (client.means().clock.steady() >= until.deadline ||
        !client.means().sleeper.sleep(std::chrono::milliseconds(50), until.stop)) {
      return Error{ErrorCode::deadline_exceeded, kube::to_string(ref) + " is not served"};
    }
  }
}

}  // namespace

Result<void> apply_manifest(cluster::Client& client, const Value& object, const net::Until& until) {
  const kube::ObjectRef ref = TRY(kube::ref_of(object));
  const Value* status = object.find("status");
  TRY_WITHIN(client.apply(object.without("status"), {.force = true}, until), kube::to_string(ref));
  if (status == nullptr) return {};
  // Kinds without a status subresource took it with the rest or keep unknown fields.
  const kube::Resource resource = TRY(client.resource_of(ref.gvk, until));
  const std::string subresource = resource.has_subresource("status") ? "status" : "";
  TRY_WITHIN(
      client.patch(ref, Value::map({{"status", *status}}), {.subresource = subresource}, until),
      kube::to_string(ref));
  return {};
}

Result<void> make_nodes(cluster::Client& client, std::span<const Value> nodes,
                        const net::Until& until) {
  for (const Value& node : nodes) {
    const auto made = client.create(node, {}, until);
    if (made) continue;
    if (made.error().code != ErrorCode::already_exists) return made.error();
    TRY(apply_manifest(client, node, until));
  }
  return {};
}

Result<void> apply_crds(cluster::Client& client, std::span<const Value> crds,
                        const net::Until& until) {
  for (const Value& crd : crds) {
    TRY_WITHIN(client.apply(crd, {.force = true}, until), crd.string_at("metadata.name"));
  }
  for (const Value& crd : crds) TRY(wait_served(client, crd, until));
  return {};
}

}  // namespace drydock
