#include "net/retry.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace net {

std::optional<std::chrono::seconds> retry_after(const Headers& headers) {
  const std::string_view text = header(headers, "Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::chrono::milliseconds pause_before(int attempt, std::optional<std::chrono::seconds> asked,
                                       base::Random& random) {
  using base::limits::kRetryPauseFirst;
  using base::limits::kRetryPauseMax;
  using std::chrono::milliseconds;
  const auto up_to = [&](milliseconds most) {
    return milliseconds(random.below(static_cast<std::uint64_t>(most.count()) + 1));
  };
  if (asked && asked->count() > 0) return milliseconds(*asked) + up_to(milliseconds(*asked) / 4);
  milliseconds pause = kRetryPauseFirst;
  for (int i = 2; i < attempt && pause < kRetryPauseMax; ++i) pause *= 2;
  const milliseconds half = std::min(pause, kRetryPauseMax) / 2;
  return half + up_to(half);
}

}  // namespace net
