#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/fake_cluster.h"

/// What OpenShift, OLM and the operators of the slice do, for tests in memory. The conditions,
/// reasons and names are those recorded from the real operators (NVIDIA GPU operator 25.10.1,
/// RHOAI 3.3); everything happens at once.
namespace engine {

inline constexpr std::string_view kOstree = "9.6.20251113-0";
inline constexpr std::string_view kPciLabel = "feature.node.kubernetes.io/pci-10de.present";
inline constexpr std::string_view kOstreeLabel =
    "feature.node.kubernetes.io/system-os_release.OSTREE_VERSION";
inline constexpr std::string_view kUpgradeLabel = "nvidia.com/gpu-driver-upgrade-state";

inline std::string node_yaml(const std::string& name, const std::string& role) {
  return "apiVersion: v1\nkind: Node\nmetadata:\n  name: " + name +
         "\n  labels:\n    node-role.kubernetes.io/worker: \"\"\n" +
         (role.empty() ? "" : "    node-role.kubernetes.io/" + role + ": \"\"\n") +
         "spec: {}\nstatus:\n  capacity: {cpu: \"192\", memory: 2113462184Ki}\n"
         "  allocatable: {cpu: 191500m, memory: 2112311144Ki}\n"
         "  nodeInfo:\n    architecture: amd64\n"
         "    osImage: Red Hat Enterprise Linux CoreOS " +
         std::string(kOstree) +
         " (Plow)\n"
         "  conditions:\n  - {type: Ready, status: \"True\", reason: KubeletReady}\n---\n";
}

inline std::string package_yaml(const std::string& catalog, const std::string& package,
                                const std::string& channel, const std::string& csv) {
  return "apiVersion: packages.operators.coreos.com/v1\nkind: PackageManifest\n"
         "metadata: {name: " +
         package + ", namespace: openshift-marketplace}\nstatus:\n  packageName: " + package +
         "\n  catalogSource: " + catalog + "\n  defaultChannel: " + channel +
         "\n  channels:\n  - {name: " + channel + ", currentCSV: " + csv +
         ", entries: [{name: " + csv + "}]}\n---\n";
}

/// OpenShift 4.20 with two GPU nodes and its catalogs; nothing else is installed.
inline FakeCluster bare_cluster() {
  FakeCluster cluster;
  cluster.add(node_yaml("worker-0", "") + node_yaml("gpu-0", "gpu") + node_yaml("gpu-1", "gpu"));
  cluster.add(
      "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\n"
      "status:\n  history: [{state: Completed, version: 4.20.6}]\n  conditions:\n"
      "  - {type: Available, status: \"True\"}\n  - {type: Progressing, status: \"False\"}\n"
      "  - {type: Failing, status: \"False\"}\n---\n"
      "apiVersion: config.openshift.io/v1\nkind: ClusterOperator\nmetadata: {name: network}\n"
      "status:\n  conditions:\n  - {type: Available, status: \"True\"}\n"
      "  - {type: Degraded, status: \"False\"}\n---\n"
      "apiVersion: image.openshift.io/v1\nkind: ImageStream\n"
      "metadata: {name: driver-toolkit, namespace: openshift}\nspec:\n  tags: [{name: " +
      std::string(kOstree) + "}]\n");
  for (const std::string name : {"redhat-operators", "certified-operators"}) {
    cluster.add(
        "apiVersion: operators.coreos.com/v1alpha1\nkind: CatalogSource\nmetadata: {name: " + name +
        ", namespace: openshift-marketplace}\n"
        "status: {connectionState: {lastObservedState: READY}}\n");
  }
  cluster.add(
      package_yaml("redhat-operators", "nfd", "stable", "nfd.4.20.0") +
      package_yaml("redhat-operators", "rhods-operator", "stable-3.3", "rhods-operator.3.3.6") +
      package_yaml("certified-operators", "gpu-operator-certified", "v25.10",
                   "gpu-operator-certified.v25.10.1"));
  for (const char* kind : {"InstallPlan", "Subscription", "ClusterServiceVersion"}) {
    cluster.serve({"operators.coreos.com", "v1alpha1", kind});
  }
  cluster.serve({"operators.coreos.com", "v1", "OperatorGroup"});
  cluster.serve({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"});
  for (const char* kind : {"ConfigMap", "Namespace", "Pod", "ResourceQuota", "LimitRange",
                           "PersistentVolumeClaim", "Service"}) {
    cluster.serve({"", "v1", kind});
  }
  for (const char* kind : {"DaemonSet", "Deployment", "StatefulSet"}) {
    cluster.serve({"apps", "v1", kind});
  }
  cluster.serve({"batch", "v1", "Job"});
  return cluster;
}

/// OLM: an InstallPlan for every Subscription; once approved, its CSV and what the CSV brings.
inline void olm_acts(FakeCluster& cluster) {
  for (const doc::Value& subscription : cluster.all("Subscription")) {
    const std::string name(subscription.string_at("metadata.name"));
    const std::string in(subscription.string_at("metadata.namespace"));
    const doc::Value* package = cluster.find("PackageManifest", name);
    if (package == nullptr) continue;
    const std::string csv(
        package->find_path("status.channels")->items()[0].string_at("currentCSV"));
    const doc::Value* plan = cluster.find("InstallPlan", "install-" + name);
    if (plan == nullptr) {
      cluster.add(
          "apiVersion: operators.coreos.com/v1alpha1\nkind: InstallPlan\nmetadata: {name: "
          "install-" +
          name + ", namespace: " + in + "}\nspec: {approved: false, clusterServiceVersionNames: [" +
          csv + "]}\nstatus: {phase: RequiresApproval}\n");
      cluster.set_status("Subscription", name, "{state: UpgradePending}");
      continue;
    }
    if (!plan->find_path("spec.approved")->as_bool()) continue;
    if (cluster.find("ClusterServiceVersion", csv) != nullptr) continue;
    cluster.change("InstallPlan", "install-" + name, "status.phase", "Complete");
    cluster.set_status("Subscription", name, "{state: AtLatestKnown, installedCSV: " + csv + "}");
    cluster.add(
        "apiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\n"
        "metadata: {name: " +
        csv + ", namespace: " + in + "}\nstatus: {phase: Succeeded, reason: InstallSucceeded}\n");
    if (name == "nfd") cluster.serve({"nfd.openshift.io", "v1", "NodeFeatureDiscovery"});
    if (name == "gpu-operator-certified") cluster.serve({"nvidia.com", "v1", "ClusterPolicy"});
    if (name != "rhods-operator") continue;
    cluster.serve({"dscinitialization.opendatahub.io", "v2", "DSCInitialization"});
    cluster.serve({"datasciencecluster.opendatahub.io", "v2", "DataScienceCluster"});
    cluster.add(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
        "datascienceclusters.datasciencecluster.opendatahub.io}\nspec:\n"
        "  group: datasciencecluster.opendatahub.io\n  names: {kind: DataScienceCluster}\n"
        "  versions: [{name: v2, served: true}]\n"
        "status: {conditions: [{type: Established, status: \"True\"}]}\n");
  }
}

inline void nfd_acts(FakeCluster& cluster) {
  const doc::Value* instance = cluster.find("NodeFeatureDiscovery", "nfd-instance");
  if (instance == nullptr || instance->find("status") != nullptr) return;
  cluster.set_status("NodeFeatureDiscovery", "nfd-instance",
                     "conditions: [{type: Available, status: \"True\"}, {type: Degraded, status: "
                     "\"False\"}, {type: Progressing, status: \"False\"}]");
  for (const char* node : {"gpu-0", "gpu-1"}) {
    cluster.change("Node", node, {"metadata", "labels", kPciLabel}, "true");
    cluster.change("Node", node, {"metadata", "labels", kOstreeLabel}, kOstree);
  }
}

inline void put_daemonset(FakeCluster& cluster, const std::string& name, int desired, int ready) {
  cluster.add("apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: " + name +
              "\n  namespace: nvidia-gpu-operator\n"
              "  ownerReferences: [{kind: ClusterPolicy, name: gpu-cluster-policy}]\n"
              "  managedFields: [{manager: gpu-operator, operation: Update, fieldsV1: {}}]\n"
              "spec: {}\nstatus: {desiredNumberScheduled: " +
              std::to_string(desired) + ", numberReady: " + std::to_string(ready) + "}\n");
}

inline const std::vector<std::string>& gpu_daemonsets() {
  static const std::vector<std::string> kNames = {"nvidia-driver-daemonset-9.6.20251113-0",
                                                  "nvidia-container-toolkit-daemonset",
                                                  "nvidia-device-plugin-daemonset",
                                                  "gpu-feature-discovery",
                                                  "nvidia-dcgm",
                                                  "nvidia-dcgm-exporter",
                                                  "nvidia-node-status-exporter",
                                                  "nvidia-operator-validator"};
  return kNames;
}

inline constexpr std::string_view kPolicyReady =
    "state: ready\nconditions:\n"
    "- {type: Ready, status: \"True\", reason: Reconciled, message: ClusterPolicy is ready as all "
    "resources have been successfully reconciled}\n"
    "- {type: Error, status: \"False\", reason: Ready}\n";

inline void gpu_operator_acts(FakeCluster& cluster) {
  const doc::Value* policy = cluster.find("ClusterPolicy", "gpu-cluster-policy");
  if (policy == nullptr || policy->find("status") != nullptr) return;
  for (const std::string& name : gpu_daemonsets()) put_daemonset(cluster, name, 2, 2);
  // Two that have nothing to do here: no MPS, and MIG is not asked for.
  put_daemonset(cluster, "nvidia-device-plugin-mps-control-daemon", 0, 0);
  put_daemonset(cluster, "nvidia-mig-manager", 0, 0);
  for (const std::string node : {"gpu-0", "gpu-1"}) {
    cluster.change("Node", node, {"status", "capacity", "nvidia.com/gpu"}, "8");
    cluster.change("Node", node, {"status", "allocatable", "nvidia.com/gpu"}, "8");
    cluster.change("Node", node, {"metadata", "labels", kUpgradeLabel}, "upgrade-done");
    cluster.add("apiVersion: v1\nkind: Pod\nmetadata:\n  name: driver-" + node +
                "\n  namespace: nvidia-gpu-operator\n"
                "  labels: {openshift.driver-toolkit: \"true\"}\n"
                "  ownerReferences: [{kind: DaemonSet, name: driver}]\n"
                "spec: {nodeName: " +
                node + "}\nstatus: {phase: Running}\n");
  }
  cluster.set_status("ClusterPolicy", "gpu-cluster-policy", kPolicyReady);
}

inline constexpr std::string_view kDsciReady =
    "phase: Ready\nconditions:\n"
    "- {type: Available, status: \"True\", reason: ReconcileCompleted}\n"
    "- {type: Degraded, status: \"False\", reason: ReconcileCompleted}\n"
    "- {type: Progressing, status: \"False\", reason: ReconcileCompleted}\n"
    "- {type: ReconcileComplete, status: \"True\", reason: ReconcileCompleted}\n"
    "- {type: Upgradeable, status: \"True\", reason: ReconcileCompleted}\n";

inline constexpr std::string_view kDscReady =
    "phase: Ready\nobservedGeneration: 1\nconditions:\n"
    "- {type: Ready, status: \"True\"}\n- {type: ProvisioningSucceeded, status: \"True\"}\n"
    "- {type: ComponentsReady, status: \"True\"}\n- {type: AIPipelinesReady, status: \"True\"}\n"
    "- {type: KserveReady, status: \"True\"}\n- {type: ModelControllerReady, status: \"True\"}\n"
    "- {type: DashboardReady, status: \"True\"}\n- {type: WorkbenchesReady, status: \"True\"}\n"
    "- {type: KueueReady, status: \"False\", reason: Removed, severity: Info, message: Component "
    "ManagementState is set to Removed}\n"
    "- {type: KserveLLMInferenceServiceDependencies, status: \"False\", reason: Subscription not "
    "found, severity: Info, message: \"Warning: Red Hat Connectivity Link is not installed, "
    "LLMInferenceService cannot be used\"}\n";

inline const std::vector<std::string>& rhoai_deployments() {
  static const std::vector<std::string> kNames = {
      "data-science-pipelines-operator-controller-manager",
      "kserve-controller-manager",
      "odh-model-controller",
      "odh-notebook-controller-manager",
      "notebook-controller-deployment",
      "rhods-dashboard"};
  return kNames;
}

inline void rhoai_acts(FakeCluster& cluster) {
  const doc::Value* dsci = cluster.find("DSCInitialization", "default-dsci");
  if (dsci != nullptr && dsci->find("status") == nullptr) {
    cluster.set_status("DSCInitialization", "default-dsci", kDsciReady);
    for (const std::string service :
         {"Monitoring\nmetadata: {name: default-monitoring", "Auth\nmetadata: {name: auth"}) {
      cluster.add("apiVersion: services.platform.opendatahub.io/v1alpha1\nkind: " + service +
                  ", ownerReferences: [{kind: DSCInitialization, name: default-dsci}]}\n"
                  "status: {phase: Ready, conditions: [{type: Ready, status: \"True\"}]}\n");
    }
    cluster.add(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: redhat-ods-applications}\n"
        "status: {phase: Active}\n");
  }
  const doc::Value* dsc = cluster.find("DataScienceCluster", "default-dsc");
  if (dsc == nullptr || dsc->find("status") != nullptr) return;
  for (const std::string& name : rhoai_deployments()) {
    cluster.add("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name +
                ", namespace: redhat-ods-applications}\nspec: {replicas: 1}\n"
                "status: {readyReplicas: 1}\n");
  }
  cluster.set_status("DataScienceCluster", "default-dsc", kDscReady);
}

inline void kubernetes_acts(FakeCluster& cluster) {
  for (const doc::Value& space : cluster.all("Namespace")) {
    if (space.find("status") != nullptr) continue;
    cluster.set_status("Namespace", space.string_at("metadata.name"), "{phase: Active}");
  }
  for (const doc::Value& quota : cluster.all("ResourceQuota")) {
    const doc::Value* hard = quota.find_path("status.hard");
    if (hard != nullptr && *hard == *quota.find_path("spec.hard")) continue;
    cluster.change("ResourceQuota", quota.string_at("metadata.name"), "status.hard",
                   *quota.find_path("spec.hard"));
  }
}

inline void everybody_acts(FakeCluster& cluster) {
  kubernetes_acts(cluster);
  olm_acts(cluster);
  nfd_acts(cluster);
  gpu_operator_acts(cluster);
  rhoai_acts(cluster);
}

}  // namespace engine
