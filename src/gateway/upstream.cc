#include "gateway/upstream.h"

#include <algorithm>
#include <condition_variable>
#include <tuple>

#include "base/limits.h"
#include "doc/json.h"
#include "gateway/race.h"
#include "gateway/sse.h"
#include "net/retry.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::string body_of(const ChatRequest& request, const std::string& model) {
  const Value system = Value::map({{"role", "system"}, {"content", request.system}});
  const Value user = Value::map({{"role", "user"}, {"content", request.user}});
  return doc::to_json(Value::map({{"model", model},
                                  {"messages", Value::list({system, user})},
                                  {"max_tokens", static_cast<std::int64_t>(request.max_tokens)},
                                  {"temperature", 0},
                                  {"stream", true},
                                  {"stream_options", Value::map({{"include_usage", true}})}}));
}

Error status_error(int status) {
  const ErrorCode code = base::code_of_http_status(status);
  // A redirect is not followed: the page would go where nobody has looked.
  return {status < 400 ? ErrorCode::data_loss : code,
          "the model's server answered " + std::to_string(status)};
}

bool may_try_again(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::resource_exhausted ||
         error.code == ErrorCode::internal;
}

/// A completion as it arrives. It is read on the transport's thread: a token that is passed on to
/// nobody yet then wakes nobody, and waking somebody costs more than reading it.
class Completion final : public net::Receiver {
 public:
  /// Borrows `on_text`.
  explicit Completion(const std::function<bool(std::string_view)>& on_text) : on_text_(&on_text) {}

  void on_head(net::ResponseHead head) override {
    if (head.status != 200) {
      if (head.status == 429 || head.status == 503)
        leave_alone_for_ = net::retry_after(head.headers);
      end(status_error(head.status));
    } else if (!net::header(head.headers, "content-type").starts_with("text/event-stream")) {
      end(Error{ErrorCode::data_loss, "the model's server answered with no event stream"});
    }
  }
  bool on_chunk(std::string_view bytes) override {
    if (ended_) return done_;  // After the last event: what ends the body.
    const auto more = reader_.feed(bytes, [this](std::string_view data) { return take(data); });
    if (!more) end(more.error());
    return done_ || (more && *more);
  }
  void on_end(Result<void> outcome) override {
    if (outcome) {
      end(finished());
    } else {
      end(outcome.error());
    }
    const std::lock_guard lock(mutex_);
    body_ended_ = true;
    changed_.notify_all();
  }

  Result<ChatUsage> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return outcome_.has_value(); });
    // A connection whose answer was read to its end serves the next request.
    if (*outcome_) {
      changed_.wait_for(lock, base::limits::kUpstreamBodyEnd, [&] { return body_ended_; });
    }
    return *outcome_;
  }

  /// What a busy server asked for. REQUIRES: wait() has returned.
  std::optional<std::chrono::seconds> leave_alone_for() const { return leave_alone_for_; }

 private:
  /// False when there is nothing more to read.
  bool take(std::string_view data) {
    if (data == "[DONE]") {
      done_ = true;
      end(finished());
      return false;
    }
    const auto piece = parse_chat_piece(data);
    if (!piece) {
      end(piece.error());
      return false;
    }
    usage_.prompt_tokens = std::max(usage_.prompt_tokens, piece->prompt_tokens);
    usage_.completion_tokens = std::max(usage_.completion_tokens, piece->completion_tokens);
    if (!piece->finish_reason.empty()) finish_reason_ = piece->finish_reason;
    if (piece->content.empty() || (*on_text_)(piece->content)) return true;
    end(usage_);
    return false;
  }

  Result<ChatUsage> finished() const {
    if (!done_) return Error{ErrorCode::unavailable, "the model's stream broke off"};
    if (finish_reason_ == "length") {
      return Error{ErrorCode::out_of_range, "the model's answer was cut off by max_tokens"};
    }
    // vLLM's words for an answer that its engine gave up, by version: "abort", "error",
    // "repetition".
    if (!finish_reason_.empty() && finish_reason_ != "stop") {
      return Error{ErrorCode::aborted, "the model's server gave the answer up"};
    }
    return usage_;
  }

  /// What is said first stands.
  void end(Result<ChatUsage> outcome) {
    if (std::exchange(ended_, true)) return;
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    changed_.notify_all();
  }

  // On the transport's thread.
  const std::function<bool(std::string_view)>* on_text_;
  SseReader reader_;
  ChatUsage usage_;
  std::string finish_reason_;
  std::optional<std::chrono::seconds> leave_alone_for_;
  bool done_ = false, ended_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Result<ChatUsage>> outcome_;  // This and the next: guarded by mutex_.
  bool body_ended_ = false;
};

/// Transports begin the message so when nothing was sent.
bool was_not_reached(const Error& error) {
  return error.code == ErrorCode::unavailable && error.message.starts_with("connect");
}

}  // namespace

Upstream::Upstream(net::Transport& transport, const base::Clock& clock, net::Sleeper& sleeper,
                   UpstreamOptions options)
    : transport_(&transport),
      clock_(&clock),
      sleeper_(&sleeper),
      options_(std::move(options)),
      last_healthy_(clock.steady()) {
  for (const std::string& url : options_.urls) replicas_.push_back({url});
  health_ = std::jthread([this](const std::stop_token& stop) {
    do {
      check_health();
    } while (sleeper_->sleep(options_.health_interval, stop));
  });
}

Upstream::~Upstream() = default;

net::Headers Upstream::headers(std::string_view traceparent) const {
  net::Headers list{{"content-type", "application/json"}};
  if (!traceparent.empty()) list.emplace_back("traceparent", std::string(traceparent));
  if (!options_.bearer.empty()) list.emplace_back("authorization", "Bearer " + options_.bearer);
  return list;
}

/// The model that a replica offers: the wanted one, or its first.
Result<std::string> Upstream::ask_models(const std::string& url) const {
  const net::CallOptions limits{net::within(*clock_, base::limits::kHealthTimeout)};
  const auto health = net::send(*transport_, {"GET", url + "/health", headers(""), ""}, limits);
  if (!health) return health.error();
  // Not every OpenAI-compatible server has one: then its list of models says that it is up.
  if (health->status != 200 && health->status != 404) return status_error(health->status);
  const auto answer = net::send(*transport_, {"GET", url + "/v1/models", headers(""), ""}, limits);
  if (!answer) return answer.error();
  if (answer->status != 200) return status_error(answer->status);
  const auto models = doc::parse_json(answer->body, "models");
  const Value* list = models ? models->find("data") : nullptr;
  if (list == nullptr || !list->is_list() || list->items().empty()) {
    return Error{ErrorCode::data_loss, "the model's server offers no model"};
  }
  std::string offered;
  for (const Value& model : list->items()) {
    const std::string id(model.string_at("id"));
    if (options_.model.empty() || id == options_.model) return id;
    offered += (offered.empty() ? "" : ", ") + id;
  }
  return Error{ErrorCode::not_found,
               "the model's server has no '" + options_.model + "'; it has " + offered};
}

void Upstream::check_health() {
  for (std::size_t i = 0; i < options_.urls.size(); ++i) {
    const auto model = ask_models(options_.urls[i]);
    const std::lock_guard lock(mutex_);
    Replica& replica = replicas_[i];
    replica.healthy = model.has_value();
    if (model) {
      replica.model = *model;
      last_healthy_ = clock_->steady();
      changed_.notify_all();
    } else {
      replica.trouble = model.error();
    }
  }
}

// The three below: under the lock.

Error Upstream::trouble() const {
  if (replicas_.empty()) return {ErrorCode::failed_precondition, "no model server is configured"};
  return {ErrorCode::unavailable, "no model server is ready: " + replicas_.front().trouble.message};
}

/// A server that answers and says no will say it again.
bool Upstream::time_may_mend() const {
  return std::any_of(replicas_.begin(), replicas_.end(), [](const Replica& replica) {
    const ErrorCode code = replica.trouble.code;
    return replica.healthy || (code != ErrorCode::not_found && code != ErrorCode::unauthenticated &&
                               code != ErrorCode::permission_denied);
  });
}

/// The healthy replica with the fewest requests under way, one that is not busy before one that is;
/// of equals the one used longest ago. One to avoid is taken only when there is no other. kNone
/// when none is healthy.
std::size_t Upstream::best_of(std::size_t avoid) const {
  std::size_t best = kNone;
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    if (!replicas_[i].healthy || i == avoid) continue;
    const auto rank = [&](std::size_t at) {
      const Replica& replica = replicas_[at];
      return std::tuple(replica.busy_until > clock_->steady(), replica.outstanding,
                        replica.last_used);
    };
    if (best == kNone || rank(i) < rank(best)) best = i;
  }
  return best == kNone && avoid != kNone && replicas_[avoid].healthy ? avoid : best;
}

Result<void> Upstream::ready() const {
  const std::lock_guard lock(mutex_);
  if (best_of(kNone) != kNone) return {};
  return trouble();
}

Result<void> Upstream::promising() const {
  const std::lock_guard lock(mutex_);
  if (best_of(kNone) != kNone) return {};
  const bool lately = clock_->steady() - last_healthy_ < base::limits::kUpstreamPatience;
  if (lately && time_may_mend()) return {};
  return trouble();
}

std::string Upstream::model() const {
  const std::lock_guard lock(mutex_);
  for (const Replica& replica : replicas_) {
    if (!replica.model.empty()) return replica.model;
  }
  return options_.model;
}

/// Replicas may serve under names of their own; where none is configured each is asked by its own.
std::string Upstream::model_of(std::size_t replica) const {
  const std::lock_guard lock(mutex_);
  return replicas_[replica].model;
}

/// Waits for a replica, and counts the request as its own.
Result<std::size_t> Upstream::choose(std::size_t avoid, const net::Until& until) {
  constexpr std::chrono::nanoseconds kLook = std::chrono::milliseconds(100);
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::size_t best = best_of(avoid);
    if (best != kNone) {
      ++replicas_[best].outstanding;
      replicas_[best].last_used = ++uses_;
      return best;
    }
    if (!time_may_mend()) return trouble();
    if (until.stop.stop_requested()) return Error{ErrorCode::cancelled, "the caller has gone"};
    const std::chrono::nanoseconds left = until.deadline - clock_->steady();
    if (left.count() <= 0) {
      return Error{ErrorCode::deadline_exceeded, "the deadline passed while " + trouble().message};
    }
    changed_.wait_for(lock, until.stop, std::min(left, kLook),
                      [&] { return best_of(avoid) != kNone; });
  }
}

/// The request is over. A replica that could not even be reached is not asked again before its
/// health was.
void Upstream::give_back(std::size_t replica, const Result<ChatUsage>& usage) {
  const std::lock_guard lock(mutex_);
  --replicas_[replica].outstanding;
  if (usage || !was_not_reached(usage.error())) return;
  replicas_[replica].healthy = false;
  replicas_[replica].trouble = usage.error();
}

/// How long a replica wants to be left alone.
std::chrono::nanoseconds Upstream::busy_for(std::size_t replica) const {
  const std::lock_guard lock(mutex_);
  return replicas_[replica].busy_until - clock_->steady();
}

Result<void> Upstream::wait_while_busy(std::size_t replica, const net::Until& until) {
  const std::chrono::nanoseconds pause = busy_for(replica);
  if (pause.count() <= 0) return {};
  if (pause > until.deadline - clock_->steady()) {
    return Error{ErrorCode::deadline_exceeded, "the model's server is busy until the deadline"};
  }
  if (!sleeper_->sleep(pause, until.stop)) {
    return Error{ErrorCode::cancelled, "the caller has gone"};
  }
  return {};
}

Result<ChatUsage> Upstream::complete(const ChatRequest& request,
                                     const std::function<bool(std::string_view)>& on_text,
                                     const net::Until& until) {
  std::size_t avoid = kNone;
  for (int attempts = 1;;) {
    const std::size_t replica = TRY(choose(avoid, until));
    if (const auto waited = wait_while_busy(replica, until); !waited) {
      give_back(replica, waited.error());
      return waited.error();
    }
    bool said_something = false;
    const auto listen = [&](std::string_view text) {
      said_something = true;
      return on_text(text);
    };
    const bool hedge = options_.hedge_after.count() > 0 && replicas_.size() > 1;
    auto usage =
        hedge ? hedged(replica, request, listen, until) : attempt(replica, request, listen, until);
    if (usage) return usage;
    if (said_something && usage.error().code == ErrorCode::unavailable) {
      // Others may do better with what is left to translate, but not with half an answer.
      return Error{ErrorCode::aborted, usage.error().message};
    }
    if (!said_something && busy_for(replica).count() > 0) {
      avoid = kNone;
      continue;  // The choice knows who is busy.
    }
    avoid = replica;
    if (was_not_reached(usage.error())) continue;  // The choice waits, where it must.
    if (said_something || attempts >= options_.attempts_max || !may_try_again(usage.error())) {
      return usage;
    }
    // A server that pushes back is given time; another replica need not wait.
    if (replicas_.size() == 1 &&
        !sleeper_->sleep(base::limits::kUpstreamRetryPause * attempts, until.stop)) {
      return Error{ErrorCode::cancelled, "the caller has gone"};
    }
    ++attempts;
  }
}

/// A second healthy replica, its request counted; nullopt when there is none.
std::optional<std::size_t> Upstream::another(std::size_t than) {
  const std::lock_guard lock(mutex_);
  const std::size_t best = best_of(than);
  if (best == kNone || best == than) return std::nullopt;
  ++replicas_[best].outstanding;
  replicas_[best].last_used = ++uses_;
  return best;
}

Result<ChatUsage> Upstream::hedged(std::size_t replica, const ChatRequest& request,
                                   const std::function<bool(std::string_view)>& on_text,
                                   const net::Until& until) {
  const auto attempt_at = [&](std::size_t which) -> Attempt {
    return [this, which, &request](const OnText& text, const net::Until& limit) {
      return attempt(which, request, text, limit);
    };
  };
  const auto second = [&]() -> std::optional<Attempt> {
    const auto other = another(replica);
    if (!other) return std::nullopt;
    return attempt_at(*other);
  };
  return race(attempt_at(replica), options_.hedge_after, second, on_text, until);
}

Result<ChatUsage> Upstream::attempt(std::size_t replica, const ChatRequest& request,
                                    const std::function<bool(std::string_view)>& on_text,
                                    const net::Until& until) {
  auto usage = ask(replica, request, on_text, until);
  give_back(replica, usage);
  return usage;
}

Result<ChatUsage> Upstream::ask(std::size_t replica, const ChatRequest& request,
                                const std::function<bool(std::string_view)>& on_text,
                                const net::Until& until) {
  net::Request message{"POST", options_.urls[replica] + "/v1/chat/completions",
                       headers(request.traceparent), body_of(request, model_of(replica))};
  Completion completion(on_text);
  const std::unique_ptr<net::Call> call =
      transport_->start(std::move(message), {until}, completion);
  const std::stop_callback on_stop(until.stop, [&] { call->cancel(); });
  auto usage = completion.wait();
  if (const auto asked = completion.leave_alone_for()) {
    const std::lock_guard lock(mutex_);
    replicas_[replica].busy_until =
        clock_->steady() +
        std::max<std::chrono::nanoseconds>(*asked, base::limits::kUpstreamRetryPause);
  }
  return usage;
}

}  // namespace gateway
