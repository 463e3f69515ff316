#include <memory>
#include <ostream>

#include "apply/dry_run.h"
#include "apply/preflight.h"
#include "apply/up.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/progress_screen.h"
#include "cli/verdicts.h"
#include "cli/workspace.h"

namespace cli {
namespace {

/// An interruption is no harm, and people should hear that.
base::Error explained(base::Error error) {
  if (error.code == base::ErrorCode::cancelled && error.hint.empty()) {
    error.hint = "it is safe to run slipway up again: it goes on from what the cluster is";
  }
  return error;
}

}  // namespace

base::Result<int> run_up(const Options& options, Shell& shell) {
  const Workspace workspace = TRY(open_workspace(options, shell));
  const engine::Plan plan = TRY(exact_plan_of(workspace, options));
  if (plan.changes()) {
    auto permitted = apply::check_permissions(workspace.client(), plan,
                                              workspace.observer->observe_all_read(workspace.until),
                                              workspace.until);
    if (!permitted) return std::move(permitted).error();
    auto taken = apply::check_refusals(plan);
    if (!taken) return std::move(taken).error();
    auto agreed = ask(engine::print(plan), "Apply this?", options, shell);
    if (!agreed) return std::move(agreed).error();
  }
  const std::unique_ptr<ProgressScreen> screen = make_progress_screen(shell);
  auto done =
      apply::up(plan, *workspace.observer, workspace.client(), screen->listener(), workspace.until);
  screen->finish();
  if (!done) return explained(std::move(done).error());
  if (options.output == "table") {
    shell.out << screen->result();
  } else {
    shell.out << verdicts_text(*workspace.catalog, done->verdicts, options.output);
  }
  return base::kExitDone;
}

}  // namespace cli
