#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/dataset.h"
#include "gateway/record.h"

namespace gateway {

/// What is true at the moment of a scrape.
struct Gauges {
  std::size_t connections = 0;
  std::size_t clients = 0;
  std::size_t jobs_queued = 0;
  std::size_t jobs_running = 0;
  std::uint64_t audit_entries = 0;
  bool upstream_ready = false;
  std::optional<DatasetCounts> dataset;  ///< Where one is written.
};

/// What has been counted, as Prometheus text. Names and units are documented in README.md; labels
/// are of fixed sets (no ids, no languages: callers could make any number of them).
/// Threading: any thread.
class Metrics {
 public:
  void count_call(std::string_view method);
  void count_refused_connection();
  void count_translation(const TranslationRecord& record);
  std::string text(const Gauges& gauges) const;

 private:
  static constexpr std::array<double, 13> kBounds = {0.05, 0.1, 0.25, 0.5, 1,   2.5, 5,
                                                     10,   30,  60,   120, 240, 300};
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t, std::less<>> calls_;
  std::map<std::string, std::uint64_t> outcomes_, kept_, hidden_;
  std::uint64_t refused_ = 0, blocks_translated_ = 0, prompt_tokens_ = 0, completion_tokens_ = 0;
  std::array<std::uint64_t, kBounds.size()> buckets_{};
  std::uint64_t seconds_count_ = 0;
  double seconds_sum_ = 0;
};

}  // namespace gateway
