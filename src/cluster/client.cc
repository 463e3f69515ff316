#include "cluster/client.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/strings.h"
#include "cluster/client_state.h"
#include "cluster/retry.h"
#include "doc/json.h"
#include "kube/status.h"
#include "net/retry.h"

namespace cluster {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

/// "patch deployments.apps in namespace a", as far as the path says.
std::string print(const kube::AccessQuestion& question) {
  std::string text = question.verb;
  if (question.resource.empty()) return text + " this path";
  text += " " + question.resource;
  if (!question.group.empty()) text += "." + question.group;
  if (!question.subresource.empty()) text += "/" + question.subresource;
  if (!question.namespace_name.empty()) text += " in namespace " + question.namespace_name;
  return text;
}

std::string can_i(const kube::AccessQuestion& question) {
  std::string text = "kubectl auth can-i " + question.verb + " " + question.resource;
  if (!question.group.empty()) text += "." + question.group;
  if (!question.subresource.empty()) text += " --subresource=" + question.subresource;
  if (!question.namespace_name.empty()) text += " -n " + question.namespace_name;
  return text;
}

}  // namespace

Client::Client(kube::ClusterAccess access, const Means& means, ClientOptions options) {
  if (options.user_agent.empty()) options.user_agent = "slipway/" SLIPWAY_VERSION;
  std::string token = access.token;
  state_.reset(new State{.access = std::move(access),
                         .means = means,
                         .options = std::move(options),
                         .token = std::move(token)});
}

Client::~Client() = default;

const kube::ClusterAccess& Client::access() const { return state_->access; }
const Means& Client::means() const { return state_->means; }

net::Request Client::wire_request(const kube::Request& request) const {
  net::Request wire;
  wire.method = kube::method_name(request.method);
  wire.url = state_->access.server + request.target();
  wire.headers = {{"Accept", request.accept}, {"User-Agent", state_->options.user_agent}};
  if (!request.content_type.empty())
    wire.headers.emplace_back("Content-Type", request.content_type);
  const std::lock_guard lock(state_->mutex);
  if (!state_->token.empty()) {
    wire.headers.emplace_back("Authorization", "Bearer " + state_->token);
  } else if (!state_->access.username.empty()) {
    wire.headers.emplace_back(
        "Authorization",
        "Basic " + base::to_base64(state_->access.username + ":" + state_->access.password));
  }
  wire.body = request.body;
  return wire;
}

Error Client::error_of(const kube::Request& request, const net::Response& response) const {
  const kube::ClusterAccess& access = state_->access;
  Error error = kube::to_error(kube::parse_status(response.status, response.body));
  if (error.code == ErrorCode::unauthenticated) {
    const std::string user = access.user.empty() ? "no user" : "user '" + access.user + "'";
    return Error{ErrorCode::unauthenticated,
                 "cluster " + access.server + " does not accept the credentials of " + user + ": " +
                     error.message,
                 "the token has expired or was revoked; log in again: oc login " + access.server};
  }
  if (error.code == ErrorCode::permission_denied) {
    const kube::AccessQuestion question = kube::question_of(request);
    error.message = "not permitted to " + print(question) + ": " + error.message;
    if (!question.resource.empty()) {
      error.hint = "ask an administrator of the cluster for it; check with: " + can_i(question);
    }
  }
  if (error.retryable()) return std::move(error).within("cluster " + access.server);
  return error;
}

Error Client::error_of(Error exchange) const {
  const kube::ClusterAccess& access = state_->access;
  if (exchange.code == ErrorCode::unavailable) {
    const std::string context =
        access.context.empty() ? "" : " of context '" + access.context + "'";
    exchange.message = "cluster " + access.server + " is unreachable: " + exchange.message;
    exchange.hint = "check that it is up, that this machine may reach it, and that the server" +
                    context + " is the right one";
    return exchange;
  }
  return std::move(exchange).within("cluster " + access.server);
}

namespace {

/// Reads the token file again. True when it holds another token now.
bool reload_token(const kube::ClusterAccess& access, const ClientOptions& options,
                  std::mutex& mutex, std::string& token) {
  if (access.token_file.empty() || options.read_file == nullptr) return false;
  const Result<std::string> text = options.read_file(access.token_file);
  if (!text) return false;
  const std::string fresh(base::trim(*text));
  const std::lock_guard lock(mutex);
  if (fresh.empty() || fresh == token) return false;
  token = fresh;
  return true;
}

}  // namespace

bool Client::wait_to_confirm(const net::Response& response, const Until& until) {
  if (!refused_by_authorizer(response)) return false;
  const Means& means = state_->means;
  const kube::Request ready = kube::raw_get_request("/readyz", "*/*");
  for (int attempt = 1; attempt < base::limits::kRequestAttemptsMax; ++attempt) {
    net::CallOptions call{.until = until};
    call.until.deadline =
        std::min(until.deadline, means.clock.steady() + base::limits::kRequestTimeout);
    const Result<net::Response> answer = net::send(means.transport, wire_request(ready), call);
    // 500 lists what is not ready yet; anything else will not tell more if asked again.
    if (answer && answer->status < 500) break;
    const auto pause = net::pause_before(attempt + 1, std::nullopt, means.random);
    if (until.deadline - means.clock.steady() <= pause) break;
    if (!means.sleeper.sleep(pause, until.stop)) break;
  }
  return true;
}

Result<net::Response> Client::send(const kube::Request& request, const Until& until,
                                   int attempts_max) {
  State& state = *state_;
  const bool observed = state.options.on_write != nullptr && request.mutates();
  bool token_was_reloaded = false;
  bool refusal_is_confirmed = false;
  for (int attempt = 1;; ++attempt) {
    if (until.stop.stop_requested()) return Error{ErrorCode::cancelled, "cancelled"};
    const base::SteadyTime now = state.means.clock.steady();
    if (now >= until.deadline) {
      return error_of(Error{ErrorCode::deadline_exceeded, "no time is left to ask"});
    }
    net::CallOptions call{.until = until};
    call.until.deadline = std::min(until.deadline, now + base::limits::kRequestTimeout);
    call.once = !repeatable(request);

    if (observed) state.options.on_write(WritePhase::before, request);
    Result<net::Response> answer = net::send(state.means.transport, wire_request(request), call);
    if (observed) state.options.on_write(WritePhase::after, request);

    if (answer && answer->status < 400) return answer;
    Attempt ended;
    std::optional<std::chrono::seconds> asked;
    Error error{ErrorCode::unknown, ""};
    if (answer) {
      if (answer->status == 401 && !token_was_reloaded &&
          reload_token(state.access, state.options, state.mutex, state.token)) {
        token_was_reloaded = true;
        continue;
      }
      if (!refusal_is_confirmed && wait_to_confirm(*answer, until)) {
        refusal_is_confirmed = true;
        continue;
      }
      asked = net::retry_after(answer->headers);
      ended.response = &*answer;
      error = error_of(request, *answer);
    } else {
      Error exchange = std::move(answer).error();
      const bool only_this_attempt = exchange.code == ErrorCode::deadline_exceeded &&
                                     state.means.clock.steady() < until.deadline;
      if (only_this_attempt) exchange.code = ErrorCode::unavailable;
      error = exchange;
      ended.error = &error;
    }
    const Verdict verdict = judge(request, ended);
    if (!answer) error = error_of(std::move(error));
    if (verdict == Verdict::final || attempt >= attempts_allowed(asked, attempts_max)) return error;
    if (asked && *asked > base::limits::kRetryAfterMax) return error;
    const auto pause = net::pause_before(attempt + 1, asked, state.means.random);
    // A pause that outlasts the deadline would only hide what went wrong.
    if (until.deadline - state.means.clock.steady() <= pause) return error;
    if (!state.means.sleeper.sleep(pause, until.stop)) {
      return Error{ErrorCode::cancelled, "cancelled"};
    }
  }
}

Result<doc::Value> parse_body(const kube::Request& request, const net::Response& response) {
  Result<doc::Value> value = doc::parse_json(response.body, "<response>");
  if (value) return value;
  return Error{ErrorCode::data_loss, "the answer to " +
                                         std::string(kube::method_name(request.method)) + " " +
                                         request.path + " is no JSON: " + value.error().message};
}

}  // namespace cluster
