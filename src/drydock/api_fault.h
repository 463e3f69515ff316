#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "drydock/http1.h"

namespace drydock {

/// What can go wrong between a client and the API server, whatever the server itself does.
enum class ApiFault {
  too_many_requests,  ///< 429 with "Retry-After: 1": the request did not reach the server.
  internal_error,     ///< 500: the request did not reach the server.
  lost_answer,        ///< The server carries it out; the connection breaks before the answer.
  dropped_watch,      ///< A watch ends without notice: those that run, and new ones after a second.
  expired_watch,      ///< A watch from a resourceVersion is answered 410, so that it lists anew.
};
inline constexpr std::size_t kApiFaultCount = 5;

/// "api-429", "api-500", "api-lost-answer", "watch-dropped", "watch-expired".
std::string_view api_fault_name(ApiFault fault);
/// One sentence for people: "every second request is answered 429".
std::string_view api_fault_says(ApiFault fault);
/// nullopt for any other name.
std::optional<ApiFault> api_fault_named(std::string_view name);

/// How often a fault strikes where nobody says: every second request, so that whoever tries again
/// gets on; every watch that is dropped.
unsigned usual_one_in(ApiFault fault);

/// Whether a request opens a watch.
bool is_watch(const Http1Head& request);

/// Which faults are on, and whose turn it is. Counts instead of dice: one request in `one_in` is
/// hit, the first included, so that a test sees the same on every run.
///
/// Requests for health (/readyz, /livez, /healthz) and version are never hit: without them nobody
/// could tell a fault from a cluster that is gone. Threading: any thread.
class ApiFaults {
 public:
  /// `one_in` 1 hits every request that the fault is about, 0 none (the fault is off).
  void set(ApiFault fault, unsigned one_in);
  unsigned one_in(ApiFault fault) const;
  /// The fault that hits this request, if any; counts it.
  std::optional<ApiFault> strike(const Http1Head& request);

 private:
  struct Setting {
    std::atomic<unsigned> one_in{0};
    std::atomic<unsigned> seen{0};
  };
  std::array<Setting, kApiFaultCount> settings_;
};

/// A whole HTTP/1.1 response for a fault that answers instead of the server; "" for one that does
/// not. The body is a Status, as the API server words it.
std::string api_fault_answer(ApiFault fault);

}  // namespace drydock
