#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

namespace cluster {
class Client;
}

namespace drydock {

/// Where a stand-in's parts are: what the processes (plant) tell the content (world).
struct PlantInfo {
  std::string name;                          ///< "default"
  std::filesystem::path state_dir;           ///< Ends with the stand-in.
  std::filesystem::path programs;            ///< The folder of kube-apiserver, opm and the rest.
  std::filesystem::path control_plane_crds;  ///< Holds olm/*.yaml and kwok/*.yaml.
  std::filesystem::path data;        ///< The project's drydock/ folder: scenarios, behaviours.
  std::filesystem::path crds;        ///< --crds; empty: the shapes of `data`.
  std::string scenario;              ///< A name under data/scenarios, or a path.
  std::vector<std::string> without;  ///< Behaviours to leave out.
  bool api_faults = false;           ///< The person's kubeconfig leads through the faulty proxy.
  std::string drydock_program;       ///< This program: what pods' commands may run.
  std::uint16_t kwok_port = 0;       ///< The kubelets' port of every node.
};

/// One catalog that `opm serve` shall serve.
struct CatalogServer {
  std::string name;              ///< "redhat-operators"
  std::filesystem::path folder;  ///< File-based catalog.
  std::uint16_t port = 0;        ///< Chosen by the plant before populate().
};

/// What the world may ask of the processes.
class Plant {
 public:
  virtual ~Plant() = default;
  /// Kills and starts a process anew: "kube-apiserver". Waits until it runs, not until it serves.
  virtual base::Result<void> restart(const std::string& process) = 0;
};

/// What stands in the cluster: nodes, CRDs, catalogs, behaviours, faults. Lives in the serving
/// process; its calls come one at a time, but run(), which has a thread of its own.
class World {
 public:
  virtual ~World() = default;

  /// Before OLM and KWOK start: reads the scenario, writes file-based catalogs and says where they
  /// are. No cluster yet.
  virtual base::Result<std::vector<CatalogServer>> prepare(const PlantInfo& info) = 0;
  /// The API server is ready. Applies CRDs, namespaces, nodes, platform objects, CatalogSources
  /// (the ports are filled in). Must not rely on being the first: an earlier run may have been cut
  /// off. `client` writes as manager "drydock" and outlives the world.
  virtual base::Result<void> populate(cluster::Client& client,
                                      const std::vector<CatalogServer>& catalogs) = 0;
  /// Plays the operators' behaviours until asked to stop.
  virtual void run(std::stop_token stop) = 0;

  virtual base::Result<void> inject(std::string_view fault) = 0;
  virtual base::Result<void> heal(std::string_view fault) = 0;
  /// For `drydock status -o json`: {"scenario": ..., "faults": [...], "behaviours": [...]}.
  virtual doc::Value status() = 0;
};

/// Makes the world. `plant` is borrowed.
std::unique_ptr<World> make_world(Plant& plant);

/// Every fault's name with what it does, for help and for errors.
std::vector<std::pair<std::string, std::string>> fault_names(const std::filesystem::path& data);

}  // namespace drydock
