#include "api_server.h"

#include <chrono>
#include <utility>

#include "doc/json.h"
#include "kube/request.h"
#include "kube/status.h"

namespace agreement {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

constexpr std::chrono::seconds kAnswerTime{120};
constexpr std::chrono::milliseconds kPollTime{50};

kube::Resource crd_resource() {
  return {.group = "apiextensions.k8s.io",
          .version = "v1",
          .plural = "customresourcedefinitions",
          .kind = "CustomResourceDefinition"};
}

Value stripped(const Value& crd) {
  const Value& spec = *crd.find("spec");
  std::vector<Value> versions;
  for (const Value& version : spec.find("versions")->items()) {
    versions.push_back(version.without("subresources"));
  }
  return crd.without("status").with(
      "spec", spec.without("conversion").with("versions", Value::list(std::move(versions))));
}

/// The server's yes, with what it then holds, or its complaints.
struct Answer {
  Complaints complaints;
  Value object;
};

bool is_refusal(int status) { return status == 400 || status == 422; }
// A kind that is not served yet (405: its name was another CRD's, which is still going), or a
// server that asks to come back.
bool is_early(int status) {
  return status == 404 || status == 405 || status == 429 || status >= 500;
}

/// Sends until it is answered. Not Client::send, which makes one error of a refusal's causes.
Result<Answer> send(cluster::Client& client, const kube::Request& request) {
  const cluster::Means& means = client.means();
  const net::Until until = net::within(means.clock, kAnswerTime);
  while (true) {
    const net::Response response =
        TRY(net::send(means.transport, client.wire_request(request), {.until = until}));
    if (response.status < 400) {
      return Answer{{}, TRY(doc::parse_json(response.body, request.path))};
    }
    if (is_refusal(response.status)) {
      return Answer{complaints_of(kube::parse_status(response.status, response.body)), {}};
    }
    if (!is_early(response.status) || means.clock.steady() >= until.deadline) {
      return client.error_of(request, response);
    }
    means.sleeper.sleep(kPollTime, until.stop);
  }
}

}  // namespace

kube::Resource ServedCrd::resource(std::string_view version) const {
  return {.group = std::string(crd_.string_at("spec.group")),
          .version = std::string(version),
          .plural = std::string(crd_.string_at("spec.names.plural")),
          .kind = std::string(crd_.string_at("spec.names.kind")),
          .namespaced = crd_.string_at("spec.scope") == "Namespaced"};
}

Value ServedCrd::placed(const Value& object) const {
  if (!resource("").namespaced) return object;
  return object.with("metadata", object.find("metadata")->with("namespace", "default"));
}

Result<ServedCrd> ServedCrd::install(cluster::Client& client, const Value& crd) {
  ServedCrd served(client, crd);
  const Answer answer = TRY(send(client, kube::create_request(crd_resource(), stripped(crd), {})));
  served.complaints_ = answer.complaints;
  if (served.complaints_.empty()) TRY(served.wait_until_served());
  return served;
}

Result<void> ServedCrd::wait_until_served() {
  for (const Value& version : crd_.find_path("spec.versions")->items()) {
    const Value* is_served = version.find("served");
    if (is_served == nullptr || !is_served->is_bool() || !is_served->as_bool()) continue;
    TRY(send(*client_, kube::list_request(resource(version.string_at("name")), {})));
  }
  return {};
}

Result<Complaints> ServedCrd::ask_create(std::string_view version, const Value& object) {
  TRY(withdraw());  // It has the same name.
  return TRY(send(*client_,
                  kube::create_request(resource(version), object, {.dry_run = kube::DryRun::all})))
      .complaints;
}

Result<Complaints> ServedCrd::ask_update(std::string_view version, const Value& object) {
  const Value metadata =
      object.find("metadata")
          ->with("resourceVersion", Value(standing_.string_at("metadata.resourceVersion")));
  return TRY(send(*client_,
                  kube::update_request(resource(version), object.with("metadata", metadata),
                                       {.dry_run = kube::DryRun::all})))
      .complaints;
}

Result<std::optional<Value>> ServedCrd::stand(std::string_view version, const Value& object) {
  TRY(withdraw());
  const Answer answer = TRY(send(*client_, kube::create_request(resource(version), object, {})));
  if (!answer.complaints.empty()) return std::optional<Value>();
  standing_ = answer.object;
  standing_version_ = version;
  return std::optional(standing_);
}

Result<void> ServedCrd::withdraw() {
  if (standing_.is_null()) return {};
  const kube::ObjectKey key{std::string(standing_.string_at("metadata.namespace")),
                            std::string(standing_.string_at("metadata.name"))};
  TRY(send(*client_, kube::delete_request(resource(standing_version_), key)));
  standing_ = Value();
  return {};
}

Result<void> ServedCrd::remove() {
  if (!complaints_.empty()) return {};
  TRY(withdraw());
  const kube::ObjectKey key{"", std::string(crd_.string_at("metadata.name"))};
  TRY(send(*client_, kube::delete_request(crd_resource(), key)));
  const cluster::Means& means = client_->means();
  const net::Until until = net::within(means.clock, kAnswerTime);
  while (client_->send(kube::get_request(crd_resource(), key), until)) {
    if (means.clock.steady() >= until.deadline) {
      return Error{ErrorCode::deadline_exceeded, key.name + " is still there"};
    }
    means.sleeper.sleep(kPollTime, until.stop);
  }
  return {};
}

}  // namespace agreement
