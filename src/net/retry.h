#pragma once

#include <chrono>
#include <optional>

#include "base/random.h"
#include "net/transport.h"

/// When a server is asked again that was busy or out of reach. Which requests may be asked again is
/// the caller's to know (cluster/retry.h). Pure.
namespace net {

/// Seconds of a Retry-After header (RFC 9110; a number only, no date).
std::optional<std::chrono::seconds> retry_after(const Headers& headers);

/// The pause before attempt number `attempt` (2, 3, ...): doubling from kRetryPauseFirst up to
/// kRetryPauseMax, half of it fixed and half random, so that many clients do not come back at once.
/// Where the server `asked` for a time (Retry-After), that time and up to a quarter more, however
/// many attempts there were: it knows better.
std::chrono::milliseconds pause_before(int attempt, std::optional<std::chrono::seconds> asked,
                                       base::Random& random);

}  // namespace net
