// The smaller parts: diff, inventory, removal, tracker.

#include <gtest/gtest.h>

#include "engine/diff.h"
#include "engine/inventory.h"
#include "engine/removal.h"
#include "engine/test_bench.h"
#include "engine/tracker.h"

namespace engine {
namespace {

std::string diff_text(std::string_view planned, std::string_view live) {
  std::string text;
  for (const FieldChange& change : diff(FakeCluster::yaml(planned), FakeCluster::yaml(live))) {
    text += print(change) + "\n";
  }
  return text;
}

TEST(TrackerTest, VersionsAndTimesAreNoOtherState) {
  const std::string page =
      "  - yes: it runs (Pod a/b: ok, 2026-11-25T10:00:00Z)\n"
      "  - yes: it is (Node n @17: v1)\n";
  const std::string later =
      "  - yes: it runs (Pod a/b: ok, 2026-11-25T11:30:59Z)\n"
      "  - yes: it is (Node n @2345: v1)\n";
  EXPECT_TRUE(same_state(page, later));
  EXPECT_FALSE(same_state(page,
                          "  - no: it runs (Pod a/b: ok, 2026-11-25T10:00:00Z)\n"
                          "  - yes: it is (Node n @17: v1)\n"));
  EXPECT_FALSE(same_state("mail me @home", "mail me @work"));
  EXPECT_TRUE(same_state("ends in @12", "ends in @1"));
}

TEST(DiffTest, FieldsThatWeDoNotSetAreNotOurs) {
  EXPECT_EQ(diff_text("spec: {a: 1}", "spec: {a: 1, b: 2}\nstatus: {c: 3}"), "");
}

TEST(DiffTest, AnotherValueIsShownWithItsOwner) {
  EXPECT_EQ(diff_text("spec: {a: 1}",
                      "spec: {a: 2}\nmetadata:\n  managedFields:\n"
                      "  - {manager: kubectl-edit, operation: Update, fieldsV1: {\"f:spec\": "
                      "{\"f:a\": {}}}}\n"),
            "~ .spec.a: 2 -> 1 (owned by 'kubectl-edit')\n");
}

TEST(DiffTest, AnAmountInTheFormThatServersKeepIsNoChange) {
  EXPECT_EQ(diff_text("spec: {cpu: 1000m}", "spec: {cpu: \"1\"}"), "");
  EXPECT_EQ(diff_text("spec: {memory: 3072Gi, cpu: 2}", "spec: {memory: 3Ti, cpu: \"2\"}"), "");
}

TEST(DiffTest, TwoTextsOfTheSameAmountAreTwoValues) {
  EXPECT_EQ(diff_text("spec: {version: \"4.20\"}", "spec: {version: \"4.2\"}"),
            "~ .spec.version: \"4.2\" -> \"4.20\"\n");
  EXPECT_EQ(diff_text("spec: {cpu: \"1\"}", "spec: {cpu: 1000m}"),
            "~ .spec.cpu: \"1000m\" -> \"1\"\n");
  EXPECT_EQ(diff_text("spec: {cpu: 1000m}", "spec: {cpu: \"2\"}"),
            "~ .spec.cpu: \"2\" -> \"1000m\"\n");
}

// Our manager's name and our annotation are no seal: anybody can write them.
TEST(DiffTest, AnEditUnderOurOwnNameIsAChange) {
  const std::string hash = "metadata:\n  annotations: {slipway.dev/applied: abc}\n";
  EXPECT_EQ(diff_text("spec: {channel: stable}\n" + hash,
                      "spec: {channel: fast}\n" + hash +
                          "  managedFields:\n  - {manager: slipway, operation: Apply, fieldsV1: "
                          "{\"f:spec\": {\"f:channel\": {}}}}\n"),
            "~ .spec.channel: \"fast\" -> \"stable\"\n");
}

TEST(DiffTest, ADryRunTellsWhatTheServerWouldMakeOfIt) {
  const doc::Value planned = FakeCluster::yaml("spec: {cpu: 1000m, x: 2}");
  const doc::Value live = FakeCluster::yaml("spec: {cpu: \"1\", x: 1}");
  const doc::Value dry = FakeCluster::yaml("spec: {cpu: \"1\", x: 2}");
  const std::vector<FieldChange> changes = diff(planned, live, &dry);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(print(changes[0]), "~ .spec.x: 1 -> 2");
}

TEST(DiffTest, ItemsOfAListAreToldApartByName) {
  EXPECT_EQ(
      diff_text("spec: {c: [{name: b, v: 2}]}", "spec: {c: [{name: a, v: 1}, {name: b, v: 3}]}"),
      "~ .spec.c[name=\"b\"].v: 3 -> 2\n");
}

// The vector that kubectl's own test has for its parent: a Secret "my-set" in "test"
// (kubernetes/kubectl pkg/cmd/apply/apply_test.go).
TEST(InventoryTest, TheIdIsTheOneThatKubectlComputes) {
  EXPECT_EQ(applyset_id({{"", "v1", "Secret"}, "test", "my-set"}),
            "applyset-0eFHV8ySqp7XoShsGvyWFQD3s96yqwHmzc4e0HR1dsY-v1");
}

TEST(InventoryTest, KindsAreListedAsKubectlListsThem) {
  EXPECT_EQ(
      group_kinds({{{"apps", "v1", "Deployment"}, "a", "b"}, {{"", "v1", "ConfigMap"}, "a", "c"}}),
      "ConfigMap,Deployment.apps");
}

TEST(InventoryTest, EveryMemberIsListedWithTheParentsId) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  const doc::Value* parent = bench.cluster.find("ConfigMap", "slipway");
  ASSERT_NE(parent, nullptr);
  const doc::Value* annotations = parent->find_path("metadata.annotations");
  EXPECT_EQ(
      *annotations->find(kKindsAnnotation),
      doc::Value("ClusterPolicy.nvidia.com,DSCInitialization.dscinitialization.opendatahub.io,"
                 "DataScienceCluster.datasciencecluster.opendatahub.io,LimitRange,Namespace,"
                 "NodeFeatureDiscovery.nfd.openshift.io,OperatorGroup.operators.coreos.com,"
                 "ResourceQuota,Subscription.operators.coreos.com"));
  EXPECT_EQ(*annotations->find(kNamespacesAnnotation),
            doc::Value("nanabush-ai,nvidia-gpu-operator,openshift-nfd,redhat-ods-operator"));
}

std::string down(Bench& bench, int looks = 100) {
  for (int i = 0; i < looks; ++i) {
    const base::Result<RemovalPlan> removal =
        make_removal(bench.site, *bench.catalog, bench.observed());
    if (!removal) return base::to_string(removal.error());
    if (removal->empty()) return print(*removal);
    for (const Prune& prune : next_removals(*removal, bench.observed())) {
      bench.cluster.perform(Action(prune));
    }
  }
  return "never done";
}

TEST(RemovalTest, TakesOutExactlyOursAndSaysWhatIsLeft) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  EXPECT_EQ(
      down(bench),
      "left over:\n"
      "  Namespace redhat-ods-applications (made by an operator, not by slipway)\n"
      "  CustomResourceDefinition.apiextensions.k8s.io "
      "datascienceclusters.datasciencecluster.opendatahub.io (a CRD that its operator brought: "
      "to delete it deletes every object of its kind, other people's too)\n");
  EXPECT_TRUE(members(bench.site, bench.observed()).empty());
  EXPECT_EQ(bench.cluster.all("ClusterServiceVersion").size(), 0U);
  EXPECT_EQ(bench.cluster.all("Node").size(), 3U);
}

TEST(RemovalTest, InstancesGoBeforeTheirOperators) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  const base::Result<RemovalPlan> removal =
      make_removal(bench.site, *bench.catalog, bench.observed());
  ASSERT_TRUE(removal.has_value());
  const std::string text = print(*removal);
  EXPECT_LT(text.find("ClusterPolicy.nvidia.com"),
            text.find("Subscription.operators.coreos.com nvidia"));
  EXPECT_LT(text.find("DataScienceCluster"), text.find("DSCInitialization"));
  EXPECT_LT(text.find("DSCInitialization"),
            text.find("Subscription.operators.coreos.com redhat-ods"));
}

TEST(RemovalTest, ANamespaceThatHoldsSomebodyElsesStays) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  bench.cluster.add(
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: models, namespace: "
      "nanabush-ai}\n");
  const std::string left = down(bench);
  EXPECT_NE(left.find("  Namespace nanabush-ai (it holds PersistentVolumeClaim nanabush-ai/models, "
                      "which is not ours)\n"),
            std::string::npos)
      << left;
  EXPECT_NE(bench.cluster.find("PersistentVolumeClaim", "models"), nullptr);
}

TEST(RemovalTest, WithAKindThatCannotBeReadNothingIsRemoved) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  bench.cluster.refuse_to_list({"", "v1", "LimitRange"}, "forbidden");
  EXPECT_EQ(down(bench),
            "error: the inventory lists LimitRange, which could not be read: forbidden\n"
            "hint: nothing was removed: without it nobody can say what is ours");
}

TEST(TrackerTest, ALineWithoutATaskSaysSoAndIsNeverTicked) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  const std::string text =
      tracker_markdown(*bench.catalog, judge_all(bench.plan(), bench.observed()));
  EXPECT_NE(
      text.find("- [ ] **1.1** Bastion tools, each in a version that fits the cluster: no task "
                "yet\n"),
      std::string::npos)
      << text;
  std::size_t ticked = 0;
  for (std::size_t at = text.find("- [x]"); at != std::string::npos;
       at = text.find("- [x]", at + 1)) {
    ++ticked;
  }
  EXPECT_EQ(ticked, bench.catalog->tasks.size());
}

TEST(TrackerTest, OnABareClusterOnlyWhatIsLookedAtIsTicked) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const std::string text = tracker_table(*bench.catalog, judge_all(bench.plan(), bench.observed()));
  EXPECT_NE(text.find("  [x] 1.4  OpenShift version and worker operating system\n"
                      "           yes: "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  [ ] 5.1  Platform initialisation (DSCInitialization)  (blocked: it needs "
                      "rhoai-operator, which is blocked)\n"),
            std::string::npos)
      << text;
}

TEST(TrackerTest, OnlyWhatStandsBetweenTheMarkersIsReplaced) {
  const base::Result<std::string> page =
      with_tracker("a\n<!-- tracker:begin -->\nold\n<!-- tracker:end -->\nb\n", "new\n");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(*page, "a\n<!-- tracker:begin -->\nnew\n<!-- tracker:end -->\nb\n");
  EXPECT_FALSE(with_tracker("a\n", "new\n").has_value());
}

TEST(TrackerTest, ThePageHasEveryLineOfTheTracker) {
  const auto catalog = real_catalog(SLIPWAY_SOURCE_DIR);
  std::string page;
  for (const catalog::File& file :
       catalog_files(std::filesystem::path(SLIPWAY_SOURCE_DIR) / "infra" / "openshift")) {
    if (file.path == "README.md") page = file.text;
  }
  ASSERT_TRUE(with_tracker(page, "").has_value());
  for (const catalog::Area& area : catalog->areas) {
    for (const catalog::Line& line : area.lines) {
      EXPECT_NE(page.find("**" + line.id + "** " + line.title), std::string::npos) << line.id;
    }
  }
}

}  // namespace
}  // namespace engine
