#pragma once

#include "base/result.h"
#include "cli/options.h"
#include "cli/shell.h"

/// What the commands do: the `run` column of the table in cli/command.cc. Each returns the exit
/// code; an Error is printed by run() and gives its own.
namespace cli {

base::Result<int> run_plan(const Options& options, Shell& shell);
base::Result<int> run_up(const Options& options, Shell& shell);
base::Result<int> run_status(const Options& options, Shell& shell);
base::Result<int> run_explain(const Options& options, Shell& shell);
base::Result<int> run_docs(const Options& options, Shell& shell);
base::Result<int> run_down(const Options& options, Shell& shell);
base::Result<int> run_lint(const Options& options, Shell& shell);
base::Result<int> run_version(const Options& options, Shell& shell);
base::Result<int> run_completion(const Options& options, Shell& shell);

}  // namespace cli
