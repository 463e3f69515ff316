#include "cluster/retry.h"

#include "base/limits.h"
#include "kube/status.h"

namespace cluster {
namespace {

using base::ErrorCode;

bool nothing_was_sent(const base::Error& error) { return error.message.starts_with("connect"); }

}  // namespace

bool repeatable(const kube::Request& request) {
  switch (request.method) {
    case kube::Method::get:
    case kube::Method::put:
      return true;
    case kube::Method::patch:
      return request.content_type != "application/json-patch+json" || !request.mutates();
    case kube::Method::post:
    case kube::Method::del:
      return !request.mutates();
  }
  return false;
}

Verdict judge(const kube::Request& request, const Attempt& attempt) {
  if (attempt.error != nullptr) {
    if (attempt.error->code != ErrorCode::unavailable) return Verdict::final;
    return nothing_was_sent(*attempt.error) || repeatable(request) ? Verdict::retry
                                                                   : Verdict::final;
  }
  const int status = attempt.response->status;
  // An eviction is refused with 429 for as long as a disruption budget forbids it: an answer.
  if (status == 429) {
    return request.path.ends_with("/eviction") ? Verdict::final : Verdict::retry;
  }
  if (status == 503) return Verdict::retry;
  if (status != 500 && status != 502 && status != 504) return Verdict::final;
  // Some 500s are about the request (kube/status.cc knows which): it will not be better next time.
  const base::Error told = kube::to_error(kube::parse_status(status, attempt.response->body));
  if (told.code == ErrorCode::invalid_argument) return Verdict::final;
  return repeatable(request) ? Verdict::retry : Verdict::final;
}

bool refused_by_authorizer(const net::Response& response) {
  if (response.status != 403) return false;
  // k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go, forbiddenMessage().
  const kube::Status status = kube::parse_status(response.status, response.body);
  return status.message.find("User \"") != std::string::npos &&
         status.message.find(" cannot ") != std::string::npos;
}

int attempts_allowed(std::optional<std::chrono::seconds> asked, int otherwise) {
  return asked ? base::limits::kBusyAttemptsMax : otherwise;
}

}  // namespace cluster
