#pragma once

#include <vector>

#include "catalog/catalog.h"
#include "catalog/problems.h"

namespace catalog {

/// Reads tracker.yaml: areas with their lines. Line ids are "<area>.<n>", counted from 1 without
/// gaps. Internal to this folder.
std::vector<Area> read_tracker(const doc::Value& value, const doc::Source& source,
                               Problems& problems);

}  // namespace catalog
