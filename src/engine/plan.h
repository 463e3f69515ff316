#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "doc/value.h"
#include "engine/diff.h"
#include "engine/observed.h"
#include "kube/types.h"
#include "site/site.h"

namespace engine {

enum class Change {
  none,  ///< It is as planned.
  create,
  update,
  unknown,  ///< It depends on what is only known once `needs` are ready.
  refused,  ///< The API server would not take it (a dry run): `pending` says why.
};

/// One object of a task.
struct PlannedObject {
  std::string id;       ///< ObjectTemplate::id
  kube::ObjectRef ref;  ///< Complete also while `body` is not known, where the name is.
  /// As it will be sent, Slipway's labels and annotations included. Absent: see `pending`.
  std::optional<doc::Value> body;
  std::string pending;  ///< Why there is no body yet: CEL's words. Of `refused`: the server's.
  Change change = Change::unknown;
  std::vector<FieldChange> fields;  ///< Of `update`: what differs, sorted by path.
};

/// What OLM is to install for a task. Fixed when the plan is made: it is what a person agreed to.
struct PlannedOperator {
  std::string package;
  std::string channel;
  std::string csv;  ///< The only CSV that an InstallPlan may name to be approved.
  std::string namespace_name;
  bool installed = false;  ///< `csv` is what the Subscription already has installed.
};

struct PlannedTask {
  const catalog::Task* task = nullptr;  ///< Borrowed from Plan::catalog.
  bool included = true;
  std::string skipped;  ///< Why not included: Task::when_says, or which need is skipped.
  std::optional<PlannedOperator> operator_;
  std::vector<PlannedObject> objects;
};

/// An object of our inventory that the plan has no use for any more.
struct Pruned {
  kube::ObjectRef ref;
  std::string uid;
  std::string why;
};

/// What is to be done to one cluster for one site. A value; immutable by convention.
struct Plan {
  site::Site site;
  std::shared_ptr<const catalog::Catalog> catalog;
  std::vector<PlannedTask> tasks;  ///< In dependency order, as in the catalog.
  std::vector<Pruned> prune;       ///< Sorted by reference.
  doc::Value inventory;            ///< The ApplySet parent as it will be at the end.
  /// It has some of the catalog's tasks only: what the others own is left alone, and stays listed.
  bool partial = false;

  const PlannedTask* find(std::string_view id) const;
  /// Whether anything would be written. Unknown changes count.
  bool changes() const;
};

/// Decides what to do, from what is. Pure: the same three give the same plan.
///
/// Errors: failed_precondition when a package is in no catalog or has no such channel (names those
/// there are, and the nearest), when what the plan rests on could not be read;
/// invalid_argument when two tasks render the same object.
base::Result<Plan> make_plan(const site::Site& site,
                             std::shared_ptr<const catalog::Catalog> catalog,
                             const Observed& observed);

/// What the API server answered to server-side applies with dryRun=All of objects of a plan.
using DryRuns = std::map<kube::ObjectRef, base::Result<doc::Value>>;

/// The plan with its updates made exact by `answers`: what the server would only write in another
/// form is no change; what it would refuse is `refused`. Objects without an answer stay as they
/// are: a dry run needs permission to write.
Plan refined(Plan plan, const Observed& observed, const DryRuns& answers);

/// For a person: tasks in order, each object with its change and why. Byte-identical for equal
/// plans.
std::string print(const Plan& plan);
/// For a program (-o json|yaml): the same content.
doc::Value to_value(const Plan& plan);

}  // namespace engine
