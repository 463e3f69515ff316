#include <ostream>

#include "apply/look.h"
#include "cli/commands.h"
#include "cli/verdicts.h"
#include "cli/workspace.h"

namespace cli {
namespace {

struct Answer {
  std::string text;
  bool ready = false;
};

base::Result<Answer> answer(const Workspace& workspace, const Options& options) {
  const engine::Plan plan = TRY(plan_of(workspace, options));
  const apply::Seen seen =
      TRY(apply::look(plan, *workspace.observer, workspace.client(), workspace.until));
  return Answer{verdicts_text(*workspace.catalog, seen.verdicts, options.output),
                all_ready(seen.verdicts)};
}

/// Shows each answer that is another than the one before, until ctrl-C.
base::Result<int> watch(const Workspace& workspace, const Options& options, Shell& shell) {
  std::string shown;
  for (;;) {
    const std::uint64_t version = workspace.observer->version();
    auto now = answer(workspace, options);
    if (!now) {
      if (now.error().code == base::ErrorCode::cancelled) return base::kExitDone;
      return std::move(now).error();
    }
    if (now->text != shown) {
      if (!shown.empty() && !shell.out_is_terminal) shell.out << "\n";
      if (shell.out_is_terminal) shell.out << "\x1b[H\x1b[2J";
      shell.out << now->text << std::flush;
      shown = std::move(now->text);
    }
    auto changed = workspace.observer->wait_for_change(version, workspace.until);
    if (!changed) return base::kExitDone;  // Ctrl-C is how one leaves.
  }
}

}  // namespace

base::Result<int> run_status(const Options& options, Shell& shell) {
  const Workspace workspace = TRY(open_workspace(options, shell));
  if (options.watch) return watch(workspace, options, shell);
  const Answer now = TRY(answer(workspace, options));
  shell.out << now.text;
  return now.ready ? base::kExitDone : base::kExitCheckFailed;
}

}  // namespace cli
