#pragma once

#include <string>
#include <string_view>

#include "lint/judge.h"
#include "lint/lint.h"

namespace lint {

/// The column of `mark` in Unicode characters; 0 where it is not known.
std::uint32_t column_in_characters(doc::Mark mark, std::string_view text);

/// "crds/x.yaml:12: the schema's own line"; `source` alone where there is no such line.
std::string explanation(doc::Mark in_schema, const std::string& source, const Schemas& schemas);

/// The finding that a violation of a schema is; without an explanation. `text` is the file's.
Finding to_finding(const schema::Violation& violation, std::string_view text);

}  // namespace lint
