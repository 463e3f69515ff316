#include "gateway/upstream.h"

#include <algorithm>

#include "base/limits.h"
#include "doc/json.h"
#include "gateway/race.h"
#include "gateway/sse.h"

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

/// The healthy replica with the fewest requests under way; of equals the one used longest ago. One
/// to avoid is taken only when there is no other. kNone when none is healthy.
std::size_t Upstream::best_of(std::size_t avoid) const {
  std::size_t best = kNone;
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    if (!replicas_[i].healthy || i == avoid) continue;
    const auto rank = [&](std::size_t at) {
      return std::pair(replicas_[at].outstanding, replicas_[at].last_used);
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

Result<ChatUsage> Upstream::complete(const ChatRequest& request,
                                     const std::function<bool(std::string_view)>& on_text,
                                     const net::Until& until) {
  std::size_t avoid = kNone;
  for (int attempts = 1;;) {
    const std::size_t replica = TRY(choose(avoid, until));
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
                                const net::Until& until) const {
  net::Request message{"POST", options_.urls[replica] + "/v1/chat/completions",
                       headers(request.traceparent), body_of(request, model_of(replica))};
  ChatUsage usage;
  SseReader reader;
  std::string finish_reason;
  bool done = false, enough = false;
  Result<void> fault;
  const auto on_event = [&](std::string_view data) {
    if (data == "[DONE]") return !(done = true);
    const auto piece = parse_chat_piece(data);
    if (!piece) {
      fault = piece.error();
      return false;
    }
    usage.prompt_tokens = std::max(usage.prompt_tokens, piece->prompt_tokens);
    usage.completion_tokens = std::max(usage.completion_tokens, piece->completion_tokens);
    if (!piece->finish_reason.empty()) finish_reason = piece->finish_reason;
    if (piece->content.empty()) return true;
    enough = !on_text(piece->content);
    return !enough;
  };
  net::StreamHandler handler;
  handler.on_head = [&](const net::ResponseHead& head) {
    if (head.status != 200) {
      fault = status_error(head.status);
    } else if (!net::header(head.headers, "content-type").starts_with("text/event-stream")) {
      fault = Error{ErrorCode::data_loss, "the model's server answered with no event stream"};
    }
    return fault.has_value();
  };
  handler.on_chunk = [&](std::string_view bytes) {
    const auto more = reader.feed(bytes, on_event);
    if (!more) fault = more.error();
    return more && *more && fault.has_value();
  };
  const auto streamed = net::stream(*transport_, std::move(message), {until}, handler);
  if (!fault) return fault.error();
  if (!streamed) return streamed.error();
  if (enough) return usage;
  if (!done) return Error{ErrorCode::unavailable, "the model's stream broke off"};
  if (finish_reason == "length") {
    return Error{ErrorCode::out_of_range, "the model's answer was cut off by max_tokens"};
  }
  // vLLM's words for an answer that its engine gave up, by version: "abort", "error", "repetition".
  if (!finish_reason.empty() && finish_reason != "stop") {
    return Error{ErrorCode::aborted, "the model's server gave the answer up"};
  }
  return usage;
}

}  // namespace gateway
