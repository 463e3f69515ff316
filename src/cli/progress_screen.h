#pragma once

#include <memory>
#include <string>

#include "apply/up.h"
#include "cli/shell.h"

namespace cli {

/// Shows an `up` on shell.err: a block that is drawn anew on a terminal, lines in a pipe. What it
/// shows is made by cli/progress.h.
///
/// Ownership: borrows `shell`. Threading: the listener from up()'s thread, the rest from the
/// creator's. On a terminal a thread of its own draws the passing of time.
class ProgressScreen {
 public:
  virtual ~ProgressScreen() = default;
  virtual const apply::UpListener& listener() const = 0;
  /// Draws the last state and stops. Nothing is drawn afterwards.
  virtual void finish() = 0;
  /// "everything is ready: 9 of 9 ready, 41s; 31 writes, 2 proofs": for stdout, with a line break.
  virtual std::string result() const = 0;
};

std::unique_ptr<ProgressScreen> make_progress_screen(Shell& shell);

}  // namespace cli
