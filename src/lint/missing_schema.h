#pragma once

#include "lint/lint.h"
#include "schema/schema.h"

namespace lint {

/// What is said where there is no schema for a kind, with what to do about it: run the tool that
/// fetches the built-in types, correct a version that these do not have, or bring the CRD. Without
/// a place. Rule "no-schema"; a warning with Options::ignore_missing_schemas.
Finding missing_schema(const schema::Kind& kind, const schema::Registry& registry,
                       const Options& options);

}  // namespace lint
