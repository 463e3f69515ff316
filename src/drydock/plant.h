#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "drydock/world.h"

namespace drydock {

/// Where stand-ins live: ${XDG_CACHE_HOME:-$HOME/.cache}/slipway/drydock.
std::filesystem::path stand_ins_dir(const std::string& xdg_cache_home, const std::string& home);

inline constexpr const char* kControlSocket = "control.sock";
inline constexpr const char* kKubeconfig = "kubeconfig";
inline constexpr const char* kAuditLog = "logs/audit.log";

/// How the serving process tells its starter how far it is: a line each.
struct ServeReport {
  std::function<void(const std::string&)> progress;
  std::function<void(const base::Error&)> failed;
  std::function<void()> ready;
};

/// The serving process of one stand-in: brings everything up, keeps it running, answers the control
/// socket, and returns when it was told to end, with nothing left behind. Call it on the main
/// thread of a process that leads its process group and has no other thread. `info.state_dir` is
/// made anew; its parent holds the lock that keeps the name single. Errors: already_exists when a
/// stand-in of that name runs.
base::Result<void> serve(PlantInfo info, const base::Clock& clock, base::Random& random,
                         const ServeReport& report);

}  // namespace drydock
