#pragma once

#include <memory>

#include "base/clock.h"
#include "net/transport.h"

namespace gateway {

/// The transport that an Upstream's many streams of small pieces want: what comes within
/// kUpstreamGather is taken up together, and what is said of it on gRPC calls is sent together
/// (Mailbox::Batch). Borrows the clock.
std::unique_ptr<net::Transport> make_upstream_transport(const base::Clock& clock);

}  // namespace gateway
