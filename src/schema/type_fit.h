#pragma once

#include <string>
#include <string_view>

#include "cel/type.h"
#include "schema/schema.h"

namespace schema {

/// Whether what an expression yields may stand where a schema describes a value.
struct Fit {
  enum class Verdict { fits, at_run_time, misfit };
  Verdict verdict = Verdict::fits;
  std::string below;   ///< Of a misfit inside the value: "[]", ".name"; "" is the value itself.
  std::string wanted;  ///< Of a misfit: "an integer", "a list of strings".
  std::string given;   ///< Of a misfit: what is there instead: "a string".
};

/// By types alone: bounds, patterns and enumerations are for the value. An optional or nullable
/// type is judged by what it holds; dyn, and a map where fields are asked for, are known at run
/// time only.
Fit fit(const Node& node, const cel::Type& type);

/// What the schema has for `key` of an object; nullptr where it says nothing. `resource`: the
/// object is a Kubernetes object, whose apiVersion, kind and metadata have a schema even if this
/// one is silent.
const Node* child_of(const Node& node, std::string_view key, bool resource);

/// The schema of a list's items; nullptr where there is none.
const Node* items_of(const Node& node);
/// Whether an object of this schema must have `key`.
bool must_have(const Node& node, std::string_view key);

/// "a string", "an integer", "a list of strings": how a person calls such a value.
std::string described(const cel::Type& type);

}  // namespace schema
