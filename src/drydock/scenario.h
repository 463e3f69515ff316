#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

namespace drydock {

/// A cluster as a file describes it: drydock/scenarios/NAME.yaml.
struct Scenario {
  /// One catalog of operators, and the packages (files of drydock/packages) that it offers.
  struct Catalog {
    std::string name;          ///< "redhat-operators": the CatalogSource in openshift-marketplace.
    std::string display_name;  ///< "Red Hat Operators"
    std::string publisher;
    std::vector<std::string> packages;
  };
  /// Facts of the GPUs of a node, from which nvidia-smi answers.
  struct Gpu {
    std::string node;
    std::string product;  ///< "NVIDIA H100 80GB HBM3", as NVML names it.
    std::string driver;   ///< "580.105.08"
    std::string cuda;     ///< "13.0"
    int count = 0;
    int memory_mib = 0;
  };

  std::string name;
  std::string title;
  std::vector<std::string> kinds;  ///< CRDs that are there from the start: "GROUP/Kind".
  std::vector<Catalog> catalogs;
  std::vector<doc::Value> nodes;    ///< Node manifests with a status.
  std::vector<Gpu> gpus;            ///< One of each node that has GPUs.
  std::vector<doc::Value> objects;  ///< Further manifests, in the order in which they are applied;
                                    ///< a status in them is written, too.
};

/// Reads a scenario strictly. Errors: invalid_argument with file, line and column.
base::Result<Scenario> read_scenario(const std::filesystem::path& file);

}  // namespace drydock
