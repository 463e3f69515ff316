#pragma once

#include <filesystem>
#include <vector>

namespace drydock {

/// A tiny process that outlives this one by a moment: when this process ends without having called
/// dismiss(), whatever ended it, the reaper kills what is left of its process group and removes
/// what it is told to. (The programs themselves die with their parent: see supervisor.h.)
///
/// Start it before any thread; this process must be the leader of its process group.
class Reaper {
 public:
  /// `leftovers`: files and folders to remove, in this order. The reaper keeps what this process
  /// has locked until they are gone.
  explicit Reaper(const std::vector<std::filesystem::path>& leftovers);
  ~Reaper();  ///< Without dismiss() before it: the reaper acts.
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  /// All is cleaned up: the reaper only ends.
  void dismiss();

 private:
  int pipe_ = -1;
};

}  // namespace drydock
