#pragma once

#include "schema/node.h"
#include "schema/violation.h"

namespace schema {

/// The server's three changes of an object before it looks at it. Each returns the same value
/// (shared, nothing copied) where there is nothing to change.

/// Without the fields that the schema does not know (apiextensions schema/pruning); reported in
/// `dropped` when it is given, in document order. apiVersion, kind and metadata of the object
/// itself and of embedded resources stay.
doc::Value prune(const Node& root, Dialect dialect, const doc::Value& value, Violations* dropped);

/// Without nulls that are neither allowed nor defaulted (schema/defaulting/prunenulls.go).
doc::Value drop_nulls(const Node& root, const doc::Value& value);

/// With defaults where fields are absent, or null where null is not allowed
/// (schema/defaulting/algorithm.go).
doc::Value fill_defaults(const Node& root, const doc::Value& value);

/// The value and all in it without marks: what comes from a schema's text has no place in the
/// object's.
doc::Value without_marks(const doc::Value& value);

}  // namespace schema
