#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "drydock/certs.h"
#include "drydock/ports.h"
#include "drydock/supervisor.h"
#include "drydock/world.h"
#include "kube/kubeconfig.h"

namespace drydock {

/// Ports, secrets and files of a control plane, before anything runs.
/// Source of the flags that use them: docs/decisions/002-control-plane.md.
struct ControlPlane {
  std::uint16_t etcd_port = 0, etcd_peer_port = 0, api_port = 0, controller_port = 0,
                scheduler_port = 0, packages_port = 0, kwok_port = 0;
  std::uint16_t proxy_port = 0;  ///< 0: no proxy for faults.
  std::string ca_pem;
  KeyPair api_server_pair;  ///< The proxy shows it, too.
  /// Our own user, system:masters: never held back by the API server's fairness rules.
  kube::ClusterAccess root;
  /// The person's, OpenShift's "kube:admin".
  kube::ClusterAccess admin;
};

/// Chooses ports, makes certificates and tokens, writes the files that the programs read:
/// certs/, tokens.csv, audit-policy.yaml, root.kubeconfig, kubeconfig.
base::Result<ControlPlane> lay_out(const PlantInfo& info, Ports& ports, const base::Clock& clock,
                                   base::Random& random);

// The programs, each as it is started.
ProcessSpec etcd(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec api_server(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec controller_manager(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec scheduler(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec olm(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec olm_catalog(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec package_server(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec kwok(const PlantInfo& info, const ControlPlane& plane);
ProcessSpec opm(const PlantInfo& info, const CatalogServer& catalog);

/// The namespace of catalogs that are for every namespace, as on OpenShift.
inline constexpr const char* kMarketplace = "openshift-marketplace";
inline constexpr const char* kOlmNamespace = "openshift-operator-lifecycle-manager";

}  // namespace drydock
