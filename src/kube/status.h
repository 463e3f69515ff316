#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "doc/value.h"

namespace kube {

/// metav1.Status: how an API server says that it did not do what was asked.
struct Status {
  struct Cause {
    std::string reason;  ///< "FieldManagerConflict", "FieldValueInvalid", ...
    std::string message;
    std::string field;  ///< ".spec.replicas"
    bool operator==(const Cause&) const = default;
  };
  int code = 0;
  std::string reason;  ///< "NotFound", "Conflict", "Expired", ...
  std::string message;
  std::string group, kind, name;  ///< Of details; `kind` is often the plural.
  std::vector<Cause> causes;
  std::optional<std::chrono::seconds> retry_after;  ///< details.retryAfterSeconds
};

/// Reads a body of kind Status. A body of another form gives its first line as `message`, so that a
/// proxy's error page is still told. `http_status` stands in where the body has no code.
Status parse_status(int http_status, std::string_view body);
/// The same from a parsed document, as it stands in an ERROR event of a watch.
Status status_of(const doc::Value& document, int http_status = 0);

/// Fields that another manager owns, from a 409 of server-side apply.
struct FieldConflict {
  std::string manager;  ///< "kubectl-client-side-apply"
  std::string detail;   ///< As the server adds it: "using v1", "with subresource \"status\"".
  std::vector<std::string> fields;  ///< ".spec.replicas"
  bool operator==(const FieldConflict&) const = default;
};
/// Empty where the status is no conflict of field managers (a stale resourceVersion, say). Managers
/// in order of first appearance. Reads details.causes; where there are none, the message.
std::vector<FieldConflict> field_conflicts(const Status& status);

/// The status as an Error: the code by reason first (AlreadyExists, Expired, Timeout, ...) and HTTP
/// status second. `message` is the server's, with the owners of a conflict named in one sentence.
base::Error to_error(const Status& status);

}  // namespace kube
