#include "engine/explain.h"

#include <gtest/gtest.h>

#include "engine/test_bench.h"

namespace engine {
namespace {

class ExplainTest : public testing::Test {
 protected:
  Explanation why(std::string_view task) {
    const Plan plan = bench.plan();
    const Observed observed = bench.observed();
    return explain(task, plan, observed, judge_all(plan, observed, bench.run), bench.run);
  }
  void up() { ASSERT_EQ(bench.up().outcome, Outcome::done); }
  /// As far as the named operator's CSV, which then sticks.
  void stuck_csv() {
    const Plan plan = bench.plan();
    for (int i = 0; i < 12; ++i) {
      bench.step(plan);
      kubernetes_acts(bench.cluster);
      olm_acts(bench.cluster);
      if (bench.cluster.find("ClusterServiceVersion", "nfd.4.20.0") != nullptr) break;
    }
    bench.cluster.set_status("ClusterServiceVersion", "nfd.4.20.0",
                             "{phase: Installing, reason: InstallWaiting, message: \"installing: "
                             "waiting for deployment nfd-controller-manager to become ready\"}");
  }

  Bench bench{SLIPWAY_SOURCE_DIR};
  FakeCluster& cluster = bench.cluster;
};

TEST_F(ExplainTest, AReadyTaskNeedsNoExplanation) {
  up();
  EXPECT_EQ(why("project").sentence, "project is ready");
}

TEST_F(ExplainTest, ALostNodeIsTheRootOfEverythingThatNeedsIt) {
  up();
  cluster.change(
      "Node", "gpu-1", "status.conditions",
      FakeCluster::yaml("[{type: Ready, status: Unknown, reason: NodeStatusUnknown, message: "
                        "Kubelet stopped posting node status.}]"));
  const Explanation explanation = why("gpu-workers");
  EXPECT_EQ(
      explanation.sentence,
      "the GPU Node gpu-1 is lost: Ready=Unknown (NodeStatusUnknown): Kubelet stopped posting "
      "node status.");
  EXPECT_EQ(explanation.next, "kubectl describe node gpu-1");
}

TEST_F(ExplainTest, AGpuNodeThatIsGoneIsNamedByWhatItLastProved) {
  up();
  cluster.remove("Node", "gpu-1");
  const Explanation explanation = why("project");
  EXPECT_EQ(explanation.sentence,
            "the Node gpu-1 is gone; it was there at 2026-01-01T00:00:00Z, when its pod answered "
            "nvidia-smi");
  EXPECT_EQ(explanation.next, "kubectl get node gpu-1; kubectl get machines -A");
}

TEST_F(ExplainTest, AGpuNodeThatNeverWasIsCounted) {
  cluster.remove("Node", "gpu-1");
  const Explanation explanation = why("project");
  EXPECT_EQ(explanation.sentence,
            "the site has 2 GPU nodes, and the cluster only 1 with the labels "
            "node-role.kubernetes.io/gpu=");
  EXPECT_EQ(explanation.next, "kubectl get nodes -l node-role.kubernetes.io/gpu=");
}

TEST_F(ExplainTest, ABlockedTaskIsFollowedDownItsNeeds) {
  EXPECT_EQ(
      print(why("project")),
      "node-feature-discovery: its objects are as planned: Namespace openshift-nfd is not there\n"
      "  - project needs data-science-cluster, which is blocked\n"
      "    - data-science-cluster needs dsci, which is blocked\n"
      "      - dsci needs rhoai-operator, which is blocked\n"
      "        - rhoai-operator needs rhoai-needs, which is blocked\n"
      "          - rhoai-needs needs node-feature-discovery, which is waiting\n"
      "            - node-feature-discovery: its objects are as planned: Namespace openshift-nfd "
      "is not there\n"
      "next: slipway up\n");
}

TEST_F(ExplainTest, AStuckCsvIsFollowedToThePodThatCannotBeScheduled) {
  stuck_csv();
  cluster.add(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: nfd-controller-manager-1, namespace: "
      "openshift-nfd}\nstatus:\n  phase: Pending\n  conditions:\n"
      "  - {type: PodScheduled, status: \"False\", reason: Unschedulable, message: \"0/3 nodes are "
      "available: 3 Insufficient cpu.\"}\n");
  const Explanation explanation = why("node-feature-discovery");
  EXPECT_EQ(explanation.sentence,
            "the pod openshift-nfd/nfd-controller-manager-1 cannot be scheduled: 0/3 nodes are "
            "available: 3 Insufficient cpu.");
  EXPECT_EQ(explanation.next, "kubectl describe pod nfd-controller-manager-1 -n openshift-nfd");
  ASSERT_GE(explanation.causes.size(), 2U);
  EXPECT_EQ(explanation.causes[1].says,
            "the ClusterServiceVersion nfd.4.20.0 is Installing (InstallWaiting): installing: "
            "waiting for deployment "
            "nfd-controller-manager to become ready");
}

TEST_F(ExplainTest, AnInstallPlanOfSomethingElseIsNamed) {
  const Plan plan = bench.plan();
  for (int i = 0; i < 8 && cluster.find("InstallPlan", "install-nfd") == nullptr; ++i) {
    bench.step(plan);
    kubernetes_acts(cluster);
    olm_acts(cluster);
  }
  cluster.change("InstallPlan", "install-nfd", "spec.clusterServiceVersionNames",
                 FakeCluster::yaml("[nfd.4.20.0, other.v1]"));
  EXPECT_EQ(
      why("node-feature-discovery").sentence,
      "the InstallPlan install-nfd would install nfd.4.20.0, other.v1, and what was planned is "
      "nfd.4.20.0 alone: it is not approved");
}

TEST_F(ExplainTest, AFieldThatAnOperatorRevertsNamesTheOperator) {
  up();
  cluster.take_field("ClusterPolicy", "gpu-cluster-policy", "spec.dcgm.enabled", false,
                     "gpu-operator");
  EXPECT_EQ(why("gpu-operator-nvidia").sentence,
            "'gpu-operator' has set .spec.dcgm.enabled of ClusterPolicy.nvidia.com "
            "gpu-cluster-policy, which is planned otherwise: ~ .spec.dcgm.enabled: false -> true "
            "(owned by 'gpu-operator')");
}

TEST_F(ExplainTest, AKnownIssueIsRecognisedWithItsFixAndSource) {
  up();
  cluster.set_status("ClusterPolicy", "gpu-cluster-policy",
                     "state: ready\nconditions: [{type: Ready, status: \"True\", reason: "
                     "NoGPUNodes}]\n");
  const Explanation explanation = why("gpu-operator-nvidia");
  EXPECT_EQ(explanation.known_issue, "no-gpu-nodes-for-the-operator");
  EXPECT_EQ(explanation.sentence,
            "the GPU operator is ready because it sees no GPU node, since the PCI labels of Node "
            "Feature Discovery are missing");
  EXPECT_EQ(explanation.next, "kubectl get nodes -L feature.node.kubernetes.io/pci-10de.present");
}

TEST_F(ExplainTest, AnOperatorsOwnWordsAreKept) {
  up();
  cluster.set_status(
      "DSCInitialization", "default-dsci",
      std::string(kDsciReady) +
          "- {type: CapabilityServiceMesh, status: \"False\", reason: "
          "MissingOperator, message: OpenShift ServiceMesh v2 operator not found}\n");
  EXPECT_EQ(why("dsci").sentence,
            "DSCInitialization.dscinitialization.opendatahub.io default-dsci says "
            "CapabilityServiceMesh=False (MissingOperator): OpenShift ServiceMesh v2 operator not "
            "found");
}

TEST_F(ExplainTest, WhatTheServerRefusedIsSaid) {
  const Plan plan = bench.plan();
  bench.run.refused[{{"", "v1", "Namespace"}, "", "openshift-nfd"}] = {
      base::ErrorCode::permission_denied, "namespaces is forbidden: User \"dev\" cannot patch",
      "ask for the role that slipway needs"};
  EXPECT_EQ(why("node-feature-discovery").sentence,
            "the API server refused Namespace openshift-nfd: namespaces is forbidden: User \"dev\" "
            "cannot patch");
}

}  // namespace
}  // namespace engine
