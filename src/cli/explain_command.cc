#include <ostream>

#include "apply/look.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "cli/workspace.h"
#include "engine/explain.h"

namespace cli {

base::Result<int> run_explain(const Options& options, Shell& shell) {
  const std::string& task = options.arguments.front();
  const Workspace workspace = TRY(open_workspace(options, shell));
  auto known = check_task(*workspace.catalog, task);
  if (!known) return std::move(known).error();
  const engine::Plan plan = TRY(plan_of(workspace, options));
  const apply::Seen seen =
      TRY(apply::look(plan, *workspace.observer, workspace.client(), workspace.until));
  const engine::Explanation explanation =
      engine::explain(task, plan, seen.observed, seen.verdicts, seen.run);
  shell.out << (options.output == "table"
                    ? engine::print(explanation)
                    : formatted(engine::to_value(explanation), options.output));
  return base::kExitDone;
}

}  // namespace cli
