#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cel/cel.h"
#include "schema/node.h"
#include "schema/path.h"
#include "schema/violation.h"

namespace schema {

/// One entry of x-kubernetes-validations, compiled.
struct Rule {
  std::optional<cel::Program> program;  ///< Absent: the rule is empty, or did not compile.
  std::optional<cel::Program> message_program;
  std::string text;     ///< The rule, trimmed: how a message names it where it has none of its own.
  std::string message;  ///< Trimmed; "" where there is none.
  std::string reason;   ///< "FieldValueInvalid" and its like; "" where there is none.
  std::string field_path;  ///< ".a['b']" as "a.b", relative to the rule's place; "" for the place.
  bool uses_old_self = false;
  bool optional_old_self = false;
  std::string compile_error;
  doc::Mark mark;
};

struct Rules {
  std::vector<Rule> rules;
};

using RuleTable = std::unordered_map<const Node*, Rules>;

/// Compiles every rule from `root` (of a custom resource) down. What the server would refuse about
/// them goes to `problems`; `path` is where the schema stands.
RuleTable compile_rules(const Node& root, const Path& path, Violations& problems);

/// Evaluates the rules on `value` and all in it. `old` is what it was (nullptr: this is a
/// creation). The whole may use the server's budget for one request; what it would not evaluate for
/// cost is a violation.
void check_rules(const Node& root, const RuleTable& table, const doc::Value& value,
                 const doc::Value* old, Violations& out);

}  // namespace schema
