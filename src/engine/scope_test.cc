#include "engine/scope.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "doc/json.h"
#include "engine/cluster_facts.h"
#include "engine/test_bench.h"

namespace engine {
namespace {

std::string version_text(std::string_view text) {
  const std::optional<Version> version = parse_version(text);
  if (!version) return "none";
  return std::to_string(version->major) + " " + std::to_string(version->minor) + " " +
         std::to_string(version->patch);
}

TEST(ClusterFactsTest, VersionsOfOpenShiftAndKubernetesAreRead) {
  EXPECT_EQ(version_text("4.20.6"), "4 20 6");
  EXPECT_EQ(version_text("v1.33.13+e1f2a3b"), "1 33 13");
  EXPECT_EQ(version_text("4.20"), "none");
  EXPECT_EQ(version_text("4.x.1"), "none");
  EXPECT_EQ(version_text(""), "none");
  EXPECT_EQ(version_text("-4.20.6"), "none");
}

TEST(ClusterFactsTest, TheRunningVersionIsTheNewestThatIsCompleted) {
  EXPECT_EQ(completed_version(FakeCluster::yaml(
                "status: {history: [{state: Partial, version: 4.21.0}, {state: Completed, version: "
                "4.20.6}, {state: Completed, version: 4.20.1}]}")),
            "4.20.6");
  EXPECT_EQ(completed_version(FakeCluster::yaml("status: {}")), "");
}

TEST(ClusterFactsTest, AmountsOfANodeAreWholeUnits) {
  const doc::Value node =
      FakeCluster::yaml("status: {allocatable: {nvidia.com/gpu: \"8\", other: 3, bad: x}}");
  EXPECT_EQ(node_resource(node, "allocatable", "nvidia.com/gpu"), 8);
  EXPECT_EQ(node_resource(node, "allocatable", "other"), 3);
  EXPECT_EQ(node_resource(node, "allocatable", "bad"), 0);
  EXPECT_EQ(node_resource(node, "capacity", "nvidia.com/gpu"), 0);
}

TEST(ClusterFactsTest, AMessageBecomesOneLineAndIsCutBetweenCharacters) {
  EXPECT_EQ(one_line("2 errors occurred:\n\t* a\n\t* b\n\n"), "2 errors occurred: * a * b");
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "\xc3\xa4";
  const std::string cut = one_line("x" + umlauts);
  EXPECT_LE(cut.size(), base::limits::kEvidenceBytesMax + 3);
  EXPECT_EQ(cut.size() % 2, 0U);  // "x", whole characters of two bytes, "...".
}

TEST(ScopeTest, WhatCouldNotBeReadIsAbsentAndSaysWhy) {
  FakeCluster cluster = bare_cluster();
  cluster.refuse_to_list({"", "v1", "Node"}, "forbidden");
  const Readables seen = cluster_readables(test_site(), cluster.observe(catalog::standing_kinds()));
  for (const char* member : {"nodes", "workers", "gpuNodes", "gpus"}) {
    EXPECT_FALSE(seen.at(member).present) << member;
    EXPECT_EQ(seen.at(member).missing, "Node could not be read: forbidden");
  }
  EXPECT_TRUE(seen.at("openshift").present);
  EXPECT_EQ(to_map(seen).find("nodes"), nullptr);
}

TEST(ScopeTest, GpuNodesAreThoseWithEveryLabelOfTheSite) {
  FakeCluster cluster = bare_cluster();
  cluster.change("Node", "worker-0", {"metadata", "labels", "zone"}, "a");
  cluster.change("Node", "gpu-0", {"metadata", "labels", "zone"}, "a");
  const site::Site site = *site::parse(
      "apiVersion: slipway.dev/v1alpha1\nkind: Site\ngpu:\n  selector: {zone: a, "
      "node-role.kubernetes.io/gpu: \"\"}\n",
      "site.yaml");
  const Readables seen = cluster_readables(site, cluster.observe(catalog::standing_kinds()));
  ASSERT_EQ(seen.at("gpuNodes").value.size(), 1U);
  EXPECT_EQ(seen.at("gpuNodes").value.items()[0].string_at("metadata.name"), "gpu-0");
}

TEST(ScopeTest, TheSamePackageOfTwoCatalogsIsTwoPackages) {
  FakeCluster cluster = bare_cluster();
  Observed observed = cluster.observe(catalog::standing_kinds());
  const kube::GroupVersionKind gvk{"packages.operators.coreos.com", "v1", "PackageManifest"};
  observed.kinds[gvk] = KindView::listed(std::vector<doc::Value>{
      FakeCluster::yaml("metadata: {name: nfd, namespace: m}\n"
                        "status: {packageName: nfd, catalogSource: redhat-operators}"),
      FakeCluster::yaml("metadata: {name: nfd, namespace: m}\n"
                        "status: {packageName: nfd, catalogSource: community-operators}")});
  const doc::Value packages = cluster_readables(test_site(), observed).at("packages").value;
  EXPECT_NE(packages.find("redhat-operators/nfd"), nullptr);
  EXPECT_NE(packages.find("community-operators/nfd"), nullptr);
}

TEST(PlanTest, ADryRunMakesUpdatesExactAndTellsWhatWouldBeRefused) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  bench.cluster.change("ResourceQuota", "gpu-quota", {"spec", "hard", "requests.memory"}, "3.0Ti");
  bench.cluster.change("ResourceQuota", "gpu-quota", "metadata.managedFields",
                       doc::Value::list({}));
  const Plan plan = bench.plan();
  const kube::ObjectRef quota{{"", "v1", "ResourceQuota"}, "nanabush-ai", "gpu-quota"};
  const kube::ObjectRef limits{{"", "v1", "LimitRange"}, "nanabush-ai", "defaults"};
  ASSERT_TRUE(plan.changes());
  DryRuns answers;
  answers.emplace(quota, *bench.cluster.find("ResourceQuota", "gpu-quota"));
  answers.emplace(limits, base::Error{base::ErrorCode::invalid_argument, "spec.limits: too many"});
  const Plan exact = refined(plan, bench.observed(), answers);
  for (const PlannedObject& object : exact.find("project")->objects) {
    if (object.ref == quota) {
      EXPECT_EQ(object.change, Change::none);
    }
    if (object.ref != limits) continue;
    EXPECT_EQ(object.change, Change::refused);
    EXPECT_EQ(object.pending, "spec.limits: too many");
  }
}

}  // namespace
}  // namespace engine
