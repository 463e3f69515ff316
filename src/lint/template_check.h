#pragma once

#include <string_view>
#include <vector>

#include "catalog/expression.h"
#include "lint/judge.h"
#include "lint/lint.h"

namespace lint {

/// A manifest with `${...}` in its fields against the schema of its kind.
///
/// An expression is judged by its type: what it yields must fit the field that it stands in; one
/// that reads nothing is judged by its value. The rest of the manifest is judged as it stands, with
/// a value of the right type in place of each expression: what is found at such a value is not
/// reported, and the schema's validation rules, which would see it, wait.
///
/// `known`: nullptr where there is no schema; then only what holds for every field is checked.
/// `text` is the file's. Counts into `expressions`.
std::vector<Finding> check_template(const catalog::Template& manifest,
                                    const schema::KindSchema* known, std::string_view text,
                                    Expressions& expressions);

}  // namespace lint
