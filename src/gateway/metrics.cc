#include "gateway/metrics.h"

#include <cstdio>

namespace gateway {
namespace {

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

/// Writes one family after the other.
class Page {
 public:
  void family(std::string_view name, const char* type, const char* help) {
    name_ = name;
    text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n";
  }
  void line(const std::string& suffix, const std::string& value) {
    text_ += name_ + suffix + " " + value + "\n";
  }
  void one(std::string_view name, const char* type, const char* help, std::uint64_t value) {
    family(name, type, help);
    line("", std::to_string(value));
  }
  template <typename Counts>
  void by_label(std::string_view name, const char* help, const char* label, const Counts& counts) {
    family(name, "counter", help);
    for (const auto& [value, count] : counts) {
      line("{" + std::string(label) + "=\"" + value + "\"}", std::to_string(count));
    }
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_, name_;
};

}  // namespace

void Metrics::count_call(std::string_view method) {
  const std::lock_guard lock(mutex_);
  const auto at = calls_.find(method);
  if (at != calls_.end()) {
    ++at->second;
  } else {
    calls_.emplace(method, 1);
  }
}

void Metrics::count_refused_connection() {
  const std::lock_guard lock(mutex_);
  ++refused_;
}

void Metrics::count_translation(const TranslationRecord& record) {
  const std::lock_guard lock(mutex_);
  ++outcomes_[record.outcome];
  for (const auto& [why, count] : record.kept_because) {
    kept_[why] += static_cast<std::uint64_t>(count);
  }
  if (record.hidden) {
    for (const auto& [kind, count] : record.hidden->counts()) {
      hidden_[kind] += static_cast<std::uint64_t>(count);
    }
  }
  blocks_translated_ += static_cast<std::uint64_t>(record.blocks_translated);
  prompt_tokens_ += static_cast<std::uint64_t>(record.prompt_tokens);
  completion_tokens_ += static_cast<std::uint64_t>(record.completion_tokens);
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    if (record.seconds <= kBounds[i]) ++buckets_[i];
  }
  ++seconds_count_;
  seconds_sum_ += record.seconds;
}

std::string Metrics::text(const Gauges& now) const {
  const std::lock_guard lock(mutex_);
  Page page;
  page.by_label("nanabush_calls_total", "gRPC calls of the service that were begun.", "method",
                calls_);
  page.by_label("nanabush_translations_total", "Translations that ended.", "outcome", outcomes_);
  page.family("nanabush_translation_seconds", "histogram",
              "Seconds from a translation's begin, after its time in line, to its audit entry.");
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    page.line("_bucket{le=\"" + number(kBounds[i]) + "\"}", std::to_string(buckets_[i]));
  }
  page.line("_bucket{le=\"+Inf\"}", std::to_string(seconds_count_));
  page.line("_sum", number(seconds_sum_));
  page.line("_count", std::to_string(seconds_count_));
  page.one("nanabush_blocks_translated_total", "counter", "Blocks of pages that were translated.",
           blocks_translated_);
  page.by_label("nanabush_blocks_kept_total", "Blocks whose source stands, by the last refusal.",
                "reason", kept_);
  page.by_label("nanabush_personal_data_hidden_total",
                "Places with personal data that the model was not shown, where the report is on.",
                "kind", hidden_);
  page.one("nanabush_prompt_tokens_total", "counter", "Tokens sent, as the model counts them.",
           prompt_tokens_);
  page.one("nanabush_completion_tokens_total", "counter",
           "Tokens received, as the model counts them.", completion_tokens_);
  page.one("nanabush_connections_refused_total", "counter",
           "Connections ended for a reason: TLS, HTTP/2 limits, silence.", refused_);
  page.one("nanabush_connections", "gauge", "Open connections.", now.connections);
  page.one("nanabush_clients", "gauge", "Clients heard from in the last 15 minutes.", now.clients);
  page.one("nanabush_jobs_queued", "gauge", "Translations that wait in line.", now.jobs_queued);
  page.one("nanabush_jobs_running", "gauge", "Translations under way.", now.jobs_running);
  page.one("nanabush_audit_entries", "gauge", "Entries in the audit log's last checkpoint.",
           now.audit_entries);
  page.one("nanabush_upstream_ready", "gauge", "1 while translations can be made.",
           now.upstream_ready ? 1 : 0);
  if (now.dataset) {
    page.one("nanabush_dataset_pairs_written_total", "counter",
             "Sanitised pairs in objects that the bucket took.", now.dataset->pairs_written);
    page.one("nanabush_dataset_pairs_dropped_total", "counter",
             "Sanitised pairs that the bucket did not take, or not in time.",
             now.dataset->pairs_dropped);
  }
  return page.take();
}

}  // namespace gateway
