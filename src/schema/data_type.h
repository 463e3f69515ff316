#pragma once

#include "cel/type.h"
#include "schema/schema.h"

namespace schema {

/// What CEL sees of an object of this schema where it reads the object as plain data, by no rule:
/// of a cluster's objects in a template or a check. Fields have the names that they have in the
/// data.
///
/// What differs from a rule's view (rule_types.h): an object is a map that can be sized, searched
/// and indexed; a string stays a string, whatever its format; a number, which may come as an
/// integer, and what the schema leaves open are dyn; so is what a schema says of itself again
/// (`$ref` in a circle).
cel::Type data_type(const Schema& schema);

}  // namespace schema
