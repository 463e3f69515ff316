#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/expression.h"
#include "catalog/problems.h"
#include "doc/value.h"

namespace cel {
class Environment;
}

/// From YAML values to templates and expressions. Internal to this folder.
namespace catalog {

/// The variables of a manifest: site, cluster, install; typed, so that a name that does not exist
/// is an error at load.
const cel::Environment& object_environment();
/// Of a ready check or a known issue: `objects` too, with these members.
cel::Environment check_environment(const std::vector<std::string>& objects);
/// Of what a proof expects: stdout, exitCode, pod; and site, cluster.
const cel::Environment& proof_environment();

/// The template of `value`. Every problem goes into `problems`, with its place in the file also
/// when it is inside an expression; the template is then incomplete and must not be used.
Template parse_template(const doc::Value& value, const cel::Environment& environment,
                        const doc::Source& source, Problems& problems);

/// The one expression of a value that must be exactly `${...}`.
Expression parse_expression(const doc::Value& value, const cel::Environment& environment,
                            const doc::Source& source, Problems& problems);

/// The conditions that a compiled expression joins by && at its top, compiled; the expression alone
/// where it joins none (or an || or ?: stands there, which binds less).
std::vector<Expression> conditions_of(const Expression& expression,
                                      const cel::Environment& environment,
                                      const doc::Source& source, Problems& problems);

/// An expression of our own, not of a file. REQUIRES (CHECK): it compiles.
Expression built_in_expression(std::string_view text, const cel::Environment& environment);

}  // namespace catalog
