#include "vllmsim/latency.h"

#include <gtest/gtest.h>

namespace vllmsim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(LatencyTest, PrefillGrowsWithThePromptAndAStepWithTheBatch) {
  const LatencyModel model;
  EXPECT_EQ(model.prefill(0), milliseconds(8));
  EXPECT_EQ(model.prefill(20'000), milliseconds(1008));
  EXPECT_EQ(model.step(0), milliseconds(8));
  EXPECT_NEAR(static_cast<double>(model.step(20).count()), 10e6, 1);
}

TEST(LatencyTest, SpeedDividesAndZeroIsAtOnce) {
  LatencyModel model;
  model.speed = 4;
  EXPECT_EQ(model.step(0), milliseconds(2));
  model.speed = 0;
  EXPECT_EQ(model.prefill(1'000'000).count(), 0);
}

TEST(LatencyTest, ATokenIsFourBytes) {
  EXPECT_EQ(count_tokens(0), 0U);
  EXPECT_EQ(count_tokens(1), 1U);
  EXPECT_EQ(count_tokens(4), 1U);
  EXPECT_EQ(count_tokens(5), 2U);
}

}  // namespace
}  // namespace vllmsim
