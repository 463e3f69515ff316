#pragma once

#include <map>
#include <string>
#include <vector>

#include "doc/value.h"
#include "engine/inventory.h"
#include "engine/plan.h"

/// The inventory as a plan wants it. Internal to this folder.
namespace engine {

/// A proof that was given, as the inventory keeps it: by "task.proof", what it was about and what
/// it showed. It counts for as long as it is about the same pods.
struct ProofRecord {
  std::string subject;
  std::string value;
  std::string time;  ///< RFC 3339.
  /// Where the pods ran that answered, sorted: a node that is gone leaves no other trace.
  std::vector<std::string> nodes;
  bool operator==(const ProofRecord&) const = default;
};
using ProofRecords = std::map<std::string, ProofRecord>;

/// Records in the inventory that is in the cluster. What cannot be read is left out.
ProofRecords proof_records(const site::Site& site, const Observed& observed);

/// Members that no planned object is. Only trustworthy when every object of the plan is known.
std::vector<Pruned> to_prune(const site::Site& site, const std::vector<PlannedTask>& tasks,
                             const Observed& observed);

/// The parent ConfigMap: kinds and namespaces of everything planned and of what is still to be
/// pruned, with `proofs` in its data.
doc::Value inventory_body(const site::Site& site, const std::vector<PlannedTask>& tasks,
                          const std::vector<Pruned>& prune, const ProofRecords& proofs);

/// The Namespace that the parent stands in, as a member of the set.
doc::Value inventory_namespace_body(const site::Site& site);

}  // namespace engine
