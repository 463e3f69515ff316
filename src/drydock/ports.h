#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace drydock {

/// Loopback ports that are this stand-in's for as long as this object lives.
///
/// A port is ours when its file in a folder that all stand-ins of a user share is locked: the
/// kernel gives it back when we die, however we die. Between choosing a port and its program's
/// listening no other stand-in can take it; ports of outgoing connections lie elsewhere
/// (base/limits.h).
class Ports {
 public:
  Ports(std::filesystem::path lock_dir, base::Random& random);
  ~Ports();
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  /// A free port. resource_exhausted when there is none left.
  base::Result<std::uint16_t> take();

 private:
  std::filesystem::path lock_dir_;
  base::Random* random_;
  std::vector<int> locks_;
};

}  // namespace drydock
