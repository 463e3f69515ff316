#include "engine/sight.h"

#include <gtest/gtest.h>

#include "engine/test_bench.h"

namespace engine {
namespace {

/// "task: object" of each, a line each.
std::string text_of(const std::vector<Moved>& moved) {
  std::string text;
  for (const Moved& one : moved) text += one.task + ": " + one.object + "\n";
  return text;
}

class SightTest : public testing::Test {
 protected:
  SightTest() { EXPECT_EQ(bench_.up().outcome, Outcome::done); }

  std::string moved_since(const Observed& before) const {
    return text_of(moved_between(bench_.plan(), before, bench_.observed()));
  }

  Bench bench_{SLIPWAY_SOURCE_DIR};
};

TEST_F(SightTest, TwoViewsOfAQuietClusterAreTheSame) {
  EXPECT_EQ(moved_since(bench_.observed()), "");
}

TEST_F(SightTest, AnObjectThatATaskReadsIsNamed) {
  const Observed before = bench_.observed();
  bench_.cluster.change("ClusterPolicy", "gpu-cluster-policy", "status.state", "notReady");
  EXPECT_EQ(moved_since(before),
            "gpu-operator-nvidia: ClusterPolicy.nvidia.com gpu-cluster-policy\n");
}

// The early "ready": the value is as before, and in between it was another.
TEST_F(SightTest, WhatWentAndCameBackHasMoved) {
  const Observed before = bench_.observed();
  bench_.cluster.change("ClusterPolicy", "gpu-cluster-policy", "status.state", "notReady");
  bench_.cluster.change("ClusterPolicy", "gpu-cluster-policy", "status.state", "ready");
  EXPECT_EQ(moved_since(before),
            "gpu-operator-nvidia: ClusterPolicy.nvidia.com gpu-cluster-policy\n");
}

TEST_F(SightTest, ANodeOfTheListThatAnExpressionReadsIsNamed) {
  const Observed before = bench_.observed();
  bench_.cluster.remove("Node", "gpu-1");
  EXPECT_NE(moved_since(before).find("gpu-workers: Node gpu-1\n"), std::string::npos)
      << moved_since(before);
}

TEST_F(SightTest, WhatNoTaskLooksAtDoesNotCount) {
  const Observed before = bench_.observed();
  bench_.cluster.add(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: default}\n");
  EXPECT_EQ(moved_since(before), "");
}

TEST_F(SightTest, AKindThatCannotBeReadAnyMoreHasMoved) {
  const Observed before = bench_.observed();
  bench_.cluster.refuse_to_list({"nvidia.com", "v1", "ClusterPolicy"}, "try again later");
  EXPECT_EQ(moved_since(before),
            "gpu-operator-nvidia: ClusterPolicy.nvidia.com gpu-cluster-policy\n");
}

}  // namespace
}  // namespace engine
