#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/client.h"
#include "kube/request.h"

namespace cluster {

struct ExecResult {
  std::string out;
  std::string err;
  int exit_code = 0;
};

/// Runs a command in a container and waits for it, over a WebSocket with v5.channel.k8s.io or
/// v4.channel.k8s.io (the first byte of a message is its channel: 1 stdout, 2 stderr, 3 the Status
/// that ends it).
///
/// A command that ran and failed is a success with its exit code. Errors: not_found (pod,
/// container), failed_precondition (the container is not running; the command is not there),
/// permission_denied, unavailable (also when the connection ends without a Status: the outcome is
/// unknown), resource_exhausted (output above kExecOutputBytesMax), deadline_exceeded, cancelled.
/// Not retried: a command may have run.
base::Result<ExecResult> exec(Client& client, const kube::ObjectKey& pod,
                              const kube::ExecOptions& options, const Until& until);

}  // namespace cluster
