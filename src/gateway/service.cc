#include "gateway/service.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "doc/utf8.h"
#include "gateway/translate_stream.h"
#include "nanabush/v1/translation.pb.h"

namespace gateway {
namespace {

using base::ErrorCode;
using base::Result;
namespace v1 = nanabush::v1;

constexpr const char* kService = "/nanabush.v1.TranslationService/";
// TranslationJob's condition.message takes 32,768 characters; a person reads two lines.
constexpr std::size_t kErrorBytesMax = 512;
// Of ids, names and language tags. Kubernetes' names have at most 253.
constexpr std::size_t kNameBytesMax = 256;

google::protobuf::Timestamp timestamp(base::WallTime time) {
  const auto ns = time.time_since_epoch().count();
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(ns / 1'000'000'000);
  stamp.set_nanos(static_cast<int>(ns % 1'000'000'000));
  return stamp;
}

template <typename Message>
void answer(GrpcCall& call, const Message& message) {
  call.send(message.SerializeAsString());
  call.finish(ErrorCode::ok, "");
}

/// A message of the request, or an answer that says what is wrong with it.
template <typename Message>
bool parse(const std::string& bytes, Message& message, GrpcCall& call) {
  if (message.ParseFromString(bytes)) return true;
  call.finish(ErrorCode::invalid_argument,
              "the message is no " + message.GetTypeName() + " (or holds invalid UTF-8)");
  return false;
}

/// Refuses with INVALID_ARGUMENT when one of the named fields is empty.
bool all_given(std::initializer_list<std::pair<const char*, const std::string*>> fields,
               GrpcCall& call) {
  for (const auto& [name, value] : fields) {
    if (!value->empty()) continue;
    call.finish(ErrorCode::invalid_argument, std::string(name) + " is required");
    return false;
  }
  return true;
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Order order_of(const v1::TranslateRequest& request) {
  Order order;
  order.job_id = request.job_id();
  order.namespace_name = request.namespace_();
  order.source_language = request.source_language();
  order.target_language = request.target_language();
  order.title_only = request.primitive() == v1::PRIMITIVE_TITLE;
  if (order.title_only) {
    order.title = request.title();
  } else {
    order.title = request.doc().title();
    order.markdown = request.doc().markdown();
  }
  return order;
}

/// What is wrong with the request in the contract's eyes; "" when nothing is.
std::string fault_of(const v1::TranslateRequest& request) {
  switch (request.primitive()) {
    case v1::PRIMITIVE_TITLE:
      return request.title().empty() ? "title is required" : "";
    case v1::PRIMITIVE_DOC_TRANSLATE:
      return request.has_doc() ? "" : "doc is required";
    default:
      return "primitive is not one that is known";
  }
}

v1::TranslateResponse response_of(const std::string& job_id, const Result<Translation>& outcome,
                                  base::WallTime now, std::size_t bytes_max) {
  v1::TranslateResponse response;
  response.set_job_id(job_id);
  *response.mutable_completed_at() = timestamp(now);
  if (!outcome) {
    response.set_error_message(cut_utf8(outcome.error().message, kErrorBytesMax));
    return response;
  }
  response.set_success(true);
  response.set_translated_title(outcome->title);
  response.set_translated_markdown(outcome->markdown);
  response.set_tokens_used(outcome->tokens);
  response.set_inference_time_seconds(outcome->seconds);
  if (response.ByteSizeLong() <= bytes_max) return response;
  v1::TranslateResponse too_large;
  too_large.set_job_id(job_id);
  *too_large.mutable_completed_at() = timestamp(now);
  too_large.set_error_message("the translation has " + std::to_string(response.ByteSizeLong()) +
                              " bytes; a client takes at most " + std::to_string(bytes_max));
  return too_large;
}

/// One Translate call: hands the order to Jobs and takes it back when the caller goes.
class TranslateCall final : public GrpcListener {
 public:
  TranslateCall(Jobs& jobs, const base::Clock& clock, base::Random& random,
                const ServiceOptions& options, GrpcRequest request, std::shared_ptr<GrpcCall> call)
      : jobs_(&jobs),
        clock_(&clock),
        random_(&random),
        options_(&options),
        request_(std::move(request)),
        call_(std::move(call)) {}

  void on_message(std::string message) override {
    if (!message_.empty()) call_->finish(ErrorCode::unimplemented, "Translate takes one message");
    message_ = std::move(message);
  }

  void on_end() override {
    v1::TranslateRequest message;
    if (!parse(message_, message, *call_)) return;
    message_.clear();
    if (!all_given({{"job_id", &message.job_id()},
                    {"target_language", &message.target_language()},
                    {"source_language", &message.source_language()}},
                   *call_)) {
      return;
    }
    if (const std::string fault = fault_of(message); !fault.empty()) {
      return call_->finish(ErrorCode::invalid_argument, fault);
    }
    Order order = order_of(message);
    if (const std::string fault = fault_of(order); !fault.empty()) {
      return call_->finish(ErrorCode::invalid_argument, fault);
    }
    take_trace(request_, *random_, order);
    ticket_ = jobs_->submit(
        std::move(order), answer_by(request_, *options_, *clock_),
        [call = call_, clock = clock_, job_id = message.job_id(),
         max = options_->response_bytes_max](const Outcome& outcome) {
          call->send(response_of(job_id, outcome.made, clock->now(), max).SerializeAsString());
          call->finish(ErrorCode::ok, "", audit_metadata(outcome));
        });
  }

  void on_cancelled() override {
    if (ticket_) jobs_->cancel(*ticket_);
  }

 private:
  Jobs* jobs_;
  const base::Clock* clock_;
  base::Random* random_;
  const ServiceOptions* options_;
  GrpcRequest request_;
  std::shared_ptr<GrpcCall> call_;  // Shared with the job, which answers.
  std::string message_;
  std::optional<Jobs::Ticket> ticket_;
};

}  // namespace

TranslationService::TranslationService(Clients& clients, Jobs& jobs, const Translator& translator,
                                       const base::Clock& clock, base::Random& random,
                                       ServiceOptions options)
    : clients_(&clients),
      jobs_(&jobs),
      translator_(&translator),
      clock_(&clock),
      random_(&random),
      options_(std::move(options)) {}

void TranslationService::serve(GrpcHandler& handler) {
  const auto add = [&](const char* name, GrpcMethod method) {
    handler.add(std::string(kService) + name,
                [this, name, method = std::move(method)](const GrpcRequest& request,
                                                         std::shared_ptr<GrpcCall> call) {
                  if (options_.on_call) options_.on_call(name);
                  return method(request, std::move(call));
                });
  };
  const auto at_once = [this](auto method) {
    return unary(
        {[this, method](const GrpcRequest&, const std::string& message,
                        const std::shared_ptr<GrpcCall>& call) { (this->*method)(message, *call); },
         {}});
  };
  add("RegisterClient", at_once(&TranslationService::register_client));
  add("Heartbeat", at_once(&TranslationService::heartbeat));
  add("CheckTitle", at_once(&TranslationService::check_title));
  add("Translate", translate_method());
  add("TranslateStream", translate_stream(*jobs_, *clock_, *random_, options_));
}

void TranslationService::register_client(const std::string& bytes, GrpcCall& call) {
  v1::RegisterClientRequest message;
  if (!parse(bytes, message, call)) return;
  if (!all_given({{"client_name", &message.client_name()}}, call)) return;
  v1::RegisterClientResponse response;
  response.set_client_id(clients_->register_client(cut_utf8(message.client_name(), kNameBytesMax)));
  response.set_success(true);
  response.set_message("registered");
  response.set_heartbeat_interval_seconds(options_.heartbeat_seconds);
  // Clients ignore it; ids do not expire, since a heartbeat of an unknown id is as good.
  *response.mutable_expires_at() = timestamp(clock_->now() + std::chrono::hours(24));
  answer(call, response);
}

void TranslationService::heartbeat(const std::string& bytes, GrpcCall& call) {
  v1::HeartbeatRequest message;
  if (!parse(bytes, message, call)) return;
  if (!all_given({{"client_id", &message.client_id()}, {"client_name", &message.client_name()}},
                 call)) {
    return;
  }
  // Cut, not refused: a client that is refused a heartbeat may never send another one.
  clients_->heard_from(cut_utf8(message.client_id(), kNameBytesMax),
                       cut_utf8(message.client_name(), kNameBytesMax));
  v1::HeartbeatResponse response;
  response.set_success(true);
  response.set_message("ok");
  *response.mutable_received_at() = timestamp(clock_->now());
  response.set_heartbeat_interval_seconds(options_.heartbeat_seconds);
  answer(call, response);
}

void TranslationService::check_title(const std::string& bytes, GrpcCall& call) {
  v1::TitleCheckRequest message;
  if (!parse(bytes, message, call)) return;
  if (!all_given({{"title", &message.title()},
                  {"language_tag", &message.language_tag()},
                  {"source_language", &message.source_language()}},
                 call)) {
    return;
  }
  v1::TitleCheckResponse response;
  // Not whether a model server is there this moment: an operator that is told "not ready" gives the
  // job up for good, and an order would have waited.
  const auto ready = translator_->promising();
  response.set_ready(ready.has_value());
  response.set_message(ready ? "ready" : cut_utf8(ready.error().message, kErrorBytesMax));
  const auto counts = jobs_->counts();
  response.set_estimated_time_seconds(static_cast<int>(5 * (1 + counts.queued)));
  answer(call, response);
}

GrpcMethod TranslationService::translate_method() {
  return [this](const GrpcRequest& request, std::shared_ptr<GrpcCall> call) {
    return std::make_unique<TranslateCall>(*jobs_, *clock_, *random_, options_, request,
                                           std::move(call));
  };
}

Headers audit_metadata(const Outcome& outcome) {
  if (outcome.audit_id.empty()) return {};
  return {{kAuditIdTrailer, outcome.audit_id}};
}

void take_trace(const GrpcRequest& request, base::Random& random, Order& order) {
  const std::string_view given = request.metadata_value("traceparent");
  const auto hex = [&](int count) {
    std::string text;
    char word[17];
    for (int i = 0; i < count; ++i) {
      std::snprintf(word, sizeof word, "%016llx",
                    static_cast<unsigned long long>(random.next() | 1));  // None is all zeros.
      text += word;
    }
    return text;
  };
  std::string trace, flags = "01";
  // 00-<32 hex: trace>-<16 hex: parent>-<2 hex: flags>, neither id all zeros.
  if (given.size() == 55 && given.starts_with("00-") && given[35] == '-' && given[52] == '-' &&
      is_hex(given.substr(3, 32)) && is_hex(given.substr(36, 16)) && is_hex(given.substr(53)) &&
      given.substr(3, 32).find_first_not_of('0') != std::string_view::npos &&
      given.substr(36, 16).find_first_not_of('0') != std::string_view::npos) {
    trace = given.substr(3, 32);
    order.parent_span = given.substr(36, 16);
    flags = given.substr(53);
  } else {
    trace = hex(2);
  }
  order.traceparent = "00-" + trace + "-" + hex(1) + "-" + flags;
}

std::string fault_of(const Order& order) {
  const std::pair<const char*, const std::string*> fields[] = {
      {"job_id", &order.job_id},
      {"namespace", &order.namespace_name},
      {"source_language", &order.source_language},
      {"target_language", &order.target_language}};
  for (const auto& [name, value] : fields) {
    if (value->size() > kNameBytesMax) return std::string(name) + " is too long";
    if (doc::find_invalid_utf8(*value) != std::string::npos)
      return std::string(name) + " is not UTF-8";
  }
  return "";
}

base::SteadyTime answer_by(const GrpcRequest& request, const ServiceOptions& options,
                           const base::Clock& clock) {
  const base::SteadyTime ours = clock.steady() + options.translate_deadline;
  if (!request.deadline) return ours;
  // A short deadline is not eaten up by the margin.
  const auto left = *request.deadline - clock.steady();
  return std::min(ours, *request.deadline -
                            std::min<base::SteadyTime::duration>(options.answer_margin, left / 4));
}

std::string cut_utf8(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

}  // namespace gateway
