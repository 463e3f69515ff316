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

Result<void> wait_established(cluster::Client& client, const Value& crd, const net::Until& until) {
  const kube::ObjectRef ref = TRY(kube::ref_of(crd));
  for (;;) {
    if (is_established(TRY(client.get(ref, until)))) return {};
    if (client.means().clock.steady() >= until.deadline ||
        !client.means().sleeper.sleep(std::chrono::milliseconds(50), until.stop)) {
      return Error{ErrorCode::deadline_exceeded, kube::to_string(ref) + " was not established"};
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

Result<void> apply_crds(cluster::Client& client, std::span<const Value> crds,
                        const net::Until& until) {
  for (const Value& crd : crds) {
    TRY_WITHIN(client.apply(crd, {.force = true}, until), crd.string_at("metadata.name"));
  }
  for (const Value& crd : crds) TRY(wait_established(client, crd, until));
  return {};
}

}  // namespace drydock
