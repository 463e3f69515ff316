#pragma once

#include <string>
#include <vector>

#include "doc/value.h"
#include "generate.h"
#include "place.h"

namespace agreement {

/// One entry of x-kubernetes-validations, and where it stands.
struct RuleSite {
  std::vector<SchemaStep> way;  ///< From the schema's root.
  doc::Mark mark;               ///< What schema::Violation::schema_mark says of it.
  bool is_transition = false;   ///< It reads oldSelf.
};
/// Every rule of a schema's text, outermost first.
std::vector<RuleSite> rules_of(const doc::Value& schema);

/// "spec.list[].name", "spec.map.*"; "." is the whole object.
std::string to_string(const std::vector<SchemaStep>& way);
/// A place of `object` that the way leads to, or as far as it leads.
Place place_on(const doc::Value& object, const std::vector<SchemaStep>& way);

}  // namespace agreement
