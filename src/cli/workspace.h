#pragma once

#include <filesystem>
#include <memory>

#include "apply/observer.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "cli/options.h"
#include "cli/shell.h"
#include "cluster/connect.h"
#include "engine/plan.h"
#include "site/site.h"

namespace cli {

/// What a command works on: what the person wrote, checked, and the cluster, seen.
struct Workspace {
  site::Site site;
  std::filesystem::path catalog_folder;
  std::shared_ptr<const catalog::Catalog> catalog;
  std::unique_ptr<cluster::Connection> connection;
  std::unique_ptr<apply::Observer> observer;  ///< Borrows the connection: goes first.
  cluster::Until until;                       ///< --deadline and ctrl-C.

  cluster::Client& client() const { return connection->client(); }
};

/// Reads and checks everything before the cluster is spoken to, then connects and observes.
/// Writes nothing. Errors: of the files, the kubeconfig and the first contact.
base::Result<Workspace> open_workspace(const Options& options, Shell& shell);

/// The plan for what is there now; of the task --only names and its needs, where it is given (then
/// nothing is pruned).
base::Result<engine::Plan> plan_of(const Workspace& workspace, const Options& options);

/// The same, with the API server's own answers to what could be written now: see
/// apply::with_dry_runs. For those who may write.
base::Result<engine::Plan> exact_plan_of(const Workspace& workspace, const Options& options);

/// `plan` reduced to `task` and what it needs, directly or not. Errors: not_found with the nearest.
base::Result<engine::Plan> only(engine::Plan plan, std::string_view task);
/// Errors: not_found with the nearest task as a hint.
base::Result<void> check_task(const catalog::Catalog& catalog, std::string_view task);

}  // namespace cli
