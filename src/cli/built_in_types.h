#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace cli {

struct Shell;

/// Where `slipway lint` finds the schemas of Kubernetes' built-in types. tools/openapi puts them
/// there, a folder for each version.
struct BuiltInTypes {
  std::string version;           ///< "1.33.13"
  std::filesystem::path folder;  ///< Empty: not there.
};

/// The version that is meant when none is named: that of the control plane which drydock runs.
std::string_view default_kubernetes_version();

/// `version` as a person writes it: "1.33.13", "v1.33.13", or "1.33" for the newest of those that
/// are there; "" is the default, and may be absent without an error. Errors: not_found where a
/// version that was named is not there, with those that are; invalid_argument where it is no
/// version.
base::Result<BuiltInTypes> find_built_in_types(const std::string& version, const Shell& shell);

}  // namespace cli
