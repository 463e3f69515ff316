#include "schema/schema.h"

#include "schema/compiler.h"
#include "schema/node.h"
#include "schema/reshape.h"
#include "schema/rules.h"
#include "schema/structural.h"
#include "schema/value_checks.h"

namespace schema {

Node::Node() = default;
Node::~Node() = default;

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
  return Schema(compiler.finish(), root);
}

Violations Schema::validate(const doc::Value& object, const ValidateOptions& options) const {
  Violations violations;
  const Dialect dialect = this->dialect();
  doc::Value value = prune(*root_, dialect, object, options.unknown_fields ? &violations : nullptr);
  if (dialect == Dialect::custom_resource) {
    value = drop_nulls(*root_, value);
    if (options.defaults) value = fill_defaults(*root_, value);
    check_object_meta(*root_, value, options.unknown_fields, violations);
  }
  check_values(*root_, dialect, value, violations);
  if (dialect == Dialect::custom_resource) check_list_types(*root_, value, violations);
  return violations;
}

doc::Value Schema::with_defaults(const doc::Value& object) const {
  return fill_defaults(*root_, drop_nulls(*root_, object));
}

doc::Value Schema::pruned(const doc::Value& object, Violations* dropped) const {
  return prune(*root_, dialect(), object, dropped);
}

}  // namespace schema
