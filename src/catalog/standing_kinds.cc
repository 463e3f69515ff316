#include "catalog/catalog.h"

namespace catalog {

const std::vector<kube::GroupVersionKind>& standing_kinds() {
  static const std::vector<kube::GroupVersionKind> kKinds = {
      {"", "v1", "ConfigMap"},  // The inventory.
      {"", "v1", "Namespace"},
      {"", "v1", "Node"},
      {"", "v1", "PersistentVolumeClaim"},
      {"", "v1", "Pod"},
      {"", "v1", "Service"},
      {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"},
      {"apps", "v1", "DaemonSet"},
      {"apps", "v1", "Deployment"},
      {"apps", "v1", "StatefulSet"},
      {"batch", "v1", "Job"},
      {"config.openshift.io", "v1", "ClusterOperator"},
      {"config.openshift.io", "v1", "ClusterVersion"},
      {"config.openshift.io", "v1", "Infrastructure"},
      {"kubeflow.org", "v1", "Notebook"},
      {"operators.coreos.com", "v1", "OperatorGroup"},
      {"operators.coreos.com", "v1alpha1", "CatalogSource"},
      {"operators.coreos.com", "v1alpha1", "ClusterServiceVersion"},
      {"operators.coreos.com", "v1alpha1", "InstallPlan"},
      {"operators.coreos.com", "v1alpha1", "Subscription"},
      {"packages.operators.coreos.com", "v1", "PackageManifest"},
      {"serving.kserve.io", "v1beta1", "InferenceService"},
  };
  return kKinds;
}

}  // namespace catalog
