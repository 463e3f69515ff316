#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "cluster/client.h"

namespace cli {

/// Hooks for tests/kill, in the real shell only. Two environment variables:
///
///   SLIPWAY_KILL_AT=before:N   the program kills itself (SIGKILL) right before it sends its N-th
///   SLIPWAY_KILL_AT=after:N    write, or right after the N-th was answered; N counts from 1
///                              (writes go one at a time then: each kill point is one state)
///   SLIPWAY_COUNT_WRITES=FILE  appends "METHOD PATH" to FILE for each write that is sent
///
/// Not set, which is always but in that test, there is no observer (nullptr).
/// Errors: invalid_argument for a SLIPWAY_KILL_AT of another form.
base::Result<cluster::WriteObserver> write_observer(
    const std::function<std::string(const std::string&)>& variable);

}  // namespace cli
