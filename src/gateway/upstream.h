#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/transport.h"
#include "net/wait.h"

namespace gateway {

/// A chat completion to stream.
struct ChatRequest {
  std::string system;
  std::string user;
  std::size_t max_tokens = 0;
  std::string traceparent;
};

/// What came with a completion besides its text.
struct ChatUsage {
  int prompt_tokens = 0;
  int completion_tokens = 0;
};

struct UpstreamOptions {
  std::vector<std::string> urls;  ///< "http://vllm:8000", a replica each; no trailing slash.
  std::string model;              ///< Empty: the first that a replica offers.
  std::string bearer;             ///< For replicas behind an authenticating proxy; a secret.
  std::chrono::milliseconds health_interval{2000};
  int attempts_max = 3;
  /// Hedging: a request that has said nothing for so long is put to another replica too, and the
  /// first to answer wins. 0: off, since it costs the model's time when that is short.
  std::chrono::milliseconds hedge_after{0};
};

/// The replicas of an OpenAI-compatible server (vLLM). Each request goes to the healthy one with
/// the fewest under way, and to another one when a replica fails before it has said anything.
///
/// A thread asks every replica's /health and /v1/models, so that ready() knows without asking.
/// Ownership: borrows transport, clock and sleeper. Threading: any thread.
class Upstream {
 public:
  Upstream(net::Transport& transport, const base::Clock& clock, net::Sleeper& sleeper,
           UpstreamOptions options);
  ~Upstream();

  /// Streams one completion and blocks until its end. `on_text` gets its pieces on the transport's
  /// thread, which all streams share: it must not block; false from it ends the request, as a
  /// success. Errors: unavailable (no replica; the server failed or lied),
  /// resource_exhausted (429 to the end), data_loss (not a completion), out_of_range (cut off by
  /// max_tokens), aborted (broke off when some of it had come), deadline_exceeded, cancelled.
  ///
  /// When no replica is healthy it waits for one, as long as `until` says: a job that is failed is
  /// lost for good, and a server that loads its model is back in a minute. What waiting does not
  /// mend (no such model, a refused token) fails at once. A replica that answers 429 or 503 with
  /// Retry-After is left alone for so long, and that is no attempt: when all are busy their time is
  /// waited for, unless it lies behind the deadline (deadline_exceeded).
  base::Result<ChatUsage> complete(const ChatRequest& request,
                                   const std::function<bool(std::string_view)>& on_text,
                                   const net::Until& until);
  /// Success when a replica is healthy and has the model; else why not.
  base::Result<void> ready() const;
  /// Success also when a replica is missed, but not for long yet: less than an operator waits.
  base::Result<void> promising() const;
  /// Asks every replica once, now.
  void check_health();
  std::string model() const;
  std::size_t replicas() const { return options_.urls.size(); }

 private:
  struct Replica {
    std::string url;
    bool healthy = false;
    base::Error trouble{base::ErrorCode::unavailable, "it was not asked yet"};
    std::string model;
    std::size_t outstanding = 0;
    std::uint64_t last_used = 0;
    base::SteadyTime busy_until{};  ///< It asked to be left alone.
  };
  base::Result<std::size_t> choose(std::size_t avoid, const net::Until& until);
  std::size_t best_of(std::size_t avoid) const;
  base::Result<ChatUsage> hedged(std::size_t replica, const ChatRequest& request,
                                 const std::function<bool(std::string_view)>& on_text,
                                 const net::Until& until);
  std::optional<std::size_t> another(std::size_t than);
  std::string model_of(std::size_t replica) const;
  base::Error trouble() const;
  bool time_may_mend() const;
  void give_back(std::size_t replica, const base::Result<ChatUsage>& usage);
  base::Result<ChatUsage> attempt(std::size_t replica, const ChatRequest& request,
                                  const std::function<bool(std::string_view)>& on_text,
                                  const net::Until& until);
  base::Result<ChatUsage> ask(std::size_t replica, const ChatRequest& request,
                              const std::function<bool(std::string_view)>& on_text,
                              const net::Until& until);
  std::chrono::nanoseconds busy_for(std::size_t replica) const;
  base::Result<void> wait_while_busy(std::size_t replica, const net::Until& until);
  base::Result<std::string> ask_models(const std::string& url) const;
  net::Headers headers(std::string_view traceparent) const;

  net::Transport* transport_;
  const base::Clock* clock_;
  net::Sleeper* sleeper_;
  UpstreamOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;  // A replica's health did.
  std::vector<Replica> replicas_;
  base::SteadyTime last_healthy_;  // When one was, or when we began.
  std::uint64_t uses_ = 0;
  std::jthread health_;
};

}  // namespace gateway
