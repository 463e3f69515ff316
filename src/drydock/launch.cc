#include "drydock/launch.h"

#include <array>
#include <cstdio>

#include "base/strings.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;

Result<std::filesystem::path> project_dir(const std::filesystem::path& program) {
  for (std::filesystem::path at = program.parent_path();; at = at.parent_path()) {
    if (std::filesystem::is_directory(at / "drydock" / "scenarios")) return at;
    if (at == at.root_path()) break;
  }
  return Error{ErrorCode::not_found,
               "no folder above " + program.string() + " has drydock/scenarios in it"};
}

Result<std::filesystem::path> control_plane_programs(const std::string& given,
                                                     const std::filesystem::path& project) {
  std::string folder = given;
  if (folder.empty()) {
    const std::string command = "'" + (project / "controlplane/build").string() + "'";
    std::FILE* output = popen(command.c_str(), "re");
    if (output == nullptr) return Error{ErrorCode::unavailable, "cannot run " + command};
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), output) != nullptr) folder += buffer.data();
    if (pclose(output) != 0) {
      return Error{ErrorCode::unavailable, "building the control plane failed"};
    }
    folder = base::trim(folder);
  }
  if (!std::filesystem::exists(std::filesystem::path(folder) / "kube-apiserver")) {
    return Error{ErrorCode::not_found, "no kube-apiserver in '" + folder + "'"}.with_hint(
        "unset SLIPWAY_CONTROLPLANE, or set it to what controlplane/build prints");
  }
  return std::filesystem::path(folder);
}

}  // namespace drydock
