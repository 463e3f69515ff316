#pragma once

#include <string>
#include <string_view>
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
  int conditions = 0;         ///< Conditions that the check joins by &&.
  int conditions_killed = 0;  ///< Those that some mutant turns red while all the others hold.
  std::vector<std::string> survivors;  ///< What should have turned it red and did not: defects.
  /// Every absent-data mutant turned it red, at least one changed value did, and no condition of it
  /// could be left out unnoticed.
  bool killed() const {
    return absent > 0 && absent_killed == absent && planted_killed > 0 &&
           conditions_killed == conditions;
  }
};

/// Mutates `green` (in which every task is ready) for each check and each proof of each task, or of
/// the task `only`.
/// Errors: failed_precondition naming the check that is not green to begin with.
base::Result<std::vector<MutationResult>> mutations(const Plan& plan, const Observed& green,
                                                    const Run& run, std::string_view only = "");

}  // namespace engine
