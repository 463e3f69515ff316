#pragma once

#include "doc/value.h"
#include "schema/path.h"
#include "schema/violation.h"

namespace schema {

/// What the server refuses about the shape of a CRD's schema, in its words: that it is structural
/// (apiextensions schema/{validation,complete}.go) and what it forbids besides
/// (apis/apiextensions/validation, ValidateCustomResourceDefinitionOpenAPISchema). `path` is where
/// the schema stands. Patterns, types and rules are the compiler's to check.
void check_structural(const doc::Value& schema, const Path& path, Violations& problems);

}  // namespace schema
