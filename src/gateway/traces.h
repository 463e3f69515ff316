#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/record.h"
#include "net/transport.h"

namespace gateway {

/// An OTLP/HTTP request body in its JSON form (opentelemetry-proto, trace/v1), one span for each
/// record: "translate", kind SERVER, with the record's numbers as attributes. Pure.
std::string otlp_json(const std::vector<TranslationRecord>& records);

/// Sends spans to an OpenTelemetry collector. Telemetry is never in the way: what a collector does
/// not take is dropped and counted, and a queue that is full drops its oldest.
/// Ownership: borrows the transport and clock. Threading: any thread.
class TraceExporter {
 public:
  /// `endpoint`: "http://otel-collector:4318", as OTEL_EXPORTER_OTLP_ENDPOINT has it; spans go to
  /// its /v1/traces.
  TraceExporter(net::Transport& transport, const base::Clock& clock, std::string endpoint);
  ~TraceExporter();  ///< Sends what waits, briefly.
  void add(const TranslationRecord& record);
  std::size_t dropped() const;

 private:
  void run(const std::stop_token& stop);
  net::Transport* transport_;
  const base::Clock* clock_;
  std::string url_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<TranslationRecord> waiting_;
  std::size_t dropped_ = 0;
  std::jthread thread_;
};

}  // namespace gateway
