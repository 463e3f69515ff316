#pragma once

#include <string>
#include <vector>

#include "engine/observed.h"
#include "engine/plan.h"
#include "engine/verdict.h"

/// Tests of the catalog's checks: a check that nobody can make fail is a defect.
namespace engine {

/// What became of one check.
struct MutationResult {
  std::string task;
  std::string says;
  int absent = 0;  ///< Mutants in which something it reads is not there, or not readable.
  int absent_killed = 0;
  int planted = 0;  ///< Mutants with one value changed.
  int planted_killed = 0;
  std::vector<std::string> survivors;  ///< Absent-data mutants that still pass: each a defect.
  /// Every absent-data mutant turned it red, and at least one changed value did.
  bool killed() const { return absent > 0 && absent_killed == absent && planted_killed > 0; }
};

/// Mutates `green` (in which every task is ready) for each check and each proof of each task.
/// Errors: failed_precondition naming the check that is not green to begin with.
base::Result<std::vector<MutationResult>> mutations(const Plan& plan, const Observed& green,
                                                    const Run& run);

}  // namespace engine
