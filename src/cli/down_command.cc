#include <map>
#include <ostream>
#include <set>

#include "apply/down.h"
#include "base/limits.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/workspace.h"
#include "engine/removal.h"

namespace cli {
namespace {

/// A removal that takes longer than this is worth a line.
constexpr std::chrono::seconds kToldAsWaiting{2};

/// What stays, by reason: the same one holds for dozens of CRDs.
std::string leftovers_text(const std::vector<engine::Leftover>& leftovers) {
  if (leftovers.empty()) return "nothing of slipway's is left\n";
  std::map<std::string, std::string> by_reason;
  for (const engine::Leftover& left : leftovers) {
    by_reason[left.why] += "    " + kube::to_string(left.ref) + "\n";
  }
  std::string text = "left over:\n";
  for (const auto& [why, objects] : by_reason) text += "  " + why + "\n" + objects;
  return text;
}

base::Error explained(base::Error error) {
  if (error.code == base::ErrorCode::cancelled && error.hint.empty()) {
    error.hint = "it is safe to run slipway down again: it goes on from what the cluster is";
  }
  return error;
}

}  // namespace

base::Result<int> run_down(const Options& options, Shell& shell) {
  Workspace workspace = TRY(open_workspace(options, shell));
  const engine::RemovalPlan removal = TRY(engine::make_removal(
      workspace.site, *workspace.catalog, workspace.observer->observe_all_read(workspace.until)));
  if (!removal.empty()) {
    auto agreed = ask(engine::print(removal), "Remove this?", options, shell);
    if (!agreed) return std::move(agreed).error();
  }
  if (options.deadline.empty())
    workspace.until.deadline = shell.clock.steady() + base::limits::kDownDeadline;

  std::map<std::string, base::SteadyTime> removed;  // By uid: when.
  apply::DownListener listener;
  listener.removing = [&](const engine::Prune& prune) {
    removed.emplace(prune.uid, shell.clock.steady());
    shell.err << "remove " << kube::to_string(prune.ref) << "\n" << std::flush;
  };
  std::set<std::string> told;
  listener.looked = [&](const engine::RemovalPlan& now) {
    if (now.empty()) return;
    for (const engine::Removal& still : now.stages.front()) {
      const auto when = removed.find(still.uid);
      if (when == removed.end() || shell.clock.steady() - when->second < kToldAsWaiting) continue;
      if (!told.insert(still.uid).second) continue;
      shell.err << "waiting for " << kube::to_string(still.ref) << " to be gone\n" << std::flush;
    }
  };
  auto leftovers = apply::down(workspace.site, *workspace.catalog, *workspace.observer,
                               workspace.client(), listener, workspace.until);
  if (!leftovers) return explained(std::move(leftovers).error());
  shell.out << "removed " << removed.size() << (removed.size() == 1 ? " object; " : " objects; ")
            << leftovers_text(*leftovers);
  return base::kExitDone;
}

}  // namespace cli
