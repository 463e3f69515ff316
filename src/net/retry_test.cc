#include "net/retry.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace net {
namespace {

TEST(RetryTest, RetryAfterIsSecondsOnly) {
  using std::chrono::seconds;
  EXPECT_EQ(retry_after({{"retry-after", "7"}}), seconds(7));
  EXPECT_EQ(retry_after({}), std::nullopt);
  EXPECT_EQ(retry_after({{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"}}), std::nullopt);
  EXPECT_EQ(retry_after({{"Retry-After", "-1"}}), std::nullopt);
}

TEST(RetryTest, PausesDoubleWithinTheirJitterAndStayBounded) {
  using std::chrono::milliseconds;
  base::SeededRandom random(1);
  for (int attempt = 2; attempt < 40; ++attempt) {
    const milliseconds most(std::min(250LL << std::min(attempt - 2, 10), 8000LL));
    for (int i = 0; i < 100; ++i) {
      const milliseconds pause = pause_before(attempt, std::nullopt, random);
      EXPECT_GE(pause, most / 2);
      EXPECT_LE(pause, most);
    }
  }
}

TEST(RetryTest, AServerThatSaysWhenIsTakenAtItsWord) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  base::SeededRandom random(1);
  for (int attempt = 2; attempt < 40; ++attempt) {
    const milliseconds pause = pause_before(attempt, seconds(4), random);
    EXPECT_GE(pause, milliseconds(4000));
    EXPECT_LE(pause, milliseconds(5000));
  }
  // "At once" is no time that a client may hammer a server with.
  EXPECT_GE(pause_before(2, seconds(0), random), milliseconds(125));
}

TEST(RetryTest, PausesGrowAndAServersWordCounts) {
  base::SeededRandom random(1);
  for (int attempt = 2; attempt < 12; ++attempt) {
    const auto pause = pause_before(attempt, std::nullopt, random);
    EXPECT_LE(pause, base::limits::kRetryPauseMax);
    EXPECT_GE(pause, base::limits::kRetryPauseFirst / 2);
  }
  EXPECT_GE(pause_before(2, std::chrono::seconds(7), random), std::chrono::seconds(7));
  EXPECT_EQ(retry_after({{"retry-after", "7"}}), std::chrono::seconds(7));
  EXPECT_EQ(retry_after({{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"}}), std::nullopt);
}

}  // namespace
}  // namespace net
