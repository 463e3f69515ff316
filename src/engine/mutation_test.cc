#include "engine/mutation.h"

#include <gtest/gtest.h>

#include "engine/mutate.h"
#include "engine/test_bench.h"

namespace engine {
namespace {

/// The result for one check that is added to the real catalog.
MutationResult result_of(const std::string& that) {
  std::vector<catalog::File> files =
      catalog_files(std::filesystem::path(SLIPWAY_SOURCE_DIR) / "infra" / "openshift");
  files.push_back({"1-prerequisites/mine.yaml",
                   "task: mine\ntitle: T\nline: \"1.1\"\nready:\n- says: mine\n  that: ${" + that +
                       "}\nrunbook: runbooks/openshift-version.md\ncite: here\n"});
  const base::Result<catalog::Catalog> loaded = catalog::load(files);
  if (!loaded) throw std::runtime_error(base::to_string(loaded.error()));
  Bench bench(SLIPWAY_SOURCE_DIR);
  bench.catalog = std::make_shared<const catalog::Catalog>(*loaded);
  if (bench.up().outcome != Outcome::done) throw std::runtime_error("not green");
  const auto results = mutations(bench.plan(), bench.observed(), bench.run, "mine");
  if (!results) throw std::runtime_error(base::to_string(results.error()));
  return results->at(0);
}

TEST(MutationTest, AllOverNothingIsADefect) {
  const MutationResult result =
      result_of("cluster.gpuNodes.all(n, n.status.nodeInfo.architecture == 'amd64')");
  EXPECT_FALSE(result.killed());
  EXPECT_EQ(result.survivors,
            (std::vector<std::string>{"still green though there is no Node",
                                      "still green though nothing is left of cluster.gpuNodes"}));
}

TEST(MutationTest, AConditionThatNothingNeedsIsADefect) {
  const MutationResult result =
      result_of("cluster.openshift.minor >= 20 && cluster.openshift.minor >= 1");
  EXPECT_FALSE(result.killed());
  EXPECT_EQ(result.survivors,
            std::vector<std::string>{
                "nothing made this condition fail alone: cluster.openshift.minor >= 1"});
}

TEST(MutationTest, ACheckThatLooksAtWhatItSaysIsKilled) {
  const MutationResult result = result_of(
      "cluster.gpuNodes.size() >= 2 && cluster.gpuNodes.all(n, n.status.nodeInfo.architecture == "
      "'amd64')");
  EXPECT_TRUE(result.killed());
  EXPECT_EQ(result.conditions, 2);
}

TEST(MutationTest, AClusterThatIsNotGreenIsNoGroundForMutations) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const auto results = mutations(bench.plan(), bench.observed(), bench.run);
  ASSERT_FALSE(results.has_value());
  EXPECT_EQ(
      results.error().message,
      "task 'node-feature-discovery' is not green to begin with: OLM has installed the planned "
      "version of nfd: Subscription.operators.coreos.com openshift-nfd/nfd is not there");
}

TEST(MutationTest, WordsOfAnExpressionAreWhatItLooksFor) {
  const Words words = words_of("objects.a.spec.x == \"one\" && n.all(c, c.y > 19)");
  EXPECT_EQ(words.texts, std::vector<std::string>{"one"});
  EXPECT_EQ(words.names, (std::vector<std::string>{"a", "spec", "x", "y"}));
  EXPECT_EQ(words.numbers, (std::vector<std::int64_t>{18, 20}));
}

}  // namespace
}  // namespace engine
