#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

namespace cel {
class Program;
}

namespace catalog {

/// The values of the variables of an expression, by name. A variable that is left out is absent:
/// reading it is an error, which is what a check needs.
struct Scope {
  std::vector<std::pair<std::string, doc::Value>> variables;

  const doc::Value* find(std::string_view name) const;
  /// This scope with one variable set.
  Scope with(std::string_view name, doc::Value value) const;
};

/// One compiled CEL expression of a catalog file. Immutable, cheap to copy, safe from many threads.
struct Expression {
  std::string text;  ///< Without the "${" and "}".
  std::string file;  ///< The catalog file it stands in.
  doc::Mark mark;    ///< Of its first character in that file.
  std::shared_ptr<const cel::Program> program;

  /// Errors: failed_precondition in CEL's own words ("no such key: status").
  base::Result<doc::Value> evaluate(const Scope& scope) const;
  /// What it reads, where that is static: "objects.csv.status.phase", "cluster.gpuNodes". Sorted.
  std::vector<std::string> reads() const;
};

/// One string of a template with its expressions: literals[0] expressions[0] literals[1] ...
struct TemplateText {
  doc::Mark mark;
  std::vector<std::string> literals;  ///< One more than expressions.
  std::vector<Expression> expressions;

  /// One expression and nothing around it: it keeps its type.
  bool whole() const;
};

/// A YAML value in whose strings `${...}` are expressions. A string that is one `${...}` and
/// nothing else takes the expression's value with its type; inside other text the value is made a
/// string (a list, a map or null there is an error). `$${` is a literal "${".
struct Template {
  doc::Value source;                ///< As written.
  std::vector<TemplateText> texts;  ///< Sorted by mark: those strings that have expressions.

  /// The value with every expression replaced. Map entries and list items whose expression yields
  /// null are left out, so that an optional field can be written `${cond ? value : null}`.
  /// Errors: failed_precondition, with the path of the field in front.
  base::Result<doc::Value> render(const Scope& scope) const;
  bool constant() const { return texts.empty(); }
};

}  // namespace catalog
