#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace drydock {

/// The project's folder: the one above `program` that has drydock/scenarios in it.
/// not_found, saying where it looked.
base::Result<std::filesystem::path> project_dir(const std::filesystem::path& program);

/// The folder of the control plane's programs: `given` where it is set, else what
/// controlplane/build says, which builds them the first time and shows its progress on stderr.
base::Result<std::filesystem::path> control_plane_programs(const std::string& given,
                                                           const std::filesystem::path& project);

}  // namespace drydock
