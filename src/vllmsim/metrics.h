#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>

namespace vllmsim {

/// A histogram in the way of Prometheus.
class Histogram {
 public:
  void observe(double seconds);
  void print(std::string& out, const std::string& name, const std::string& labels) const;

 private:
  static constexpr std::array<double, 12> kBounds = {0.001, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                     0.5,   1,    2.5,   5,    10,  30};
  std::array<std::uint64_t, kBounds.size()> counts_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

/// vLLM's metrics by their names (vLLM 0.11 and later), for one model. Threading: any thread.
class Metrics {
 public:
  explicit Metrics(std::string model) : model_(std::move(model)) {}
  void waiting(int change);
  void running(int change);
  std::size_t running_now() const;
  void first_token(double seconds);
  void between_tokens(double seconds);
  /// One request that ended: `reason` is "stop", "length" or "abort".
  void finished(const std::string& reason, std::size_t prompt_tokens, std::size_t output_tokens,
                double seconds);
  std::string text() const;

 private:
  std::string model_;
  mutable std::mutex mutex_;
  int waiting_ = 0, running_ = 0;
  std::uint64_t stopped_ = 0, cut_ = 0, aborted_ = 0, prompt_tokens_ = 0, output_tokens_ = 0;
  Histogram first_token_, between_tokens_, whole_;
};

}  // namespace vllmsim
