#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/system_clock.h"
#include "base/system_random.h"
#include "cluster/connect.h"
#include "drydock/control_plane.h"
#include "drydock/supervisor.h"

/// A real etcd and kube-apiserver for the tests of `cluster`, in a folder of their own under /tmp.
/// The kernel ends both when this process dies.
class LiveCluster {
 public:
  /// The one of this program. REQUIRES: started.
  static LiveCluster& get();

  /// A program's whole main(): `tests` against a control plane from $SLIPWAY_CONTROLPLANE (what
  /// controlplane/build prints). Says on stderr why it could not run them, and returns 1.
  static int main(const std::function<int()>& tests);

  ~LiveCluster();

  /// A client as cluster administrator, by `manager`; or as a user without any permission.
  std::unique_ptr<cluster::Connection> connect(const std::string& manager = "slipway") const;
  std::unique_ptr<cluster::Connection> connect_without_permissions() const;
  const kube::ClusterAccess& root() const { return plane_.root; }

  base::Result<void> restart_api_server();
  /// KWOK plays kubelet for every node there is.
  base::Result<void> start_kwok();
  /// Holds kwok/*.yaml.
  std::filesystem::path crds() const { return info_.programs.parent_path() / "crds"; }
  /// Has etcd forget everything before now.
  base::Result<void> compact(cluster::Client& client);
  cluster::Until in(std::chrono::seconds time) const {
    return net::within(base::system_clock(), time);
  }

 private:
  LiveCluster() = default;
  /// Lays out certificates and ports; before any thread is started.
  static base::Result<std::unique_ptr<LiveCluster>> create(std::filesystem::path programs);
  /// On the main thread: runs `tests` on another one, with the API server up; returns its result.
  int run_with(const std::function<int()>& tests);
  base::Result<void> start();

  drydock::PlantInfo info_;
  drydock::ControlPlane plane_;
  std::unique_ptr<drydock::Ports> ports_;
  std::unique_ptr<drydock::Supervisor> supervisor_;
};
