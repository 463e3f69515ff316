#include "gateway/retry.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace gateway {

using base::ErrorCode;

bool may_pass(int http_status) {
  return http_status == 429 || http_status == 500 || http_status == 502 || http_status == 503 ||
         http_status == 504;
}

bool may_pass(const base::Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::deadline_exceeded;
}

std::optional<std::chrono::seconds> retry_after(const net::Headers& headers) {
  const std::string_view text = net::header(headers, "Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::chrono::milliseconds pause_before(int attempt, std::optional<std::chrono::seconds> asked,
                                       base::Random& random) {
  using std::chrono::milliseconds;
  milliseconds pause = base::limits::kRetryPauseFirst;
  for (int i = 2; i < attempt && pause < base::limits::kRetryPauseMax; ++i) pause *= 2;
  const milliseconds half = std::min(pause, base::limits::kRetryPauseMax) / 2;
  const milliseconds jitter(random.below(static_cast<std::uint64_t>(half.count()) + 1));
  return std::max(half, milliseconds(asked.value_or(std::chrono::seconds(0)))) + jitter;
}

}  // namespace gateway
