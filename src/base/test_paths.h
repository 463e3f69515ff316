#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace base {

/// The reference material beside the project (../shared, or $SLIPWAY_SHARED), for tests that do
/// more where it is present. nullopt where it is not: the project needs nothing of it.
/// Used by tests only, which get SLIPWAY_SOURCE_DIR from CMake.
inline std::optional<std::filesystem::path> shared_dir(const char* source_dir) {
  const char* given = std::getenv("SLIPWAY_SHARED");
  std::filesystem::path dir =
      given ? std::filesystem::path(given) : std::filesystem::path(source_dir) / ".." / "shared";
  if (!std::filesystem::is_directory(dir)) return std::nullopt;
  return dir;
}

}  // namespace base
