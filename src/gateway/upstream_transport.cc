#include "gateway/upstream_transport.h"

#include <functional>

#include "base/limits.h"
#include "gateway/mailbox.h"
#include "net/curl_transport.h"

namespace gateway {

std::unique_ptr<net::Transport> make_upstream_transport(const base::Clock& clock) {
  net::CurlOptions options;
  options.gather = base::limits::kUpstreamGather;
  options.around_turn = [](const std::function<void()>& turn) {
    const Mailbox::Batch batch;
    turn();
  };
  return net::make_curl_transport(std::move(options), clock);
}

}  // namespace gateway
