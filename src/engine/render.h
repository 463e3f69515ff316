#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/observed.h"
#include "engine/plan.h"
#include "engine/scope.h"

/// From the catalog's templates to the objects of a plan. Internal to this folder.
namespace engine {

/// Whether the site asks for this object or task. An expression that cannot be evaluated is an
/// Error, never a no.
base::Result<bool> wanted(const std::optional<catalog::Expression>& when, const TaskView& view);

/// The objects of a task as they would be sent now, compared with what is. An object whose
/// expressions cannot be evaluated yet has no body and says why.
std::vector<PlannedObject> render_objects(const catalog::Task& task, const TaskView& view,
                                          const site::Site& site, const Observed& observed);

/// The planned task with its objects rendered and compared anew; its operator stays as planned.
PlannedTask refresh(const PlannedTask& task, const Plan& plan, const Readables& cluster,
                    const Observed& observed);

/// Resolves an operator against the catalogs of the cluster.
base::Result<PlannedOperator> plan_operator(const catalog::Task& task, const TaskView& view,
                                            const Observed& observed);

/// Fills in `change`, `fields` and `pending` of an object by what is.
void compare(PlannedObject& object, const Observed& observed);

}  // namespace engine
