#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "kube/request.h"
#include "net/transport.h"

/// Which failed request is sent again: one table, pure. After what pause: net/retry.h.
///
/// | what happened | sent again |
/// |---|---|
/// | nothing was sent (connection refused, name not found, TLS not up) | always |
/// | connection lost, answer unknown | reads, and writes that are the same when repeated |
/// | 429, 503 | always: the server did not begin; Retry-After is honoured |
/// | 500, 502, 504 | as "answer unknown", unless the message says that the request is wrong |
/// | 401 | once, with the token file read again |
/// | 403 of the authorizer | once, when the server is ready: until then it forbids everything |
/// | anything else | never |
///
/// Writes that are the same when repeated: server-side apply, merge patch, PUT with a
/// resourceVersion (the second one conflicts, which tells the truth), dry runs and reviews. A
/// create or delete whose answer was lost is not repeated: the caller looks first (level-based,
/// INV-1).
namespace cluster {

bool repeatable(const kube::Request& request);

/// What one attempt ended in: an error of the exchange, or a response with an error status.
struct Attempt {
  const base::Error* error = nullptr;       ///< Of the exchange; or
  const net::Response* response = nullptr;  ///< the answer.
};
enum class Verdict { final, retry };
Verdict judge(const kube::Request& request, const Attempt& attempt);

/// Whether this is the authorizer's refusal (403; "User "dev" cannot patch resource ..."), and not
/// that of an admission plugin. An API server takes requests before it has read the RBAC objects,
/// and refuses them all for so long: kubernetes/kubernetes#121635, OpenShift's bug 1863011; seen on
/// kube-apiserver 1.33 for a second after a restart. Its /readyz says when it has read them.
bool refused_by_authorizer(const net::Response& response);

/// How often a request is sent at most: kBusyAttemptsMax where the server `asked` to come back,
/// `otherwise` in all other cases.
int attempts_allowed(std::optional<std::chrono::seconds> asked, int otherwise);

}  // namespace cluster
