#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "cluster/client.h"
#include "doc/value.h"
#include "kube/types.h"

namespace cluster {

/// Receives what a ListWatch sees, on the thread that runs it.
class ListWatchSink {
 public:
  virtual ~ListWatchSink() = default;
  /// Everything that is there now; what is not in `items` is gone.
  virtual void replaced(const std::vector<doc::Value>& items) = 0;
  virtual void changed(const doc::Value& object) = 0;
  virtual void removed(const doc::Value& object) = 0;
  /// Why what was told may be out of date; nullopt when it is up to date (again).
  virtual void trouble(const std::optional<base::Error>& error) = 0;
};

/// Follows the objects of one kind: lists, watches from there on, and goes on through all that can
/// happen. The loop of a Cache, without its thread and its store, so that a scenario can drive it.
///
/// | what happened | what it does |
/// |---|---|
/// | the server closed the watch | watches on from the last resourceVersion seen |
/// | connection lost, server away | trouble; pauses (growing, with jitter); watches on from there |
/// | the same three times without an event | lists anew: that resourceVersion may never come |
/// | 410 Gone, or any other refusal | lists anew |
/// | the list fails | trouble; pauses; lists again |
/// | no watch: 405, or a list without resourceVersion | lists anew every kCachePollPause |
/// | the kind is not served | trouble; asks again after kCacheUnknownKindPause |
class ListWatch {
 public:
  ListWatch(Client& client, kube::GroupVersionKind gvk, kube::Selection selection,
            ListWatchSink& sink);
  /// Returns only when asked to stop.
  void run(const std::stop_token& stop);

 private:
  void list(const std::stop_token& stop);
  void watch(const std::stop_token& stop);
  void recover(const base::Error& error, const std::stop_token& stop);
  bool on_event(const WatchEvent& event);

  Client& client_;
  const kube::GroupVersionKind gvk_;
  const kube::Selection selection_;
  ListWatchSink& sink_;

  std::string resource_version_;  ///< Of the last thing seen; "" means: list first.
  int failures_ = 0;              ///< In a row, without an event between them.
};

}  // namespace cluster
