#include "cluster/cache.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/strings.h"
#include "cluster/list_watch.h"

namespace cluster {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// The version that one cache, or many together, count up; and who waits for it.
class Hub {
 public:
  explicit Hub(const base::Clock& clock) : clock_(clock) {}

  std::mutex& mutex() const { return mutex_; }
  /// REQUIRES: mutex() is held.
  std::uint64_t bump() {
    changed_.notify_all();
    return ++version_;
  }
  std::uint64_t version() const {
    const std::lock_guard lock(mutex_);
    return version_;
  }

  /// Blocks until `done` (called with mutex() held).
  template <typename Done>
  Result<void> wait(const Until& until, const Done& done) const {
    std::unique_lock lock(mutex_);
    bool in_time = true;
    if (until.deadline == base::SteadyTime::max()) {
      in_time = changed_.wait(lock, until.stop, done);
    } else {
      in_time = changed_.wait_for(lock, until.stop, until.deadline - clock_.steady(), done);
    }
    if (in_time) return {};
    if (until.stop.stop_requested()) return Error{ErrorCode::cancelled, "cancelled"};
    return Error{ErrorCode::deadline_exceeded, "nothing changed in time"};
  }
  Result<std::uint64_t> wait_above(std::uint64_t since, const Until& until) const {
    TRY(wait(until, [&] { return version_ > since; }));
    return version();
  }

 private:
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::uint64_t version_ = 0;
};

kube::ObjectKey key_of(const doc::Value& object) {
  kube::ObjectKey key{std::string(object.string_at("metadata.namespace")),
                      std::string(object.string_at("metadata.name"))};
  // A package of several catalogs is several PackageManifests of one name (OLM's package server).
  const std::string_view catalog = object.string_at("status.catalogSource");
  if (!catalog.empty()) key.name += "@" + std::string(catalog);
  return key;
}

/// The objects of one kind, and the thread that keeps them.
class Store final : public ListWatchSink {
 public:
  Store(Client& client, kube::GroupVersionKind gvk, kube::Selection selection, Hub& hub)
      : gvk_(gvk), hub_(hub), list_watch_(client, std::move(gvk), std::move(selection), *this) {
    thread_ = std::jthread([this](const std::stop_token& stop) { list_watch_.run(stop); });
  }

  void request_stop() { thread_.request_stop(); }
  const kube::GroupVersionKind& gvk() const { return gvk_; }

  Snapshot snapshot() const {
    const std::lock_guard lock(hub_.mutex());
    return {objects_, version_, synced_, trouble_};
  }
  /// Whether it has told something yet: a list, or why there is none. REQUIRES: the hub's mutex.
  bool settled_locked() const { return synced_ || trouble_.has_value(); }

  void replaced(const std::vector<doc::Value>& items) override {
    auto fresh = std::make_shared<Snapshot::Objects>();
    for (const doc::Value& item : items) fresh->insert_or_assign(key_of(item), item);
    const std::lock_guard lock(hub_.mutex());
    if (synced_ && *fresh == *objects_) return;
    objects_ = std::move(fresh);
    synced_ = true;
    version_ = hub_.bump();
  }

  void changed(const doc::Value& object) override {
    const std::lock_guard lock(hub_.mutex());
    own_objects().insert_or_assign(key_of(object), object);
    version_ = hub_.bump();
  }

  void removed(const doc::Value& object) override {
    const std::lock_guard lock(hub_.mutex());
    own_objects().erase(key_of(object));
    version_ = hub_.bump();
  }

  void trouble(const std::optional<Error>& error) override {
    const std::lock_guard lock(hub_.mutex());
    if (trouble_ == error) return;
    trouble_ = error;
    version_ = hub_.bump();
  }

 private:
  /// The objects, to be changed: a copy where a snapshot still holds them. REQUIRES: the hub's
  /// mutex, under which alone a snapshot takes its share.
  Snapshot::Objects& own_objects() {
    if (objects_.use_count() > 1) objects_ = std::make_shared<Snapshot::Objects>(*objects_);
    return *objects_;
  }

  const kube::GroupVersionKind gvk_;
  Hub& hub_;
  // Guarded by hub_.mutex(). Shared with snapshots, which read it without.
  std::shared_ptr<Snapshot::Objects> objects_ = std::make_shared<Snapshot::Objects>();
  std::uint64_t version_ = 0;
  bool synced_ = false;
  std::optional<Error> trouble_;

  ListWatch list_watch_;  // Touched only on the thread.
  std::jthread thread_;   // Last: it uses all of the above.
};

}  // namespace

const doc::Value* Snapshot::find(const kube::ObjectKey& key) const {
  const auto found = objects->find(key);
  return found == objects->end() ? nullptr : &found->second;
}

struct Cache::State {
  State(Client& client, kube::GroupVersionKind gvk, kube::Selection selection)
      : hub(client.means().clock), store(client, std::move(gvk), std::move(selection), hub) {}
  Hub hub;
  Store store;
};

Cache::Cache(Client& client, kube::GroupVersionKind gvk, kube::Selection selection)
    : state_(std::make_unique<State>(client, std::move(gvk), std::move(selection))) {}
Cache::~Cache() = default;

const kube::GroupVersionKind& Cache::gvk() const { return state_->store.gvk(); }
Snapshot Cache::snapshot() const { return state_->store.snapshot(); }
Result<std::uint64_t> Cache::wait_for_change(std::uint64_t since, const Until& until) const {
  return state_->hub.wait_above(since, until);
}

struct MultiCache::State {
  explicit State(const base::Clock& clock) : hub(clock) {}
  ~State() {
    // All first, so that they end side by side and not one after the other.
    for (const auto& store : stores) store->request_stop();
  }
  Hub hub;
  std::vector<std::unique_ptr<Store>> stores;
};

MultiCache::MultiCache(Client& client, std::vector<Kind> kinds)
    : state_(std::make_unique<State>(client.means().clock)) {
  for (Kind& kind : kinds) {
    state_->stores.push_back(std::make_unique<Store>(client, std::move(kind.gvk),
                                                     std::move(kind.selection), state_->hub));
  }
}
MultiCache::~MultiCache() = default;

std::size_t MultiCache::size() const { return state_->stores.size(); }
Snapshot MultiCache::snapshot(std::size_t index) const {
  return state_->stores.at(index)->snapshot();
}
const kube::GroupVersionKind& MultiCache::gvk(std::size_t index) const {
  return state_->stores.at(index)->gvk();
}
std::uint64_t MultiCache::version() const { return state_->hub.version(); }

Result<std::uint64_t> MultiCache::wait_for_change(std::uint64_t since, const Until& until) const {
  return state_->hub.wait_above(since, until);
}

Result<void> MultiCache::wait_until_settled(const Until& until) const {
  Result<void> waited = state_->hub.wait(until, [&] {
    for (const auto& store : state_->stores) {
      if (!store->settled_locked()) return false;
    }
    return true;
  });
  if (waited || waited.error().code != ErrorCode::deadline_exceeded) return waited;
  std::vector<std::string> missing;
  const std::lock_guard lock(state_->hub.mutex());
  for (const auto& store : state_->stores) {
    if (!store->settled_locked()) missing.push_back(store->gvk().kind);
  }
  return Error{ErrorCode::deadline_exceeded, "no list in time of " + base::join(missing, ", ")};
}

}  // namespace cluster
