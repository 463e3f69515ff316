#include "schema/schema.h"

#include <algorithm>

#include "schema/compiler.h"
#include "schema/document.h"
#include "schema/reshape.h"
#include "schema/structural.h"
#include "schema/value_checks.h"

namespace schema {

Dialect Schema::dialect() const { return document_->dialect; }

Schema Schema::compile(const doc::Value& open_api, Dialect dialect, Violations& problems,
                       const doc::Value* definitions) {
  return compile_at(open_api, dialect, Path(), problems, definitions);
}

Schema Schema::compile_at(const doc::Value& open_api, Dialect dialect, const Path& path,
                          Violations& problems, const doc::Value* definitions) {
  if (dialect == Dialect::custom_resource) check_structural(open_api, path, problems);
  Compiler compiler(dialect, definitions, problems);
  const Node* root = compiler.compile(open_api, path);
  return Schema(compiler.finish(root, path), root);
}

namespace {

/// The server evaluates no rule of an object that is wrong in one of these ways
/// (hasBlockingErr of apiextensions registry/customresource/strategy.go).
bool blocks_rules(const Violation& violation) {
  using Type = Violation::Type;
  return violation.type == Type::wrong_type || violation.type == Type::required ||
         violation.type == Type::not_supported || violation.type == Type::too_long ||
         violation.type == Type::too_many;
}

}  // namespace

/// What the server makes of an object before it checks it.
doc::Value Schema::prepared(const doc::Value& object, bool defaults, Violations* unknown) const {
  doc::Value value = prune(*root_, dialect(), object, unknown);
  if (dialect() == Dialect::built_in) return value;
  value = drop_nulls(*root_, value);
  return defaults ? fill_defaults(*root_, value) : value;
}

Violations Schema::validate(const doc::Value& object, const ValidateOptions& options) const {
  Violations violations;
  const doc::Value value =
      prepared(object, options.defaults, options.unknown_fields ? &violations : nullptr);
  if (dialect() == Dialect::built_in) {
    check_values(*root_, dialect(), value, Path(), violations);
    return violations;
  }
  check_object_meta(*root_, value, options.unknown_fields, violations);
  check_values(*root_, dialect(), value, Path(), violations);
  check_list_types(*root_, value, violations);
  if (!options.rules || !root_->has_rules) return violations;
  if (std::any_of(violations.begin(), violations.end(), blocks_rules)) {
    violations.push_back({Violation::Type::invalid, "", value.mark(),
                          "Invalid value: \"null\": some validation rules were not checked because "
                          "the object was invalid; correct the existing errors to complete "
                          "validation"});
    return violations;
  }
  std::optional<doc::Value> old;
  if (options.old != nullptr) old = prepared(*options.old, options.defaults, nullptr);
  check_rules(*root_, document_->rules, value, old ? &*old : nullptr, violations);
  return violations;
}

doc::Value Schema::with_defaults(const doc::Value& object) const {
  return fill_defaults(*root_, drop_nulls(*root_, object));
}

doc::Value Schema::pruned(const doc::Value& object, Violations* dropped) const {
  return prune(*root_, dialect(), object, dropped);
}

}  // namespace schema
