#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "cluster/cache.h"
#include "cluster/client.h"
#include "engine/observed.h"
#include "kube/types.h"
#include "site/site.h"

namespace apply {

/// Sees a cluster: a list-watch cache of every kind that the catalog names, and of every kind that
/// the inventory in the cluster says it holds (an older catalog may have applied it).
///
/// Ownership: borrows `client`. Threading: any thread.
class Observer {
 public:
  /// Asks the server for its version and for the inventory first, so that a cluster that cannot be
  /// reached or does not know us is an error at once (within kFirstAnswerTimeout). Starts the
  /// caches, and returns when each has its first list or cannot have one.
  /// Errors: unavailable, unauthenticated, permission_denied (naming every kind that may not be
  /// read), deadline_exceeded, cancelled.
  static base::Result<std::unique_ptr<Observer>> start(cluster::Client& client,
                                                       const site::Site& site,
                                                       const catalog::Catalog& catalog,
                                                       const cluster::Until& until);

  /// What is, now. Cheap: objects are shared.
  engine::Observed observe() const;
  /// observe(), once no kind is unread for a reason that passes by itself: a server that is busy or
  /// restarts. After kUnreadGrace, or at the end of `until`, as it is then. For who looks once.
  engine::Observed observe_all_read(const cluster::Until& until) const;
  /// What is, asked of the server now, kind by kind, several at a time. The caches follow one kind
  /// each, and under load one may lag behind another: an operator's early "ready" beside what it
  /// only made later. See engine::moved_between. A kind that could not be listed is `failed`.
  engine::Observed look_anew(const cluster::Until& until) const;
  /// Why the cluster cannot be seen at all just now: no cache can reach it. nullopt when one can.
  std::optional<base::Error> outage() const;
  /// Grows with every change. Take it before observe(), so that no change is missed.
  std::uint64_t version() const { return caches_->version(); }
  /// Blocks until version() is above `since`. Errors: deadline_exceeded, cancelled.
  base::Result<std::uint64_t> wait_for_change(std::uint64_t since,
                                              const cluster::Until& until) const {
    return caches_->wait_for_change(since, until);
  }

 private:
  Observer(cluster::Client& client, std::string kubernetes_version,
           std::unique_ptr<cluster::MultiCache> caches);
  /// Trouble that passes by itself (a server that is busy or restarts) is waited for.
  base::Result<void> wait_for_lists(const cluster::Until& until) const;
  base::Result<void> refusals() const;
  std::vector<cluster::Snapshot> snapshots() const;
  engine::Observed observed_from(const std::vector<cluster::Snapshot>& snapshots) const;
  engine::KindView list_anew(const kube::GroupVersionKind& gvk, const cluster::Until& until) const;

  cluster::Client& client_;
  const std::string kubernetes_version_;
  const std::unique_ptr<cluster::MultiCache> caches_;
};

/// The kinds to observe: the catalog's and those that the inventory's `contains-group-kinds` lists,
/// in the version that `discovery` prefers. Sorted, each once.
std::vector<kube::GroupVersionKind> kinds_to_observe(const catalog::Catalog& catalog,
                                                     const doc::Value& inventory,
                                                     const kube::Discovery& discovery);

}  // namespace apply
