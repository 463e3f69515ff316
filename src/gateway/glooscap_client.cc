#include "gateway/glooscap_client.h"

#include <algorithm>

#include "gateway/service.h"
#include "nanabush/v1/translation.pb.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
namespace v1 = nanabush::v1;

constexpr int kSlots = 2;
constexpr const char* kService = "/nanabush.v1.TranslationService/";

template <typename Message>
Result<Message> parse(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) {
    return Error{ErrorCode::internal, "the answer is no " + message.GetTypeName()};
  }
  return message;
}

}  // namespace

Result<GrpcClient::Answer> GrpcChannel::unary(std::string_view path, const std::string& message,
                                              const net::Until& until) {
  std::shared_ptr<GrpcClient> client;
  {
    const std::lock_guard lock(mutex_);
    if (!client_ || !client_->usable()) {
      client_.reset();
      client_ = TRY(GrpcClient::connect(host_, port_, *clock_, until));
    }
    client = client_;
  }
  return client->unary(path, message, until);
}

bool GrpcChannel::ready() const {
  const std::lock_guard lock(mutex_);
  return client_ && client_->usable();
}

GlooscapClient::GlooscapClient(GlooscapOptions options, const base::Clock& clock)
    : options_(std::move(options)), clock_(&clock), channel_(options_.host, options_.port, clock) {}

GlooscapClient::~GlooscapClient() = default;

Result<std::unique_ptr<GlooscapClient>> GlooscapClient::create(GlooscapOptions options,
                                                               const base::Clock& clock) {
  std::unique_ptr<GlooscapClient> client(new GlooscapClient(std::move(options), clock));
  {
    const std::lock_guard lock(client->mutex_);
    TRY(client->register_now(net::within(clock, 30 * client->options_.second)));
  }
  if (!client->state_.client_id.empty()) {  // Else its heartbeats refuse to start.
    client->heartbeats_ = std::jthread(
        [raw = client.get()](const std::stop_token& stop) { raw->run_heartbeats(stop); });
    client->watchdog_ = std::jthread(
        [raw = client.get()](const std::stop_token& stop) { raw->run_watchdog(stop); });
  }
  return client;
}

/// With the mutex held, as the real one does.
Result<void> GlooscapClient::register_now(const net::Until& until) {
  v1::RegisterClientRequest request;
  request.set_client_name(options_.name);
  ++state_.registrations;
  const auto answer = TRY(
      channel_.unary(std::string(kService) + "RegisterClient", request.SerializeAsString(), until));
  const auto response = TRY(parse<v1::RegisterClientResponse>(answer.message));
  if (!response.success()) return Error{ErrorCode::failed_precondition, response.message()};
  state_.client_id = response.client_id();
  state_.registered = true;
  if (response.heartbeat_interval_seconds() > 0) {
    state_.interval_seconds = response.heartbeat_interval_seconds();
  }
  return {};
}

void GlooscapClient::beat() {
  v1::HeartbeatRequest request;
  {
    const std::lock_guard lock(mutex_);
    if (!state_.registered) return;  // For ever: nothing sets it again.
    request.set_client_id(state_.client_id);
    request.set_client_name(options_.name);
    ++state_.heartbeats;
  }
  const base::SteadyTime began = clock_->steady();
  const auto answer =
      channel_.unary(std::string(kService) + "Heartbeat", request.SerializeAsString(),
                     net::within(*clock_, 10 * options_.second));
  const auto took = clock_->steady() - began;
  auto response = answer ? parse<v1::HeartbeatResponse>(answer->message) : answer.error();
  const std::lock_guard lock(mutex_);
  state_.slowest_heartbeat = std::max<std::chrono::nanoseconds>(state_.slowest_heartbeat, took);
  if (!response) return on_beat_failed(true);
  if (!response->success() || response->re_register_required()) return on_beat_failed(false);
  state_.missed = 0;
  last_success_ = clock_->steady();
  had_success_ = true;
  if (response->heartbeat_interval_seconds() > 0) {
    state_.interval_seconds = response->heartbeat_interval_seconds();
  }
}

/// With the mutex held. `lost`: the call failed; else the server asked for a new registration.
void GlooscapClient::on_beat_failed(bool lost) {
  ++state_.heartbeats_failed;
  // The inverted count: what it takes for "translations under way" are the free slots.
  const int believed_under_way = kSlots - under_way_;
  if (believed_under_way > 0) {
    ++state_.missed;
    return;
  }
  if (lost) {
    state_.registered = false;  // Its reconnect then returns at once, since it is not registered.
    return;
  }
  if (register_now({})) {  // No deadline.
    state_.missed = 0;
    last_success_ = clock_->steady();
    had_success_ = true;
  }
}

void GlooscapClient::run_heartbeats(const std::stop_token& stop) {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      const auto interval = std::max(1, state_.interval_seconds) * options_.second;
      wake_.wait_for(lock, stop, interval, [] { return false; });
    }
    if (stop.stop_requested()) return;
    beat();
  }
}

void GlooscapClient::run_watchdog(const std::stop_token& stop) {
  const base::SteadyTime began = clock_->steady();
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, 5 * options_.second, [] { return false; });
    if (stop.stop_requested()) return;
    const base::SteadyTime last = had_success_ ? last_success_ : began;
    if (clock_->steady() - last > 2 * state_.interval_seconds * options_.second) ++state_.missed;
  }
}

GlooscapStatus GlooscapClient::status() const {
  const bool channel_ready = channel_.ready();
  const std::lock_guard lock(mutex_);
  GlooscapStatus status = state_;
  const bool recent = had_success_ && clock_->steady() - last_success_ <
                                          3 * state_.interval_seconds * options_.second;
  if (!state_.registered || state_.missed >= 3) {
    status.status = "error";
  } else if (state_.missed >= 1 || !recent) {
    status.status = "warning";
  } else {
    status.status = "healthy";
  }
  status.connected = channel_ready || (state_.registered && recent);
  return status;
}

Result<GlooscapTranslation> GlooscapClient::translate(const std::string& job_id,
                                                      const std::string& page,
                                                      const std::string& target_language,
                                                      const std::string& source_language,
                                                      std::stop_token stop) {
  if (under_way_.fetch_add(1) >= kSlots) {
    --under_way_;
    return Error{ErrorCode::resource_exhausted,
                 "nanabush: translation service busy (max 2 concurrent requests), please retry "
                 "later"};
  }
  v1::TranslateRequest request;
  request.set_job_id(job_id);
  request.set_namespace_("glooscap-system");
  request.set_primitive(v1::PRIMITIVE_DOC_TRANSLATE);
  request.mutable_doc()->set_markdown(page);  // Title and slug stay empty, as the operator's.
  request.set_source_language(source_language);
  request.set_target_language(target_language);
  const auto answer =
      channel_.unary(std::string(kService) + "Translate", request.SerializeAsString(),
                     net::within(*clock_, std::chrono::minutes(5), std::move(stop)));
  --under_way_;
  if (!answer) return answer.error();
  const auto response = TRY(parse<v1::TranslateResponse>(answer->message));
  if (!response.success()) return Error{ErrorCode::aborted, response.error_message()};
  GlooscapTranslation translation{response.translated_markdown(), response.tokens_used(), ""};
  for (const auto& [name, value] : answer->metadata) {
    if (name == kAuditIdTrailer) translation.audit_id = value;
  }
  return translation;
}

Result<std::pair<bool, std::string>> GlooscapClient::check_title(
    const std::string& title, const std::string& target_language) {
  v1::TitleCheckRequest request;
  request.set_title(title);
  request.set_language_tag(target_language);
  request.set_source_language("EN");
  const auto answer =
      TRY(channel_.unary(std::string(kService) + "CheckTitle", request.SerializeAsString(), {}));
  const auto response = TRY(parse<v1::TitleCheckResponse>(answer.message));
  return std::pair(response.ready(), response.message());
}

}  // namespace gateway
