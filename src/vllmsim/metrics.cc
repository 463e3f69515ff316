#include "vllmsim/metrics.h"

#include <cstdio>

namespace vllmsim {
namespace {

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

void line(std::string& out, const std::string& name, const std::string& labels,
          const std::string& value) {
  out += name + "{" + labels + "} " + value + "\n";
}

void head(std::string& out, const std::string& name, const char* type, const char* help) {
  out += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

}  // namespace

void Histogram::observe(double seconds) {
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    if (seconds <= kBounds[i]) ++counts_[i];
  }
  ++count_;
  sum_ += seconds;
}

void Histogram::print(std::string& out, const std::string& name, const std::string& labels) const {
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    line(out, name + "_bucket", labels + ",le=\"" + number(kBounds[i]) + "\"",
         std::to_string(counts_[i]));
  }
  line(out, name + "_bucket", labels + ",le=\"+Inf\"", std::to_string(count_));
  line(out, name + "_sum", labels, number(sum_));
  line(out, name + "_count", labels, std::to_string(count_));
}

void Metrics::waiting(int change) {
  const std::lock_guard lock(mutex_);
  waiting_ += change;
}

void Metrics::running(int change) {
  const std::lock_guard lock(mutex_);
  running_ += change;
}

std::size_t Metrics::running_now() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(running_);
}

void Metrics::first_token(double seconds) {
  const std::lock_guard lock(mutex_);
  first_token_.observe(seconds);
}

void Metrics::between_tokens(double seconds) {
  const std::lock_guard lock(mutex_);
  between_tokens_.observe(seconds);
}

void Metrics::finished(const std::string& reason, std::size_t prompt_tokens,
                       std::size_t output_tokens, double seconds) {
  const std::lock_guard lock(mutex_);
  ++(reason == "stop" ? stopped_ : reason == "length" ? cut_ : aborted_);
  prompt_tokens_ += prompt_tokens;
  output_tokens_ += output_tokens;
  whole_.observe(seconds);
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  const std::string labels = "engine=\"0\",model_name=\"" + model_ + "\"";
  std::string out;
  const auto gauge = [&](const char* name, const char* help, double value) {
    head(out, name, "gauge", help);
    line(out, name, labels, number(value));
  };
  const auto counter = [&](const char* name, const char* help, std::uint64_t value) {
    head(out, name, "counter", help);
    line(out, name, labels, std::to_string(value));
  };
  gauge("vllm:num_requests_running", "Requests in the batch.", running_);
  gauge("vllm:num_requests_waiting", "Requests that wait for the batch.", waiting_);
  gauge("vllm:kv_cache_usage_perc", "KV cache in use, 0 to 1.", running_ / 64.0);
  counter("vllm:prompt_tokens_total", "Prompt tokens processed.", prompt_tokens_);
  counter("vllm:generation_tokens_total", "Tokens generated.", output_tokens_);
  head(out, "vllm:request_success_total", "counter", "Requests that ended, by reason.");
  line(out, "vllm:request_success_total", labels + ",finished_reason=\"stop\"",
       std::to_string(stopped_));
  line(out, "vllm:request_success_total", labels + ",finished_reason=\"length\"",
       std::to_string(cut_));
  line(out, "vllm:request_success_total", labels + ",finished_reason=\"abort\"",
       std::to_string(aborted_));
  const std::pair<const char*, const Histogram*> histograms[] = {
      {"vllm:time_to_first_token_seconds", &first_token_},
      {"vllm:inter_token_latency_seconds", &between_tokens_},
      {"vllm:e2e_request_latency_seconds", &whole_}};
  for (const auto& [name, histogram] : histograms) {
    head(out, name, "histogram", "Seconds.");
    histogram->print(out, name, labels);
  }
  return out;
}

}  // namespace vllmsim
