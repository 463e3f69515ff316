#include <ostream>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/workspace.h"

namespace cli {

base::Result<int> run_plan(const Options& options, Shell& shell) {
  const Workspace workspace = TRY(open_workspace(options, shell));
  const engine::Plan plan = TRY(exact_plan_of(workspace, options));
  shell.out << (options.output == "table" ? engine::print(plan)
                                          : formatted(engine::to_value(plan), options.output));
  return plan.changes() ? base::kExitChangesPending : base::kExitDone;
}

}  // namespace cli
