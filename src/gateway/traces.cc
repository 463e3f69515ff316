#include "gateway/traces.h"

#include "doc/json.h"

namespace gateway {
namespace {

using doc::Value;

constexpr std::size_t kWaitingMax = 2048;
constexpr std::size_t kBatchMax = 256;
constexpr std::chrono::seconds kExportTimeout{2};
// OpenTelemetry's enumerations.
constexpr int kSpanKindServer = 2;
constexpr int kStatusOk = 1, kStatusError = 2;

Value attribute(std::string_view key, std::string_view text) {
  return Value::map({{"key", key}, {"value", Value::map({{"stringValue", text}})}});
}
// 64-bit integers are strings in protobuf's JSON.
Value attribute(std::string_view key, std::int64_t number) {
  return Value::map({{"key", key}, {"value", Value::map({{"intValue", std::to_string(number)}})}});
}

Value span_of(const TranslationRecord& record) {
  const auto begin = record.began.time_since_epoch().count();
  const auto end = begin + static_cast<std::int64_t>(record.seconds * 1e9);
  return Value::map(
      {{"traceId", record.traceparent.substr(3, 32)},
       {"spanId", record.traceparent.substr(36, 16)},
       {"parentSpanId", record.parent_span},
       {"name", "translate"},
       {"kind", kSpanKindServer},
       {"startTimeUnixNano", std::to_string(begin)},
       {"endTimeUnixNano", std::to_string(end)},
       {"attributes",
        Value::list({attribute("nanabush.kind", record.kind),
                     attribute("nanabush.job", record.job_id),
                     attribute("nanabush.namespace", record.namespace_name),
                     attribute("nanabush.audit_id", record.audit_id),
                     attribute("nanabush.outcome", record.outcome),
                     attribute("nanabush.blocks_translated", record.blocks_translated),
                     attribute("nanabush.blocks_kept", record.blocks_kept),
                     attribute("gen_ai.request.model", record.model),
                     attribute("gen_ai.usage.input_tokens", record.prompt_tokens),
                     attribute("gen_ai.usage.output_tokens", record.completion_tokens)})},
       {"status", Value::map({{"code", record.outcome == "ok" ? kStatusOk : kStatusError}})}});
}

}  // namespace

std::string otlp_json(const std::vector<TranslationRecord>& records) {
  std::vector<Value> spans;
  for (const TranslationRecord& record : records) spans.push_back(span_of(record));
  const Value resource =
      Value::map({{"attributes", Value::list({attribute("service.name", "nanabush")})}});
  const Value scope = Value::map(
      {{"scope", Value::map({{"name", "nanabush"}})}, {"spans", Value::list(std::move(spans))}});
  return doc::to_json(Value::map(
      {{"resourceSpans", Value::list({Value::map(
                             {{"resource", resource}, {"scopeSpans", Value::list({scope})}})})}}));
}

TraceExporter::TraceExporter(net::Transport& transport, const base::Clock& clock,
                             std::string endpoint)
    : transport_(&transport), clock_(&clock), url_(std::move(endpoint) + "/v1/traces") {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

TraceExporter::~TraceExporter() = default;

void TraceExporter::add(const TranslationRecord& record) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kWaitingMax) {
    waiting_.pop_front();
    ++dropped_;
  }
  waiting_.push_back(record);
  wake_.notify_one();
}

std::size_t TraceExporter::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void TraceExporter::run(const std::stop_token& stop) {
  for (;;) {
    std::vector<TranslationRecord> batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [&] { return !waiting_.empty(); });
      if (waiting_.empty()) return;  // Stopped, and all is sent.
      while (!waiting_.empty() && batch.size() < kBatchMax) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    const auto answer = net::send(
        *transport_, {"POST", url_, {{"content-type", "application/json"}}, otlp_json(batch)},
        {net::within(*clock_, kExportTimeout)});
    const std::lock_guard lock(mutex_);
    if (!answer || answer->status != 200) dropped_ += batch.size();
    // An unreachable collector costs one timeout at the end, not one for each batch.
    if (stop.stop_requested() && !answer) return;
  }
}

}  // namespace gateway
