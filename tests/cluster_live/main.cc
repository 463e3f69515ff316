#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "live_cluster.h"

/// Runs the tests against a control plane from $SLIPWAY_CONTROLPLANE (what controlplane/build
/// prints).
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const char* programs = std::getenv("SLIPWAY_CONTROLPLANE");
  if (programs == nullptr) {
    std::fprintf(stderr,
                 "SLIPWAY_CONTROLPLANE is not set: SLIPWAY_CONTROLPLANE=$(controlplane/build)\n");
    return 1;
  }
  auto live = LiveCluster::create(programs);
  if (!live) {
    std::fprintf(stderr, "%s\n", base::to_string(live.error()).c_str());
    return 1;
  }
  return (*live)->run_with([] { return RUN_ALL_TESTS(); });
}
