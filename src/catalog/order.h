#pragma once

#include <vector>

#include "catalog/catalog.h"
#include "catalog/problems.h"

namespace catalog {

/// Where a task was read from, for diagnostics.
struct ReadTask {
  Task task;
  const doc::Source* source;
  doc::Value value;
};

/// The tasks with everything a task needs before it; among those that could come next, the first
/// line of the tracker, then the first id. Missing needs, ids used twice and cycles go into
/// `problems`; the order is then of no use.
std::vector<Task> in_order(std::vector<ReadTask> tasks, Problems& problems);

/// Lines compare by number: "3.2" before "3.10".
bool line_before(std::string_view a, std::string_view b);

}  // namespace catalog
