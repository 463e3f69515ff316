#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/client.h"
#include "engine/observed.h"

namespace apply {

/// What stands in namespaces, whatever its kind. The caches follow the kinds that the catalog
/// names; before a namespace is removed with all that is in it, everything else in it is asked for
/// as well: a person's Secret, claim or notebook.
///
/// Threading: not thread-safe.
class Contents {
 public:
  /// Lists every namespaced kind of the server in `namespace_name`, once; asked again, it does
  /// nothing. Left out: what a namespace has by itself or lives by another object (events, leases,
  /// service accounts, RBAC, endpoints), OLM's own kinds, and what `known` has.
  /// A kind that may not be listed is remembered as not read, so that nothing is concluded from it.
  /// Errors: of a cluster that cannot be asked (unavailable, unauthenticated, deadline_exceeded,
  /// cancelled).
  base::Result<void> look_into(const std::string& namespace_name, const engine::Observed& known,
                               cluster::Client& client, const cluster::Until& until);
  /// Adds what was seen to a view of the cluster.
  void add_to(engine::Observed& observed) const;

 private:
  std::set<std::string> looked_into_;
  std::map<kube::GroupVersionKind, std::vector<doc::Value>> seen_;
  std::map<kube::GroupVersionKind, std::string> unread_;  ///< Why.
};

}  // namespace apply
