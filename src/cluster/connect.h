#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "cluster/client.h"

namespace cluster {

/// Where the kubeconfig is, as a program is told: flags first, then the environment's values.
struct ConnectOptions {
  std::string kubeconfig;      ///< --kubeconfig: one file; "" is not given.
  std::string kubeconfig_env;  ///< $KUBECONFIG: a list.
  std::string home;            ///< $HOME
  std::string context;         ///< --context; "" is the current one.
  ClientOptions client;
};

/// A Client on the real network, with everything that it borrows.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Client& client() = 0;
};

/// Reads the kubeconfig and makes a client; sends nothing. `clock` and `random` are borrowed.
/// Errors: not_found (no kubeconfig, unknown context), invalid_argument, unimplemented: see
/// kube/kubeconfig.h.
base::Result<std::unique_ptr<Connection>> connect(const ConnectOptions& options,
                                                  const base::Clock& clock, base::Random& random);
/// The same for access that is known already.
std::unique_ptr<Connection> connect_to(kube::ClusterAccess access, ClientOptions options,
                                       const base::Clock& clock, base::Random& random);

}  // namespace cluster
