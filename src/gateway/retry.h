#pragma once

#include <chrono>
#include <optional>

#include "base/random.h"
#include "net/transport.h"

/// When a server that is busy or out of reach is asked again. For requests that are the same when
/// repeated. Pure; the table is that of requests to a cluster (cluster/retry.h), which this folder
/// may not use.
namespace gateway {

/// 429, 500, 502, 503, 504.
bool may_pass(int http_status);
/// Nothing was sent, the connection was lost, the time ran out.
bool may_pass(const base::Error& error);

/// Seconds of a Retry-After header (RFC 9110; a number only, no date).
std::optional<std::chrono::seconds> retry_after(const net::Headers& headers);

/// The pause before attempt number `attempt` (2, 3, ...): doubling from limits::kRetryPauseFirst up
/// to kRetryPauseMax, half of it random; never less than what the server `asked` for.
std::chrono::milliseconds pause_before(int attempt, std::optional<std::chrono::seconds> asked,
                                       base::Random& random);

}  // namespace gateway
