#pragma once

#include <filesystem>

namespace drydock {

/// A tiny process that outlives this one by a moment: when this process ends without having called
/// dismiss(), whatever ended it, the reaper kills what is left of its process group and removes the
/// state folder. (The programs themselves die with their parent: see supervisor.h.)
///
/// Start it before any thread; this process must be the leader of its process group.
class Reaper {
 public:
  explicit Reaper(const std::filesystem::path& state_dir);
  ~Reaper();  ///< Without dismiss() before it: the reaper acts.
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  /// All is cleaned up: the reaper only ends.
  void dismiss();

 private:
  int pipe_ = -1;
};

}  // namespace drydock
