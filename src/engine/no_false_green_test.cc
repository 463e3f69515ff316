// The fourteen situations in which the real operators were recorded saying more than is so, as far
// as a task of the slice meets them: in none is the task shown ready before, or while, it is not.
// The values are those of the recordings (NVIDIA GPU operator 25.10.1, RHOAI 3.3 and 2.25).

#include <gtest/gtest.h>

#include "engine/test_bench.h"

namespace engine {
namespace {

constexpr std::string_view kGpu = "gpu-operator-nvidia";
constexpr std::string_view kDsc = "data-science-cluster";

class NoFalseGreenTest : public testing::Test {
 protected:
  void SetUp() override {
    const Decision decision = bench.up();
    ASSERT_EQ(decision.outcome, Outcome::done)
        << (decision.error ? base::to_string(*decision.error) : "still running");
    ASSERT_EQ(bench.verdict(kGpu).state, State::ready);
    ASSERT_EQ(bench.verdict(kDsc).state, State::ready);
  }

  /// "" when the task is ready: what a person would be told.
  std::string why_not(std::string_view task) const {
    const Verdict verdict = bench.verdict(task);
    EXPECT_NE(verdict.state, State::ready) << task << " is shown ready";
    return verdict.reason;
  }

  Bench bench{SLIPWAY_SOURCE_DIR};
  FakeCluster& cluster = bench.cluster;
};

// 1. ClusterPolicy says ready two seconds after it was made: later DaemonSets have 0 of 0 pods.
TEST_F(NoFalseGreenTest, AnEarlyReadyWhileLaterDaemonSetsHaveNoPodsYetIsNotReady) {
  for (const char* late : {"nvidia-dcgm-exporter", "gpu-feature-discovery"}) {
    cluster.set_status("DaemonSet", late, "{desiredNumberScheduled: 0, numberReady: 0}");
  }
  EXPECT_EQ(
      why_not(kGpu),
      "driver, toolkit, device plugin, discovery, metrics and validator run on every GPU node: "
      "it is 6 DaemonSets with all pods ready");
}

TEST_F(NoFalseGreenTest, AnEarlyReadyBeforeTheLastDaemonSetExistsIsNotReady) {
  cluster.remove("DaemonSet", "nvidia-node-status-exporter");
  EXPECT_EQ(
      why_not(kGpu),
      "driver, toolkit, device plugin, discovery, metrics and validator run on every GPU node: "
      "it is 7 DaemonSets with all pods ready");
}

// 2. state and conditions are two writes.
TEST_F(NoFalseGreenTest, StateReadyBesideReadyFalseIsNotReady) {
  cluster.set_status("ClusterPolicy", "gpu-cluster-policy",
                     "state: ready\nconditions:\n"
                     "- {type: Error, status: \"True\", reason: OperandNotReady, message: "
                     "\"ClusterPolicy is not ready, states not ready: [state-dcgm]\"}\n"
                     "- {type: Ready, status: \"False\", reason: Error}\n");
  EXPECT_EQ(why_not(kGpu),
            "the ClusterPolicy is reconciled, and not because it found no GPUs: it is ready");
}

TEST_F(NoFalseGreenTest, StateNotReadyBesideReadyTrueIsNotReady) {
  cluster.change("ClusterPolicy", "gpu-cluster-policy", "status.state", "notReady");
  EXPECT_EQ(why_not(kGpu),
            "the ClusterPolicy is reconciled, and not because it found no GPUs: it is notReady");
}

// 3. No GPU is ready too.
TEST_F(NoFalseGreenTest, ReadyBecauseNoGpuNodeWasFoundIsNotReady) {
  cluster.set_status("ClusterPolicy", "gpu-cluster-policy",
                     "state: ready\nconditions:\n"
                     "- {type: Error, status: \"False\", reason: Ready}\n"
                     "- {type: Ready, status: \"True\", reason: NoGPUNodes, message: \"No GPU node "
                     "found, watching for new nodes to join the cluster.\"}\n");
  EXPECT_EQ(why_not(kGpu),
            "the ClusterPolicy is reconciled, and not because it found no GPUs: it is ready");
}

TEST_F(NoFalseGreenTest, GpuNodesThatLostTheirPciLabelsAreNotReady) {
  for (const char* node : {"gpu-0", "gpu-1"}) {
    const doc::Value labels = *cluster.find("Node", node)->find_path("metadata.labels");
    cluster.change("Node", node, "metadata.labels", labels.without(kPciLabel));
  }
  EXPECT_EQ(why_not("node-feature-discovery"),
            "every GPU worker carries the label of its vendor's PCI devices: no such key: " +
                std::string(kPciLabel));
}

// 4. A GPU node deleted: nothing at all is written to the ClusterPolicy.
TEST_F(NoFalseGreenTest, ALostGpuNodeIsNotReadyAlthoughTheClusterPolicySaysSo) {
  cluster.remove("Node", "gpu-1");
  EXPECT_EQ(why_not("gpu-workers"),
            "the cluster has as many GPU workers as the site: it is 1 of 2");
  EXPECT_NE(bench.verdict(kGpu).state, State::ready);
  EXPECT_NE(bench.verdict("project").state, State::ready);
}

TEST_F(NoFalseGreenTest, AGpuNodeWhoseKubeletIsGoneIsNotReady) {
  cluster.change("Node", "gpu-1", "status.conditions",
                 FakeCluster::yaml("[{type: Ready, status: Unknown, reason: NodeStatusUnknown}]"));
  EXPECT_EQ(why_not("gpu-workers"), "every GPU worker is Ready: it is 1 Ready");
}

TEST_F(NoFalseGreenTest, AGpuNodeWithATaintThatKeepsPodsOffIsNotReady) {
  cluster.change("Node", "gpu-1", "spec.taints",
                 FakeCluster::yaml("[{key: maintenance, effect: NoSchedule}]"));
  EXPECT_EQ(why_not("gpu-workers"), "every GPU worker takes pods: it is not so");
}

TEST_F(NoFalseGreenTest, AGpuNodeThatOffersNoGpuIsNotReady) {
  cluster.change("Node", "gpu-1", {"status", "allocatable", "nvidia.com/gpu"}, "0");
  EXPECT_EQ(why_not(kGpu),
            "every GPU worker offers as many GPUs as the site says: it is 8 GPUs on 2 nodes");
}

// 5. What a person edits in a DaemonSet stays, and the ClusterPolicy stays ready.
TEST_F(NoFalseGreenTest, ADaemonSetThatAPersonEditedIsNotReady) {
  cluster.take_field("DaemonSet", "nvidia-dcgm", "spec.template.spec.priorityClassName",
                     "system-node-critical", "kubectl-edit");
  EXPECT_EQ(why_not(kGpu),
            "nobody has edited what the operator made (it would not put it back): it is not so");
}

// 6. The driver toolkit's tag gone: nothing is written anywhere.
TEST_F(NoFalseGreenTest, ADriverToolkitWithoutTheNodesVersionIsNotReady) {
  cluster.change("ImageStream", "driver-toolkit", "spec.tags",
                 FakeCluster::yaml("[{name: 9.6.20260101-0}]"));
  EXPECT_EQ(why_not(kGpu),
            "the driver toolkit has an image for the operating system of every GPU worker: it is "
            "not so");
}

// 7. A second ClusterPolicy gets no status, and the drivers are replaced under running jobs.
TEST_F(NoFalseGreenTest, ASecondClusterPolicyIsNotReady) {
  cluster.add("apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: second}\n");
  EXPECT_EQ(
      why_not(kGpu),
      "there is one ClusterPolicy, so that no second one re-renders the drivers: it is not so");
}

TEST_F(NoFalseGreenTest, ADriverThatIsBeingReplacedIsNotReady) {
  for (const char* state :
       {"upgrade-required", "cordon-required", "wait-for-jobs-required", "pod-deletion-required",
        "pod-restart-required", "validation-required", "uncordon-required"}) {
    cluster.change("Node", "gpu-0", {"metadata", "labels", kUpgradeLabel}, state);
    EXPECT_EQ(why_not(kGpu),
              std::string("no GPU worker is having its driver replaced: it is ") + state);
  }
}

// 8. DSCI Ready beside what does not work.
TEST_F(NoFalseGreenTest, AnInitialisationThatIsReadyBesideAMissingOperatorIsNotReady) {
  const std::string status =
      std::string(kDsciReady) +
      "- {type: CapabilityServiceMesh, status: \"False\", reason: MissingOperator, message: "
      "\"OpenShift ServiceMesh v2 operator not found / not setup properly on the cluster, cannot "
      "setup ServiceMesh\"}\n";
  cluster.set_status("DSCInitialization", "default-dsci", status);
  EXPECT_EQ(why_not("dsci"),
            "the initialisation is Ready, and none of its conditions says otherwise: it is Ready");
}

TEST_F(NoFalseGreenTest, AnInitialisationThatIsReadySecondsBeforeItsServicesIsNotReady) {
  cluster.remove("Monitoring", "default-monitoring");
  EXPECT_EQ(why_not("dsci"),
            "the services that it asks for are Ready themselves: Monitoring.services.platform."
            "opendatahub.io default-monitoring is not there");
}

TEST_F(NoFalseGreenTest, AnInitialisationThatIsStillInitialisingIsNotReady) {
  cluster.set_status("DSCInitialization", "default-dsci",
                     "phase: Progressing\nconditions:\n"
                     "- {type: Available, status: \"False\", reason: ReconcileInit}\n"
                     "- {type: Progressing, status: \"True\", reason: ReconcileInit}\n");
  EXPECT_EQ(why_not("dsci"),
            "the initialisation is Ready, and none of its conditions says otherwise: it is "
            "Progressing");
}

// 9. DSC Ready does not mean that LLMInferenceService can be used.
TEST(NoFalseGreenSiteTest, ReadyWithAMissingLlmDependencyIsNotReadyWhereTheSiteWantsIt) {
  Bench bench{SLIPWAY_SOURCE_DIR, "rhoai: {llmInferenceService: true}\n"};
  const Plan plan = bench.plan();
  for (int i = 0; i < 60; ++i) {
    const Decision decision = bench.step(plan);
    ASSERT_NE(decision.outcome, Outcome::done);
    everybody_acts(bench.cluster);
  }
  const Verdict verdict = bench.verdict(kDsc);
  EXPECT_EQ(verdict.state, State::waiting);
  EXPECT_EQ(verdict.reason,
            "LLMInferenceService can be used, where the site wants it: it is False");
}

// 10. Missing dependencies, in the operator's own words.
TEST_F(NoFalseGreenTest, AComponentWhoseOperatorIsMissingIsNotReady) {
  cluster.set_status(
      "DataScienceCluster", "default-dsc",
      "phase: Not Ready\nobservedGeneration: 1\nconditions:\n"
      "- {type: Ready, status: \"False\", reason: NotReady, message: \"Some components are not "
      "ready: kueue\"}\n"
      "- {type: KueueReady, status: \"False\", reason: Error, message: \"Kueue operator not "
      "installed, install it or change kueue component state to Removed\"}\n");
  EXPECT_EQ(why_not(kDsc),
            "the cluster of components is Ready, for what is asked now: it is Not Ready");
}

TEST_F(NoFalseGreenTest, AStatusThatIsAboutAnOlderRequestIsNotReady) {
  cluster.change("DataScienceCluster", "default-dsc", "metadata.generation", 2);
  EXPECT_EQ(why_not(kDsc),
            "the cluster of components is Ready, for what is asked now: it is Ready");
}

// 11. Replicas are not put back, and the status notices up to two seconds later.
TEST_F(NoFalseGreenTest, AControllerThatAPersonScaledToZeroIsNotReadyBeforeTheStatusSaysSo) {
  cluster.change("Deployment", "kserve-controller-manager", "spec.replicas", 0);
  cluster.change("Deployment", "kserve-controller-manager", "status.readyReplicas", 0);
  EXPECT_EQ(why_not(kDsc),
            "the controllers of pipelines and model serving run: it is 5 Deployments with ready "
            "pods");
}

// 12. Two DataScienceClusters: the first goes on as if nothing were.
TEST_F(NoFalseGreenTest, ASecondDataScienceClusterIsNotReady) {
  cluster.add(
      "apiVersion: datasciencecluster.opendatahub.io/v2\nkind: DataScienceCluster\n"
      "metadata: {name: second}\nstatus: {phase: Not Ready}\n");
  EXPECT_EQ(why_not(kDsc), "there is one cluster of components: it is not so");
}

// 13. The message of a failed apply carries the whole object: it is cut before a person sees it.
TEST_F(NoFalseGreenTest, AMessageOfThousandsOfCharactersIsCut) {
  cluster.change("DataScienceCluster", "default-dsc", "status.phase", std::string(5000, 'x'));
  EXPECT_LT(why_not(kDsc).size(), 300U);
}

// 14. The phase of a DSC is "Not Ready", with a space; of a DSCI "Error" or "Progressing".
TEST_F(NoFalseGreenTest, EveryPhaseButReadyIsNotReady) {
  for (const char* phase : {"Not Ready", "Error", "Progressing", "Deleting", "ready", ""}) {
    cluster.change("DataScienceCluster", "default-dsc", "status.phase", phase);
    cluster.change("DSCInitialization", "default-dsci", "status.phase", phase);
    EXPECT_NE(bench.verdict(kDsc).state, State::ready) << phase;
    EXPECT_NE(bench.verdict("dsci").state, State::ready) << phase;
  }
}

TEST_F(NoFalseGreenTest, NoStatusAtAllIsNotReady) {
  cluster.change("DataScienceCluster", "default-dsc", "status", doc::Value());
  cluster.change("ClusterPolicy", "gpu-cluster-policy", "status", doc::Value());
  EXPECT_NE(bench.verdict(kDsc).state, State::ready);
  EXPECT_NE(bench.verdict(kGpu).state, State::ready);
}

TEST_F(NoFalseGreenTest, WhatCannotBeReadIsNotReady) {
  cluster.refuse_to_list({"", "v1", "Node"}, "forbidden: nodes may not be listed");
  EXPECT_EQ(why_not("openshift-version"),
            "every worker runs Red Hat Enterprise Linux CoreOS: Node could not be read: forbidden: "
            "nodes may not be listed");
  for (const char* task : {"gpu-workers", "node-feature-discovery", "gpu-operator-nvidia"}) {
    EXPECT_EQ(bench.verdict(task).state, State::blocked) << task;
  }
}

TEST_F(NoFalseGreenTest, AProofThatOtherPodsGaveIsNotReady) {
  bench.run = engine::Run();
  ASSERT_EQ(bench.verdict(kGpu).state, State::ready) << "the inventory has it written down";
  cluster.remove("Pod", "driver-gpu-1");
  EXPECT_EQ(why_not(kGpu),
            "nvidia-smi lists the GPUs in the driver pod of every GPU worker: 1 pods run that can "
            "answer, not 2");
}

}  // namespace
}  // namespace engine
