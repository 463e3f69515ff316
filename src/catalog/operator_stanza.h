#pragma once

#include "catalog/catalog.h"
#include "catalog/environments.h"
#include "catalog/problems.h"
#include "doc/value.h"

/// The `operator:` of a task. Internal to this folder.
namespace catalog {

/// Reads the stanza.
Operator read_operator(const doc::Value& value, const Environments& environments,
                       const doc::Source& source, Problems& problems);

/// What the stanza stands for: a Namespace, an OperatorGroup that the install mode asks for (OLM
/// refuses a CSV whose install modes do not fit it), and a Subscription of the package's own name
/// (RHOAI looks Subscriptions up by that) with installPlanApproval Manual; the reads `subscription`
/// and `csv`; and the checks that the planned CSV is installed and has succeeded. Put in front of
/// what the task has already. `file` is where the stanza stands.
void expand_operator(const Operator& operator_, const std::string& file, Task& task);

}  // namespace catalog
