#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/random.h"

namespace gateway {

/// Who has registered and when it was last heard of: for metrics and logs alone. Nothing is ever
/// refused on its word, since an id proves nothing and a restart or another replica knows none.
///
/// Runners come without end and never say goodbye, so the table is bounded: the one that was silent
/// longest makes room. Threading: any thread; no call waits for anything but the table's own mutex.
class Clients {
 public:
  Clients(const base::Clock& clock, base::Random& random, std::size_t max)
      : clock_(&clock), random_(&random), max_(max) {}

  /// A new id for `name`; never empty (a client with an empty id would never send a heartbeat).
  std::string register_client(std::string_view name);
  /// Notes a sign of life; takes an unknown id in as its own.
  void heard_from(std::string_view id, std::string_view name);
  /// Forgets those that were silent for `time`.
  void forget_silent(std::chrono::seconds time);
  std::size_t size() const;

 private:
  struct Client {
    std::string id;
    std::string name;
    base::SteadyTime heard;
  };
  void touch(std::string_view id, std::string_view name);

  const base::Clock* clock_;
  base::Random* random_;
  std::size_t max_;
  mutable std::mutex mutex_;
  std::list<Client> by_age_;  // Last heard of first.
  std::unordered_map<std::string, std::list<Client>::iterator> by_id_;
};

}  // namespace gateway
