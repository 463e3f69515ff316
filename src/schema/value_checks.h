#pragma once

#include "schema/node.h"
#include "schema/path.h"
#include "schema/violation.h"

namespace schema {

/// Types, bounds, formats, required fields, combinations: everything that OpenAPI's own keywords
/// say (kube-openapi pkg/validation/validate). In a stable order; no violation twice. `path` is
/// where the value stands.
void check_values(const Node& root, Dialect dialect, const doc::Value& value, const Path& path,
                  Violations& out);

/// x-kubernetes-list-type: the keys of map lists and the items of sets are unique.
void check_list_types(const Node& root, const doc::Value& value, Violations& out);

/// Of {metadata: ...}, with the fields of metav1.ObjectMeta: what a CRD's own schema leaves unsaid.
const Node& object_meta_schema();

/// What the server asks of apiVersion, kind and metadata: at the root of an object (`is_object`)
/// and in embedded resources. Unknown fields of metadata are reported if `unknown_fields`.
void check_object_meta(const Node& root, const doc::Value& value, bool unknown_fields,
                       Violations& out);

}  // namespace schema
