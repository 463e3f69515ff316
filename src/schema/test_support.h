#pragma once

#include <string>
#include <string_view>

#include "doc/yaml.h"
#include "schema/schema.h"

namespace schema {

/// A CRD `Thing` (example.com/v1) whose spec has the properties given as YAML, indented as they
/// stand.
inline doc::Value thing_crd(std::string_view spec_schema) {
  std::string text =
      "apiVersion: apiextensions.k8s.io/v1\n"
      "kind: CustomResourceDefinition\n"
      "metadata: {name: things.example.com}\n"
      "spec:\n"
      "  group: example.com\n"
      "  names: {kind: Thing, plural: things}\n"
      "  scope: Namespaced\n"
      "  versions:\n"
      "  - name: v1\n"
      "    served: true\n"
      "    storage: true\n"
      "    schema:\n"
      "      openAPIV3Schema:\n"
      "        type: object\n"
      "        properties:\n"
      "          spec:\n";
  std::size_t start = 0;
  while (start < spec_schema.size()) {
    const std::size_t end = std::min(spec_schema.find('\n', start), spec_schema.size());
    text += "            " + std::string(spec_schema.substr(start, end - start)) + "\n";
    start = end + 1;
  }
  return doc::parse_yaml(text, "thing-crd.yaml").value();
}

inline std::string lines_of(const Violations& violations) {
  std::string text;
  for (const Violation& violation : violations) {
    text += to_string(violation) + "\n";
    if (!violation.hint.empty()) text += "  hint: " + violation.hint + "\n";
  }
  return text;
}

/// What is wrong with the CRD; "" for nothing.
inline std::string problems_of(std::string_view spec_schema) {
  Registry registry;
  return lines_of(registry.add_crd(thing_crd(spec_schema)).problems);
}

inline doc::Value thing(std::string_view spec) {
  return doc::parse_yaml("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: " +
                             std::string(spec),
                         "thing.yaml")
      .value();
}

/// What is wrong with a Thing of that spec (YAML of one line); "" for nothing.
inline std::string judge(std::string_view spec_schema, std::string_view spec,
                         const ValidateOptions& options = {}) {
  Registry registry;
  const auto added = registry.add_crd(thing_crd(spec_schema));
  if (!added.problems.empty()) return "CRD: " + lines_of(added.problems);
  return lines_of(registry.validate(thing(spec), options).value());
}

}  // namespace schema
