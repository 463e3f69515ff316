#pragma once

#include <string>
#include <variant>

#include "base/result.h"
#include "cluster/client.h"
#include "engine/decide.h"
#include "engine/verdict.h"

namespace apply {

/// What carrying out one action gave.
struct Performed {
  /// metadata.resourceVersion of the object as it now is; "" where there is none (Prove, Prune).
  std::string resource_version = {};
  /// Of Prove.
  std::optional<engine::ProofAnswer> answer = std::nullopt;
};

/// Carries out one action. Blocking; any thread.
///
/// Apply is server-side apply as the client's field manager, never forced. Approve and Prune are
/// conditional (resourceVersion, uid): where the condition does not hold any more nothing happens
/// and the Error is aborted. A Prune of what is gone already is a success. Prove never fails as a
/// whole: a pod that could not be asked is a PodAnswer with its error.
base::Result<Performed> perform(cluster::Client& client, const engine::Action& action,
                                const cluster::Until& until);

/// What an action writes to: the object of Apply, Approve and Prune; nothing for Prove.
const kube::ObjectRef* target_of(const engine::Action& action);
/// Whose action it is; "" is the inventory's or a Prune's.
std::string_view task_of(const engine::Action& action);

}  // namespace apply
