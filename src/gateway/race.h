#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "gateway/upstream.h"
#include "net/wait.h"

namespace gateway {

using OnText = std::function<bool(std::string_view)>;
/// One try at a completion, as Upstream::complete() describes it.
using Attempt =
    std::function<base::Result<ChatUsage>(const OnText& on_text, const net::Until& until)>;

/// Hedging: runs `first` and, when it has said nothing after `patience`, what `second` gives beside
/// it (nullopt: there is nobody else to ask). The first to say something wins, and the other one is
/// stopped: no text of two answers is ever mixed. One that fails before anybody said anything
/// leaves the answer to the other.
///
/// `on_text` is called on the calling thread, `second` too, each attempt's function on a thread of
/// its own, which has ended when this returns. The error is the winner's or, where both failed
/// silently, the last one's.
base::Result<ChatUsage> race(const Attempt& first, std::chrono::milliseconds patience,
                             const std::function<std::optional<Attempt>()>& second,
                             const OnText& on_text, const net::Until& until);

}  // namespace gateway
