#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/expression.h"
#include "catalog/problems.h"
#include "cel/type.h"
#include "doc/value.h"

namespace cel {
class Environment;
}

/// From YAML values to templates and expressions. Internal to this folder.
namespace catalog {

/// The template of `value`. Every problem goes into `problems`, with its place in the file also
/// when it is inside an expression; the template is then incomplete and must not be used.
Template parse_template(const doc::Value& value, const cel::Environment& environment,
                        const doc::Source& source, Problems& problems);

/// parse_template of a value that must become a string, or null where it may be left out.
Template parse_text_template(const doc::Value& value, const cel::Environment& environment,
                             const doc::Source& source, Problems& problems);

/// The one expression of a value that must be exactly `${...}`.
Expression parse_expression(const doc::Value& value, const cel::Environment& environment,
                            const doc::Source& source, Problems& problems);

/// The conditions that a compiled expression joins by && at its top, compiled; the expression alone
/// where it joins none (or an || or ?: stands there, which binds less).
std::vector<Expression> conditions_of(const Expression& expression,
                                      const cel::Environment& environment,
                                      const doc::Source& source, Problems& problems);

/// Notes a problem where `expression` yields something else than `kind` (or dyn, which is known at
/// run time only). `what` is how the message calls its place: "a check"; `wanted`: "true or false".
struct Wanted {
  std::string_view what;
  std::string_view wanted;
  cel::Type::Kind kind;
};
void must_yield(const Expression& expression, const Wanted& wanted, const doc::Source& source,
                Problems& problems);

/// An expression of our own, not of a file. REQUIRES (CHECK): it compiles.
Expression built_in_expression(std::string_view text, const cel::Environment& environment);

}  // namespace catalog
