#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "cluster/client.h"
#include "drydock/trace_replay.h"

namespace drydock {

/// Watches kinds on a real cluster and writes down what becomes of their objects, write by write.
///
/// Each kind is watched on a thread of its own; one order is made of them by resourceVersion, which
/// etcd counts over all kinds. A write that two watch events merge into one cannot happen: a watch
/// shows each. Ownership: borrows the client. Threading: any thread; destroying it ends the
/// threads.
class TraceRecorder {
 public:
  TraceRecorder(cluster::Client& client, std::vector<WatchedKind> kinds);
  ~TraceRecorder();

  /// What has been seen so far, in the cluster's order, is moved out.
  std::vector<TraceEvent> take();
  /// Waits until nothing was seen for `quiet`. deadline_exceeded, cancelled.
  base::Result<void> wait_for_quiet(std::chrono::nanoseconds quiet, const net::Until& until) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct LiveReplayOptions {
  std::filesystem::path shapes;   ///< drydock/shapes: the operator's CRDs are applied from here.
  std::chrono::seconds quiet{6};  ///< A mark is over when nothing happened for so long.
  std::chrono::seconds patience{120};                          ///< For one mark.
  std::function<void(const std::string&)> progress = nullptr;  ///< One line a mark.
};

/// Does a recording again on a running stand-in whose behaviours play, and records. Errors: those
/// of the cluster, deadline_exceeded when a mark does not come to rest.
base::Result<Trace> replay_live(const Replay& replay, cluster::Client& client,
                                const LiveReplayOptions& options);

}  // namespace drydock
