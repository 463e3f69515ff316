#include <gtest/gtest.h>

#include "live_cluster.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return LiveCluster::main([] { return RUN_ALL_TESTS(); });
}
