#pragma once

#include <string>
#include <vector>

#include "doc/value.h"

namespace schema {

/// One thing that is wrong with an object, worded as the Kubernetes API server words it
/// (apimachinery field.Error, v0.33), so that verdicts can be compared with a server's.
struct Violation {
  /// What field.ErrorType is in Kubernetes; `unknown_field` is strict decoding's.
  enum class Type {
    invalid,
    wrong_type,
    required,
    not_supported,
    too_long,
    too_many,
    duplicate,
    forbidden,
    internal,
    unknown_field,
    /// Of the schema, not the object: a rule that does not compile, a keyword that Kubernetes
    /// refuses.
    bad_schema,
  };

  Type type = Type::invalid;
  /// "spec.containers[0].name", "metadata.labels[a/b]"; "" is the whole object.
  std::string path;
  /// Of the value that is wrong; of the map, where a key is missing; of the key, where it is
  /// unknown. Not known for an object that was not read from a text.
  doc::Mark mark;
  /// Without the path: `Invalid value: "string": spec.replicas in body must be of type integer:
  /// "string"`, `Required value`, `unknown field "spec.foo"`.
  std::string message;
  std::string hint = {};
  /// The place in the schema's own text that says so; not known where the schema has no source.
  doc::Mark schema_mark = {};
};

/// As the API server prints it: "spec.replicas: Required value"; an unknown field without its path
/// before it, which the message holds.
std::string to_string(const Violation& violation);

using Violations = std::vector<Violation>;

}  // namespace schema
