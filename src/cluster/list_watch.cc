#include "cluster/list_watch.h"

#include <utility>

#include "base/limits.h"
#include "net/retry.h"

namespace cluster {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// Watches that end without an event before the resourceVersion itself is doubted.
constexpr int kFailuresBeforeList = 3;

}  // namespace

ListWatch::ListWatch(Client& client, kube::GroupVersionKind gvk, kube::Selection selection,
                     ListWatchSink& sink)
    : client_(client), gvk_(std::move(gvk)), selection_(std::move(selection)), sink_(sink) {}

void ListWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (resource_version_.empty()) {
      list(stop);
    } else {
      watch(stop);
    }
  }
}

void ListWatch::list(const std::stop_token& stop) {
  // One attempt: whoever looks at the cache is to know at once that it is not up to date.
  const Result<ObjectList> list = client_.list(gvk_, selection_, {.stop = stop}, 1);
  if (!list) return recover(list.error(), stop);
  resource_version_ = list->resource_version;
  failures_ = 0;
  sink_.replaced(list->items);
  sink_.trouble(std::nullopt);
  // OLM's package server gives none: there is nothing to watch from.
  if (resource_version_.empty()) {
    client_.means().sleeper.sleep(base::limits::kCachePollPause, stop);
  }
}

void ListWatch::watch(const std::stop_token& stop) {
  bool seen = false;
  const Result<void> ended = client_.watch(
      gvk_, selection_, resource_version_,
      [&](const WatchEvent& event) {
        seen = true;
        failures_ = 0;
        return on_event(event);
      },
      {.stop = stop}, [&] { sink_.trouble(std::nullopt); });
  if (!ended) return recover(ended.error(), stop);
  // A server that closes a watch before it said anything is not well: no tight loop with it.
  if (!seen) recover({ErrorCode::unavailable, "the watch ended at once"}, stop);
}

bool ListWatch::on_event(const WatchEvent& event) {
  const std::string_view version = event.object.string_at("metadata.resourceVersion");
  if (!version.empty()) resource_version_ = version;
  switch (event.type) {
    case WatchEvent::Type::added:
    case WatchEvent::Type::modified:
      sink_.changed(event.object);
      break;
    case WatchEvent::Type::deleted:
      sink_.removed(event.object);
      break;
    case WatchEvent::Type::bookmark:
      break;
  }
  return true;
}

void ListWatch::recover(const Error& error, const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  ++failures_;
  const bool watching = !resource_version_.empty();
  // A server that is down or busy (429) has not forgotten the version. To list anew would put the
  // load on it that it asked to be spared; and one that refuses every second request would take
  // each list and refuse each watch, for ever.
  const bool passing =
      error.code == ErrorCode::unavailable || error.code == ErrorCode::resource_exhausted;
  if (!passing || failures_ >= kFailuresBeforeList) {
    resource_version_.clear();
  }
  // An expired resourceVersion is everyday life: the list that follows tells what is true.
  if (watching && error.code == ErrorCode::out_of_range && failures_ == 1) return;
  if (watching && error.code == ErrorCode::unimplemented) {
    // Not every kind can be watched (OLM's PackageManifest cannot): that is no trouble.
    client_.means().sleeper.sleep(base::limits::kCachePollPause, stop);
    return;
  }
  sink_.trouble(error);
  const std::chrono::nanoseconds pause =
      error.code == ErrorCode::not_found
          ? std::chrono::nanoseconds(base::limits::kCacheUnknownKindPause)
          : net::pause_before(failures_ + 1, std::nullopt, client_.means().random);
  client_.means().sleeper.sleep(pause, stop);
}

}  // namespace cluster
