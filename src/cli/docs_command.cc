#include <ostream>

#include "apply/look.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/workspace.h"
#include "engine/tracker.h"

namespace cli {

base::Result<int> run_docs(const Options& options, Shell& shell) {
  const Workspace workspace = TRY(open_workspace(options, shell));
  const engine::Plan plan = TRY(plan_of(workspace, options));
  const apply::Seen seen =
      TRY(apply::look(plan, *workspace.observer, workspace.client(), workspace.until));
  const std::filesystem::path path = workspace.catalog_folder / "README.md";
  const std::string page = TRY(read_file(path));
  const std::string wanted = TRY_WITHIN(
      engine::with_tracker(page, engine::tracker_markdown(*workspace.catalog, seen.verdicts)),
      path.string());
  if (options.check ? engine::same_state(page, wanted) : page == wanted) {
    shell.err << path.string() << " is as the cluster is\n";
    return base::kExitDone;
  }
  if (options.check) {
    shell.err << path.string() << " differs from the live state; slipway docs writes it anew\n";
    return base::kExitChangesPending;
  }
  auto written = replace_file(path, wanted);
  if (!written) return std::move(written).error();
  shell.out << path.string() << "\n";
  return base::kExitDone;
}

}  // namespace cli
