#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/client.h"
#include "doc/value.h"
#include "kube/types.h"

namespace cluster {

/// What a cache held at one moment. Cheap to copy; the data is shared and does not change.
struct Snapshot {
  using Objects = std::map<kube::ObjectKey, doc::Value>;
  std::shared_ptr<const Objects> objects;  ///< Never null.
  std::uint64_t version = 0;               ///< Grows with every change of this cache.
  /// The first list has arrived. Until then `objects` is empty and means nothing.
  bool synced = false;
  /// Why the cache is not up to date now, where it is not: it goes on trying.
  std::optional<base::Error> trouble;

  const doc::Value* find(const kube::ObjectKey& key) const;
};

/// The objects of one kind, kept up to date by list and watch on a thread of its own.
///
/// Survives what clusters do: an expired resourceVersion (410) is listed anew, dropped streams and
/// a restarting API server are waited for with growing pauses and jitter; objects that vanished
/// meanwhile are gone after the new list. metadata.managedFields is kept.
/// A kind that the server does not serve (a CRD not there yet) is trouble, not the end: it is asked
/// for again every kCacheUnknownKindPause.
/// Ownership: borrows `client`. Threading: any thread. Destroying stops the thread and waits for
/// it.
class Cache {
 public:
  Cache(Client& client, kube::GroupVersionKind gvk, kube::Selection selection = {});
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  const kube::GroupVersionKind& gvk() const;
  Snapshot snapshot() const;
  /// Blocks until the version is above `since` (0: until there is news at all) and returns it.
  /// Errors: deadline_exceeded, cancelled.
  base::Result<std::uint64_t> wait_for_change(std::uint64_t since, const Until& until) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Caches of many kinds behind one version: what the apply loop observes.
class MultiCache {
 public:
  struct Kind {
    kube::GroupVersionKind gvk;
    kube::Selection selection = {};
  };
  MultiCache(Client& client, std::vector<Kind> kinds);
  ~MultiCache();

  /// The caches in the order of the kinds.
  std::size_t size() const;
  Snapshot snapshot(std::size_t index) const;
  const kube::GroupVersionKind& gvk(std::size_t index) const;
  /// Grows with every change of any of them.
  std::uint64_t version() const;
  /// As Cache's, over all of them.
  base::Result<std::uint64_t> wait_for_change(std::uint64_t since, const Until& until) const;
  /// Blocks until every cache has its first list, or is known not to get one now (trouble).
  /// Errors: deadline_exceeded naming the kinds that are missing, cancelled.
  base::Result<void> wait_until_settled(const Until& until) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cluster
