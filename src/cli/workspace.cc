#include "cli/workspace.h"

#include "apply/dry_run.h"

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "cli/files.h"

namespace cli {
namespace {

using base::Error;
using base::ErrorCode;

base::Result<site::Site> load_site(const Options& options) {
  auto text = read_file(options.site);
  if (!text) {
    Error error = std::move(text).error();
    if (error.code == ErrorCode::not_found) error.hint = "name the site file with --site";
    return error;
  }
  return site::parse(*text, options.site);
}

}  // namespace

base::Result<void> check_task(const catalog::Catalog& catalog, std::string_view task) {
  if (catalog.find(task) != nullptr) return {};
  std::vector<std::string_view> known;
  for (const catalog::Task& one : catalog.tasks) known.push_back(one.id);
  const std::string_view near = base::nearest(task, known);
  std::string hint = near.empty() ? "tasks: " : "did you mean '" + std::string(near) + "'?";
  if (near.empty()) {
    std::sort(known.begin(), known.end());
    for (const std::string_view id : known) {
      hint += (id == known.front() ? "" : ", ") + std::string(id);
    }
  }
  return Error{ErrorCode::not_found, "the catalog has no task '" + std::string(task) + "'", hint};
}

base::Result<Workspace> open_workspace(const Options& options, Shell& shell) {
  cluster::Until until;
  until.stop = shell.stop;
  if (!options.deadline.empty()) {
    until.deadline =
        shell.clock.steady() + TRY_WITHIN(parse_duration(options.deadline), "--deadline");
  }
  site::Site site = TRY(load_site(options));
  std::filesystem::path folder =
      TRY(find_catalog(options.catalog, shell.variable("SLIPWAY_CATALOG"), shell.executable));
  auto catalog =
      std::make_shared<const catalog::Catalog>(TRY(catalog::load(TRY(read_catalog(folder)))));
  if (!options.only.empty()) {
    auto known = check_task(*catalog, options.only);
    if (!known) return std::move(known).error();
  }
  cluster::ConnectOptions connect;
  connect.kubeconfig = options.kubeconfig;
  connect.kubeconfig_env = shell.variable("KUBECONFIG");
  connect.home = shell.variable("HOME");
  connect.context = options.context;
  connect.client.user_agent = "slipway/" SLIPWAY_VERSION;
  std::unique_ptr<cluster::Connection> connection = TRY(shell.connect(connect));
  std::unique_ptr<apply::Observer> observer =
      TRY(apply::Observer::start(connection->client(), site, *catalog, until));
  return Workspace{std::move(site),       std::move(folder),   std::move(catalog),
                   std::move(connection), std::move(observer), std::move(until)};
}

base::Result<engine::Plan> only(engine::Plan plan, std::string_view task) {
  auto known = check_task(*plan.catalog, task);
  if (!known) return std::move(known).error();
  std::set<std::string, std::less<>> wanted{std::string(task)};
  // In dependency order, so from the last to the first every need is seen before its own needs.
  for (auto one = plan.tasks.rbegin(); one != plan.tasks.rend(); ++one) {
    if (wanted.count(one->task->id) == 0) continue;
    wanted.insert(one->task->needs.begin(), one->task->needs.end());
  }
  std::erase_if(plan.tasks, [&](const engine::PlannedTask& planned) {
    return wanted.count(planned.task->id) == 0;
  });
  plan.prune.clear();
  plan.partial = true;
  return plan;
}

base::Result<engine::Plan> plan_of(const Workspace& workspace, const Options& options) {
  engine::Plan plan = TRY(engine::make_plan(workspace.site, workspace.catalog,
                                            workspace.observer->observe_all_read(workspace.until)));
  if (options.only.empty()) return plan;
  return only(std::move(plan), options.only);
}

base::Result<engine::Plan> exact_plan_of(const Workspace& workspace, const Options& options) {
  engine::Plan plan = TRY(plan_of(workspace, options));
  return apply::with_dry_runs(std::move(plan),
                              workspace.observer->observe_all_read(workspace.until),
                              workspace.client(), workspace.until);
}

}  // namespace cli
