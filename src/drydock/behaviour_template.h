#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cel/cel.h"
#include "doc/value.h"

namespace drydock {

/// One CEL expression of a data file. Immutable; safe from many threads.
class Expression {
 public:
  /// `place` is where the text stands, for diagnostics. Errors: invalid_argument.
  static base::Result<Expression> compile(std::string_view text, const doc::Value& place,
                                          const cel::Environment& environment,
                                          const doc::Source& source);
  /// Errors: as cel::Program::evaluate, with the expression's file and line before them.
  base::Result<doc::Value> evaluate(const cel::Bindings& bindings) const;
  /// True only for a true; anything else, an error among it, is a false or an error.
  base::Result<bool> holds(const cel::Bindings& bindings) const;

 private:
  Expression(cel::Program program, std::string where)
      : program_(std::move(program)), where_(std::move(where)) {}
  cel::Program program_;
  std::string where_;  // "behaviours/nfd.yaml:12"
};

/// A YAML value in which strings (keys, too) may hold ${CEL}. A string that is one ${...} alone
/// becomes the expression's value; in a longer string the values become text. "$${" is a literal
/// "${". Immutable, cheap to copy.
class Template {
 public:
  /// Errors: invalid_argument, for a "${" without its end or bad CEL.
  static base::Result<Template> compile(const doc::Value& value,
                                        const cel::Environment& environment,
                                        const doc::Source& source);
  base::Result<doc::Value> render(const cel::Bindings& bindings) const;

 private:
  struct Node;
  explicit Template(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  static base::Result<std::unique_ptr<Node>> compile_node(const doc::Value& value,
                                                          const cel::Environment& environment,
                                                          const doc::Source& source);
  static base::Result<doc::Value> render_node(const Node& node, const cel::Bindings& bindings);
  std::shared_ptr<const Node> root_;  // Shared by the copies.
};

/// A string of a template, cut: literal texts and expressions take turns, a text first.
struct TemplateText {
  std::vector<std::string> literals;     ///< One more than expressions.
  std::vector<std::string> expressions;  ///< Without "${" and "}".
};
/// nullopt when a "${" is not closed. Braces and quotes inside an expression are respected.
std::optional<TemplateText> cut_template(std::string_view text);

}  // namespace drydock
