#include "engine/decide.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/inventory.h"
#include "engine/test_bench.h"

namespace engine {
namespace {

std::string actions_of(const Decision& decision) {
  std::string text;
  for (const Action& action : decision.actions) text += to_string(action) + "\n";
  return text;
}

std::string text_of(const Decision& decision) {
  return decision.error ? base::to_string(*decision.error) : "no error";
}

TEST(DecideTest, FromBareToReady) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Decision decision = bench.up();
  ASSERT_EQ(decision.outcome, Outcome::done) << text_of(decision);
  for (const Verdict& verdict : decision.verdicts) {
    EXPECT_EQ(verdict.state, State::ready) << verdict.task << ": " << verdict.reason;
    for (const CheckResult& check : verdict.checks) EXPECT_FALSE(check.evidence.empty());
  }
}

TEST(DecideTest, TheInventoryComesBeforeItsFirstMember) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  EXPECT_EQ(actions_of(bench.step(plan)), "apply Namespace slipway\n");
  EXPECT_EQ(actions_of(bench.step(plan)), "apply ConfigMap slipway/slipway\n");
  EXPECT_EQ(actions_of(bench.step(plan)), "apply Namespace openshift-nfd\n");
}

// INV-1: level-based. INV-5's other half: a second run finds nothing to write.
TEST(DecideTest, ASecondRunMakesNoWriteAndAsksNobody) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  const int writes = bench.cluster.writes;
  bench.run = engine::Run();
  const Decision again = bench.up();
  EXPECT_EQ(again.outcome, Outcome::done);
  EXPECT_EQ(actions_of(again), "");
  EXPECT_EQ(bench.cluster.writes, writes);
  EXPECT_FALSE(bench.plan().changes());
}

// INV-2: nothing is applied before everything it needs is ready.
TEST(DecideTest, NothingIsAppliedBeforeWhatItNeedsIsReady) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  std::map<std::string, State> states;
  for (int i = 0; i < 100; ++i) {
    const Decision decision = bench.step(plan);
    for (const Verdict& verdict : decision.verdicts) states[verdict.task] = verdict.state;
    for (const Action& action : decision.actions) {
      const auto* apply = std::get_if<Apply>(&action);
      if (apply == nullptr || apply->task.empty()) continue;
      for (const std::string& need : bench.catalog->find(apply->task)->needs) {
        EXPECT_EQ(states[need], State::ready) << apply->task << " before " << need;
      }
    }
    if (decision.outcome == Outcome::done) return;
    everybody_acts(bench.cluster);
  }
  FAIL() << "never done";
}

// INV-1: whoever is killed at any write and starts anew ends in the same state.
TEST(DecideTest, KilledAfterAnyWriteAndRunAgainEndsTheSame) {
  Bench whole(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(whole.up().outcome, Outcome::done);
  for (int kill_after = 1; kill_after < whole.cluster.writes; ++kill_after) {
    Bench bench(SLIPWAY_SOURCE_DIR);
    const Plan plan = bench.plan();
    bool killed = false;
    while (!killed) {
      const Decision decision = decide(plan, bench.observed(), bench.run, bench.now);
      bench.run = decision.run;
      for (const Action& action : decision.actions) {
        if (const auto* prove = std::get_if<Prove>(&action)) {
          bench.answer(*prove);
        } else {
          bench.cluster.perform(action);
          killed = bench.cluster.writes >= kill_after;
        }
        if (killed) break;
      }
      if (decision.outcome == Outcome::done) break;
      everybody_acts(bench.cluster);
    }
    bench.run = engine::Run();
    ASSERT_EQ(bench.up().outcome, Outcome::done) << "killed after write " << kill_after;
    EXPECT_EQ(members(bench.site, bench.observed()).size(),
              members(whole.site, whole.observed()).size());
  }
}

TEST(DecideTest, OnlyThePlannedInstallPlanIsApproved) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  for (int i = 0; i < 6; ++i) {
    bench.step(plan);
    everybody_acts(bench.cluster);
    if (bench.cluster.find("InstallPlan", "install-nfd") != nullptr) break;
  }
  bench.cluster.change("InstallPlan", "install-nfd", "spec.clusterServiceVersionNames",
                       FakeCluster::yaml("[nfd.4.20.0, something-else.v1]"));
  const Decision decision = bench.step(plan);
  EXPECT_EQ(actions_of(decision), "");
  EXPECT_EQ(decision.outcome, Outcome::running);
}

// Seen on OLM 0.38: approved before its status was written, it is replaced by another, endlessly.
TEST(DecideTest, AnInstallPlanIsApprovedOnlyOnceOlmAsksForIt) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  for (int i = 0; i < 6; ++i) {
    bench.step(plan);
    everybody_acts(bench.cluster);
    if (bench.cluster.find("InstallPlan", "install-nfd") != nullptr) break;
  }
  bench.cluster.set_status("InstallPlan", "install-nfd", "{}");
  EXPECT_EQ(actions_of(bench.step(plan)), "");
  bench.cluster.set_status("InstallPlan", "install-nfd", "{phase: RequiresApproval}");
  EXPECT_EQ(actions_of(bench.step(plan)),
            "approve InstallPlan.operators.coreos.com openshift-nfd/install-nfd\n");
}

TEST(DecideTest, WithoutAGpuNodeNothingIsWritten) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  bench.cluster.remove("Node", "gpu-0");
  bench.cluster.remove("Node", "gpu-1");
  const Decision decision = bench.up();
  EXPECT_EQ(decision.outcome, Outcome::failed);
  EXPECT_EQ(
      text_of(decision),
      "error: task 'gpu-workers': the cluster has as many GPU workers as the site: it is 0 of "
      "2\nhint: slipway explain gpu-workers");
  EXPECT_EQ(base::facts(decision.error->code).exit_code, base::kExitCheckFailed);
  EXPECT_EQ(bench.cluster.writes, 0);
}

TEST(DecideTest, APackageInNoCatalogIsAnErrorOfThePlan) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  bench.cluster.remove("PackageManifest", "rhods-operator");
  const base::Result<Plan> plan = make_plan(bench.site, bench.catalog, bench.observed());
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(base::to_string(plan.error()),
            "error: task 'rhoai-operator': the package 'rhods-operator' is not in the catalog "
            "'redhat-operators'\nhint: known keys: nfd");
}

TEST(DecideTest, AChannelThatThePackageDoesNotHaveIsAnErrorOfThePlan) {
  Bench bench(SLIPWAY_SOURCE_DIR, "operators: {gpu: {channel: v25.11}}\n");
  const base::Result<Plan> plan = make_plan(bench.site, bench.catalog, bench.observed());
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(
      base::to_string(plan.error()),
      "error: task 'gpu-operator-nvidia': the package 'gpu-operator-certified' has no channel "
      "'v25.11'\nhint: did you mean 'v25.10'?");
}

TEST(DecideTest, AWaitEndsAtItsDeadlineWithWhatWasWaitedFor) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  Decision decision;
  for (int i = 0; i < 20; ++i) {
    decision = bench.step(plan);
    kubernetes_acts(bench.cluster);  // OLM does nothing at all.
  }
  ASSERT_EQ(decision.outcome, Outcome::running);
  ASSERT_EQ(decision.waits.size(), 1U);
  EXPECT_EQ(decision.waits[0].task, "node-feature-discovery");
  bench.now = *decision.look_again;
  decision = bench.step(plan);
  EXPECT_EQ(decision.outcome, Outcome::failed);
  EXPECT_EQ(decision.error->code, base::ErrorCode::deadline_exceeded);
}

TEST(DecideTest, AFieldThatAnotherManagerTookIsAConflictAndNotTakenBack) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  bench.cluster.take_field("ClusterPolicy", "gpu-cluster-policy", "spec.dcgm.enabled", false,
                           "gpu-operator");
  const int writes = bench.cluster.writes;
  const Decision decision = bench.up();
  EXPECT_EQ(decision.outcome, Outcome::failed);
  EXPECT_EQ(text_of(decision),
            "error: task 'gpu-operator-nvidia': ClusterPolicy.nvidia.com gpu-cluster-policy: the "
            "field .spec.dcgm.enabled is owned by 'gpu-operator'\n"
            "hint: slipway explain gpu-operator-nvidia");
  EXPECT_EQ(base::facts(decision.error->code).exit_code, 7);
  EXPECT_EQ(bench.cluster.writes, writes);
}

TEST(DecideTest, AFieldThatIsRemovedEachTimeComesToAnEnd) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  const Plan plan = bench.plan();
  Decision decision;
  for (int i = 0; i < 20 && decision.outcome != Outcome::failed; ++i) {
    const doc::Value spec =
        *bench.cluster.find("ClusterPolicy", "gpu-cluster-policy")->find("spec");
    bench.cluster.change("ClusterPolicy", "gpu-cluster-policy", "spec", spec.without("gfd"));
    bench.cluster.change("ClusterPolicy", "gpu-cluster-policy", "metadata.managedFields",
                         doc::Value::list({}));
    decision = bench.step(plan);
  }
  EXPECT_EQ(decision.outcome, Outcome::failed);
  EXPECT_EQ(
      decision.error->message,
      "task 'gpu-operator-nvidia': ClusterPolicy.nvidia.com gpu-cluster-policy is changed back "
      "each time it is applied (5 times): 1 field differs: .spec.gfd.enabled");
}

TEST(DecideTest, ANodeLostInTheMiddleIsWaitedForAndThenNamed) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  for (int i = 0; i < 8; ++i) {
    bench.step(plan);
    everybody_acts(bench.cluster);
  }
  bench.cluster.remove("Node", "gpu-1");
  Decision decision = bench.step(plan);
  EXPECT_EQ(decision.outcome, Outcome::running);
  bench.now += std::chrono::hours(1);
  decision = bench.step(plan);
  EXPECT_EQ(decision.outcome, Outcome::failed);
  EXPECT_EQ(decision.error->message.substr(0, 19), "task 'gpu-workers':");
}

// A server that answers 429 says nothing about the nodes.
TEST(DecideTest, APreconditionThatCannotBeReadIsWaitedForAWhile) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  bench.cluster.refuse_to_list({"", "v1", "Node"}, "too many requests, try again later");
  Decision decision = bench.step(plan);
  EXPECT_EQ(decision.outcome, Outcome::running);
  EXPECT_EQ(actions_of(decision), "");
  bench.now += std::chrono::seconds(88);
  EXPECT_EQ(bench.step(plan).outcome, Outcome::running);
  bench.now += std::chrono::seconds(1);
  decision = bench.step(plan);
  EXPECT_EQ(decision.outcome, Outcome::failed);
  EXPECT_EQ(text_of(decision),
            "error: task 'openshift-version': not ready after 90 s: every worker runs Red Hat "
            "Enterprise Linux "
            "CoreOS: Node could not be read: too many requests, try again later\n"
            "hint: slipway explain openshift-version");
  bench.cluster.list_again({"", "v1", "Node"});
  bench.run = engine::Run();
  EXPECT_EQ(bench.up().outcome, Outcome::done);
}

TEST(DecideTest, APreconditionThatIsNotMetIsNotWaitedFor) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const Plan plan = bench.plan();
  bench.cluster.remove("Node", "gpu-1");
  EXPECT_EQ(bench.step(plan).outcome, Outcome::failed);
}

TEST(DecideTest, WhatNoTaskWantsAnyMoreIsPrunedLast) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  ASSERT_EQ(bench.up().outcome, Outcome::done);
  const std::string id = applyset_id(inventory_ref(bench.site));
  bench.cluster.add(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: old\n  namespace: slipway\n"
      "  labels: {applyset.kubernetes.io/part-of: " +
      id + "}\n");
  const Plan plan = bench.plan();
  EXPECT_EQ(plan.prune.size(), 1U);
  EXPECT_EQ(actions_of(bench.step(plan)), "prune ConfigMap slipway/old\n");
  EXPECT_EQ(bench.step(plan).outcome, Outcome::done);
}

TEST(DecideTest, ABadAnswerIsAskedForAgainAfterAPause) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  bench.smi_exit_code = 9;
  const Plan plan = bench.plan();
  int asked = 0;
  for (int i = 0; i < 60; ++i) {
    const Decision decision = bench.step(plan);
    for (const Action& action : decision.actions) asked += std::holds_alternative<Prove>(action);
    ASSERT_EQ(decision.outcome, Outcome::running);
    everybody_acts(bench.cluster);
  }
  EXPECT_GE(asked, 2);
  EXPECT_LE(asked, 5);
  bench.smi_exit_code = 0;
  EXPECT_EQ(bench.up().outcome, Outcome::done);
}

TEST(DecideTest, AnOperatorIsAddedWithYamlAlone) {
  std::vector<catalog::File> files =
      catalog_files(std::filesystem::path(SLIPWAY_SOURCE_DIR) / "infra" / "openshift");
  files.push_back(
      {"3-core-operators/sriov.yaml",
       "task: sriov\ntitle: SR-IOV\nline: \"3.4\"\nneeds: [openshift-version]\n"
       "operator: {package: sriov-network-operator, source: redhat-operators, namespace: "
       "openshift-sriov-network-operator, mode: OwnNamespace}\n"
       "ready:\n- says: its CSV is there\n  that: ${objects.csv.metadata.name != \"\"}\n"
       "runbook: runbooks/sriov.md\ncite: here\n"});
  files.push_back({"3-core-operators/runbooks/sriov.md", "# SR-IOV\n"});
  const base::Result<catalog::Catalog> loaded = catalog::load(files);
  ASSERT_TRUE(loaded.has_value()) << base::to_string(loaded.error());
  Bench bench(SLIPWAY_SOURCE_DIR);
  bench.catalog = std::make_shared<const catalog::Catalog>(*loaded);
  bench.cluster.add(
      package_yaml("redhat-operators", "sriov-network-operator", "stable", "sriov.v4.20.0"));
  const Decision decision = bench.up();
  ASSERT_EQ(decision.outcome, Outcome::done) << text_of(decision);
  EXPECT_NE(bench.cluster.find("ClusterServiceVersion", "sriov.v4.20.0"), nullptr);
}

// INV-6
TEST(PlanTest, TwoPlansOfTheSameAreByteIdentical) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  EXPECT_EQ(print(bench.plan()), print(bench.plan()));
  EXPECT_EQ(doc::to_json(to_value(bench.plan())), doc::to_json(to_value(bench.plan())));
}

TEST(PlanTest, SaysWhatIsKnownLaterAndWhy) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  const std::string text = print(bench.plan());
  EXPECT_NE(
      text.find("3. node-feature-discovery: Node Feature Discovery labels GPU nodes by vendor\n"
                "     after gpu-workers\n"
                "   + operator nfd.4.20.0 from channel stable\n"
                "   + Namespace openshift-nfd\n"
                "   + OperatorGroup.operators.coreos.com openshift-nfd/nfd\n"
                "   + Subscription.operators.coreos.com openshift-nfd/nfd\n"
                "   + NodeFeatureDiscovery.nfd.openshift.io openshift-nfd/nfd-instance\n"),
      std::string::npos)
      << text;
}

TEST(ObservedTest, ARecordingGivesTheSameBack) {
  Bench bench(SLIPWAY_SOURCE_DIR);
  bench.cluster.refuse_to_list({"", "v1", "Pod"}, "forbidden");
  const doc::Value document = to_value(bench.observed());
  const base::Result<Observed> again = observed_from(document);
  ASSERT_TRUE(again.has_value()) << base::to_string(again.error());
  EXPECT_EQ(to_value(*again), document);
}

}  // namespace
}  // namespace engine
