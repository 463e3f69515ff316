#include "cluster/exec.h"

#include <charconv>

#include "base/limits.h"
#include "cluster/retry.h"
#include "doc/json.h"
#include "kube/status.h"
#include "net/retry.h"

namespace cluster {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

constexpr char kStdout = 1, kStderr = 2, kError = 3;

/// The exit code that a closing Status tells (k8s.io/apimachinery pkg/util/remotecommand: reason
/// NonZeroExitCode, cause ExitCode), or the failure to run the command at all.
Result<int> exit_code_of(std::string_view text) {
  const Result<doc::Value> document = doc::parse_json(text, "<exec>");
  if (!document) {
    return Error{ErrorCode::data_loss, "the outcome is no JSON: " + document.error().message};
  }
  if (document->string_at("status") == "Success") return 0;
  const kube::Status status = kube::status_of(*document);
  if (status.reason != "NonZeroExitCode") {
    Error error = kube::to_error(status);
    if (status.reason == "InternalError" || error.code == ErrorCode::unknown) {
      error.code =
          ErrorCode::failed_precondition;  // No such program; the container is not running.
    }
    return error;
  }
  for (const kube::Status::Cause& cause : status.causes) {
    if (cause.reason != "ExitCode") continue;
    int code = 0;
    const char* end = cause.message.data() + cause.message.size();
    const auto [stopped, failed] = std::from_chars(cause.message.data(), end, code);
    if (failed == std::errc() && stopped == end) return code;
  }
  return Error{ErrorCode::data_loss, "the outcome tells no exit code: " + status.message};
}

/// Whether to try again after `response`: a busy server (429, 503) has run nothing. Waits before.
bool wait_to_try_again(Client& client, const net::Response& response, int attempt,
                       const Until& until) {
  if (response.status != 429 && response.status != 503) return false;
  const auto asked = net::retry_after(response.headers);
  if (attempt >= attempts_allowed(asked, base::limits::kRequestAttemptsMax)) return false;
  const auto pause = net::pause_before(attempt + 1, asked, client.means().random);
  if (client.means().clock.steady() + pause >= until.deadline) return false;
  return client.means().sleeper.sleep(pause, until.stop);
}

Result<std::unique_ptr<net::WebSocket>> open(Client& client, const kube::Request& request,
                                             const Until& until) {
  CHECK(client.means().websockets != nullptr);
  net::Request wire = client.wire_request(request);
  std::erase_if(wire.headers, [](const auto& header) { return header.first == "Accept"; });
  bool refusal_is_confirmed = false;
  for (int attempt = 1;; ++attempt) {
    net::WebSocketRefusal refusal;
    Result<std::unique_ptr<net::WebSocket>> socket = client.means().websockets->connect(
        {wire.url, wire.headers, {"v5.channel.k8s.io", "v4.channel.k8s.io"}}, until, &refusal);
    if (socket) return socket;
    if (refusal.response.status == 0) return client.error_of(std::move(socket).error());
    if (wait_to_try_again(client, refusal.response, attempt, until)) continue;
    if (!refusal_is_confirmed && client.wait_to_confirm(refusal.response, until)) {
      refusal_is_confirmed = true;
      continue;
    }
    return client.error_of(request, refusal.response);
  }
}

Result<ExecResult> run(Client& client, const kube::Request& request, const Until& until) {
  const std::unique_ptr<net::WebSocket> socket = TRY(open(client, request, until));
  ExecResult result;
  while (true) {
    Result<std::optional<net::WebSocketMessage>> received = socket->receive(until);
    if (!received) return client.error_of(std::move(received).error());
    if (!received->has_value()) {
      return Error{ErrorCode::unavailable, "the connection ended before the command's outcome"};
    }
    const std::string& bytes = (*received)->bytes;
    if (bytes.empty()) continue;
    const std::string_view payload = std::string_view(bytes).substr(1);
    switch (bytes[0]) {
      case kStdout:
        result.out += payload;
        break;
      case kStderr:
        result.err += payload;
        break;
      case kError:
        if (payload.empty()) break;  // Opens the channel.
        result.exit_code = TRY(exit_code_of(payload));
        return result;
      default:
        break;
    }
    if (result.out.size() + result.err.size() > base::limits::kExecOutputBytesMax) {
      return Error{ErrorCode::resource_exhausted,
                   "the command's output is larger than " +
                       std::to_string(base::limits::kExecOutputBytesMax) + " bytes"};
    }
  }
}

}  // namespace

Result<ExecResult> exec(Client& client, const kube::ObjectKey& pod,
                        const kube::ExecOptions& options, const Until& until) {
  return TRY_WITHIN(run(client, kube::exec_request(pod, options), until),
                    "exec in Pod " + pod.namespace_name + "/" + pod.name);
}

}  // namespace cluster
