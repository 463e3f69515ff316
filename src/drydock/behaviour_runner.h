#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "cluster/cache.h"
#include "cluster/client.h"
#include "drydock/behaviour_evaluate.h"

namespace drydock {

/// What was written and is not in the caches yet: laid over them, so that a behaviour never decides
/// from a sight older than its own last write. Pure.
class WrittenOverlay {
 public:
  /// An object as the server answered it.
  void wrote(const kube::ObjectRef& ref, doc::Value object, base::SteadyTime now);
  void removed(const kube::ObjectRef& ref, std::string uid, base::SteadyTime now);
  /// `sight` with what was written laid over; forgets what the caches show, and what they did not
  /// show within kOverlayLifetime.
  void lay_over(const std::vector<WatchedKind>& watched, Sight& sight, base::SteadyTime now);

 private:
  struct Written {
    doc::Value object;  // null: removed.
    std::string uid;
    base::SteadyTime at;
  };
  std::map<kube::ObjectRef, Written> written_;
};

/// Plays one behaviour on a cluster: looks, evaluates, performs the first write that is due, looks
/// again; waits for news otherwise. Holds nothing that a restart would miss.
///
/// Ownership: borrows the client. Threading: run() on one thread; status() from any.
class BehaviourRunner {
 public:
  BehaviourRunner(cluster::Client& client, Behaviour behaviour);

  /// Plays until asked to stop. Starts to watch once the operator's Deployment is available.
  void run(std::stop_token stop);
  /// Plays until nothing is pending, or until the deadline (deadline_exceeded).
  base::Result<void> run_until_settled(const net::Until& until);

  /// {"name", "title", "writes", "pending", "troubles"}
  doc::Value status() const;

 private:
  bool wait_for_operator(const std::stop_token& stop);
  bool operator_runs(const cluster::Snapshot& deployments) const;
  Sight look(const cluster::MultiCache& caches) const;
  doc::Value notes(const cluster::MultiCache& caches);
  /// One look and at most one write. The time to wait for news; zero after a write.
  std::chrono::nanoseconds step(const cluster::MultiCache& caches, const std::stop_token& stop);
  base::Result<void> perform(const Action& action, const net::Until& until);
  base::Result<doc::Value> send(const Action& action, const net::Until& until);
  void publish(const Evaluation& evaluation);

  cluster::Client& client_;
  const Behaviour behaviour_;
  // Touched by the running thread alone.
  Schedule schedule_;
  WrittenOverlay overlay_;
  std::map<std::string, std::string> failures_;  // By the rule's sentence.

  mutable std::mutex mutex_;  // Guards what is below.
  std::vector<std::string> pending_, troubles_;
  std::int64_t writes_ = 0;
};

}  // namespace drydock
