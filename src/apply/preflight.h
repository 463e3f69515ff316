#pragma once

#include "base/result.h"
#include "cluster/client.h"
#include "engine/observed.h"
#include "engine/plan.h"

namespace apply {

/// Asks the server whether this user may do all that carrying out `plan` needs: its writes, those
/// of the inventory, and the commands of its proofs in pods (one SelfSubjectAccessReview where the
/// user may do everything; one a verb, kind and namespace otherwise). Writes nothing. Kinds that
/// are not served yet cannot be asked about and are left out. Errors: permission_denied that lists
/// everything that is missing.
base::Result<void> check_permissions(cluster::Client& client, const engine::Plan& plan,
                                     const engine::Observed& observed, const cluster::Until& until);

}  // namespace apply
