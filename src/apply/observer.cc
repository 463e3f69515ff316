#include "apply/observer.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "base/limits.h"
#include "base/strings.h"
#include "engine/inventory.h"

namespace apply {
namespace {

using base::ErrorCode;

cluster::Until sooner(const cluster::Until& until, base::SteadyTime deadline) {
  return {std::min(until.deadline, deadline), until.stop};
}

/// A wrong address or a dead line: told as what it is to a person, a cluster out of reach.
base::Error first_answer_error(base::Error error, const cluster::Client& client) {
  if (error.code != ErrorCode::deadline_exceeded) return error;
  return base::Error{ErrorCode::unavailable,
                     "cluster " + client.access().server + " did not answer within " +
                         std::to_string(base::limits::kFirstAnswerTimeout.count()) + " s",
                     "is it up, and is --context the right one?"};
}

engine::KindView view_of(const cluster::Snapshot& snapshot) {
  if (snapshot.trouble.has_value()) {
    if (snapshot.trouble->code == ErrorCode::not_found) return engine::KindView::not_served();
    return engine::KindView::failed(snapshot.trouble->message);
  }
  if (!snapshot.synced) return engine::KindView::failed("its first list has not arrived");
  return engine::KindView::listed(snapshot.objects);
}

/// The first trouble among them that passes by itself.
std::optional<base::Error> passing_trouble(const std::vector<cluster::Snapshot>& snapshots) {
  for (const cluster::Snapshot& snapshot : snapshots) {
    if (snapshot.trouble.has_value() && snapshot.trouble->retryable()) return snapshot.trouble;
  }
  return std::nullopt;
}

}  // namespace

std::vector<kube::GroupVersionKind> kinds_to_observe(const catalog::Catalog& catalog,
                                                     const doc::Value& inventory,
                                                     const kube::Discovery& discovery) {
  std::set<kube::GroupVersionKind> kinds;
  std::set<std::pair<std::string, std::string>> known;  // Group and kind.
  for (const kube::GroupVersionKind& gvk : catalog.kinds()) {
    known.emplace(gvk.group, gvk.kind);
    kinds.insert(gvk);
  }
  const doc::Value* annotations = inventory.find_path("metadata.annotations");
  const doc::Value* listed =
      annotations == nullptr ? nullptr : annotations->find(engine::kKindsAnnotation);
  if (listed == nullptr || !listed->is_string()) {
    return std::vector<kube::GroupVersionKind>(kinds.begin(), kinds.end());
  }
  for (const std::string_view entry : base::split(listed->as_string(), ',')) {
    const std::size_t dot = entry.find('.');
    const std::string_view kind = entry.substr(0, dot);
    const std::string_view group =
        dot == std::string_view::npos ? std::string_view() : entry.substr(dot + 1);
    if (known.count({std::string(group), std::string(kind)}) != 0) continue;
    // A kind that is not served any more has no objects left to look at.
    if (const kube::Resource* resource = discovery.find_kind(group, kind)) {
      kinds.insert(resource->gvk());
    }
  }
  return std::vector<kube::GroupVersionKind>(kinds.begin(), kinds.end());
}

Observer::Observer(cluster::Client& client, std::string kubernetes_version,
                   std::unique_ptr<cluster::MultiCache> caches)
    : client_(client),
      kubernetes_version_(std::move(kubernetes_version)),
      caches_(std::move(caches)) {}

base::Result<std::unique_ptr<Observer>> Observer::start(cluster::Client& client,
                                                        const site::Site& site,
                                                        const catalog::Catalog& catalog,
                                                        const cluster::Until& until) {
  const base::SteadyTime now = client.means().clock.steady();
  auto version = client.version(sooner(until, now + base::limits::kFirstAnswerTimeout));
  if (!version) return first_answer_error(std::move(version).error(), client);

  const auto discovery = TRY(client.discovery(until));
  auto inventory = client.get(engine::inventory_ref(site), until);
  if (!inventory && inventory.error().code != ErrorCode::not_found) {
    return std::move(inventory).error().within("read the inventory");
  }
  const doc::Value parent = inventory ? *inventory : doc::Value();
  std::vector<cluster::MultiCache::Kind> kinds;
  for (kube::GroupVersionKind& gvk : kinds_to_observe(catalog, parent, *discovery)) {
    kinds.push_back({std::move(gvk), {}});
  }
  auto caches = std::make_unique<cluster::MultiCache>(client, std::move(kinds));
  std::unique_ptr<Observer> observer(new Observer(client, version->git_version, std::move(caches)));
  auto settled = observer->wait_for_lists(sooner(until, now + base::limits::kFirstListsTimeout));
  if (!settled) return std::move(settled).error();
  auto readable = observer->refusals();
  if (!readable) return std::move(readable).error();
  return observer;
}

base::Result<void> Observer::wait_for_lists(const cluster::Until& until) const {
  auto settled = caches_->wait_until_settled(until);
  if (!settled) return std::move(settled).error();
  for (;;) {
    const std::uint64_t version = caches_->version();
    std::optional<base::Error> passing = passing_trouble(snapshots());
    if (!passing.has_value()) return {};
    auto changed = caches_->wait_for_change(version, until);
    if (changed) continue;
    if (until.stop.stop_requested()) return std::move(changed).error();
    return std::move(*passing);
  }
}

base::Result<void> Observer::refusals() const {
  std::string denied;
  int count = 0;
  for (std::size_t i = 0; i < caches_->size(); ++i) {
    const auto trouble = caches_->snapshot(i).trouble;
    if (!trouble.has_value()) continue;
    if (trouble->code == ErrorCode::unauthenticated) return base::Error(*trouble);
    if (trouble->code != ErrorCode::permission_denied) continue;
    const kube::GroupVersionKind& gvk = caches_->gvk(i);
    denied += "\n  list and watch " + gvk.kind + (gvk.group.empty() ? "" : "." + gvk.group);
    ++count;
  }
  if (count == 0) return {};
  return base::Error{
      ErrorCode::permission_denied,
      "user '" + client_.access().user + "' may not read what the plan rests on:" + denied,
      "ask for the ClusterRole cluster-reader, or for these verbs"};
}

std::optional<base::Error> Observer::outage() const {
  std::optional<base::Error> first;
  for (std::size_t i = 0; i < caches_->size(); ++i) {
    auto trouble = caches_->snapshot(i).trouble;
    if (!trouble.has_value() || trouble->code != ErrorCode::unavailable) return std::nullopt;
    if (!first.has_value()) first = std::move(trouble);
  }
  return first;
}

std::vector<cluster::Snapshot> Observer::snapshots() const {
  std::vector<cluster::Snapshot> all;
  for (std::size_t i = 0; i < caches_->size(); ++i) all.push_back(caches_->snapshot(i));
  return all;
}

engine::Observed Observer::observed_from(const std::vector<cluster::Snapshot>& snapshots) const {
  engine::Observed observed;
  observed.time = client_.means().clock.now();
  observed.kubernetes_version = kubernetes_version_;
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    observed.kinds.emplace(caches_->gvk(i), view_of(snapshots[i]));
  }
  return observed;
}

engine::Observed Observer::observe() const { return observed_from(snapshots()); }

engine::Observed Observer::observe_all_read(const cluster::Until& until) const {
  const cluster::Until patience =
      sooner(until, client_.means().clock.steady() + base::limits::kUnreadGrace);
  for (;;) {
    const std::uint64_t version = caches_->version();
    const std::vector<cluster::Snapshot> all = snapshots();
    if (!passing_trouble(all).has_value() || !caches_->wait_for_change(version, patience)) {
      return observed_from(all);
    }
  }
}

engine::KindView Observer::list_anew(const kube::GroupVersionKind& gvk,
                                     const cluster::Until& until) const {
  auto list = client_.list(gvk, {}, until);
  if (list) return engine::KindView::listed(std::move(list->items));
  if (list.error().code == ErrorCode::not_found) return engine::KindView::not_served();
  return engine::KindView::failed(list.error().message);
}

engine::Observed Observer::look_anew(const cluster::Until& until) const {
  engine::Observed observed;
  observed.time = client_.means().clock.now();
  observed.kubernetes_version = kubernetes_version_;
  std::vector<engine::KindView> views(caches_->size());
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> several;
    for (int i = 0; i < base::limits::kActionsParallel; ++i) {
      several.emplace_back([&] {
        for (std::size_t kind = next++; kind < views.size(); kind = next++) {
          views[kind] = list_anew(caches_->gvk(kind), until);
        }
      });
    }
  }
  for (std::size_t i = 0; i < views.size(); ++i) {
    observed.kinds.emplace(caches_->gvk(i), std::move(views[i]));
  }
  return observed;
}

}  // namespace apply
