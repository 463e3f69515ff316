#include "schema/data_type.h"

#include <gtest/gtest.h>

#include "cel/cel.h"
#include "doc/json.h"
#include "schema/test_support.h"

namespace schema {
namespace {

constexpr std::string_view kSpec = R"(type: object
properties:
  size: {type: integer}
  ratio: {type: number}
  since: {type: string, format: date-time}
  port: {x-kubernetes-int-or-string: true}
  labels: {type: object, additionalProperties: {type: string}}
  parts:
    type: array
    items: {type: object, properties: {name: {type: string}}}
  anything: {type: object, x-kubernetes-preserve-unknown-fields: true}
  template: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
)";

/// The type that an expression over `it`, an object of the schema, yields; or what is wrong with
/// it.
std::string checked(std::string_view expression, const Schema& schema) {
  const auto compiled = cel::compile(
      expression, cel::Environment::kubernetes().with_variable("it", data_type(schema)));
  if (compiled.program) return compiled.program->result_type().to_string();
  const cel::Issue& issue = compiled.issues.front();
  return issue.message + (issue.hint.empty() ? "" : "; " + issue.hint);
}

std::string of_thing(std::string_view expression) {
  Registry registry;
  const auto added = registry.add_crd(thing_crd(kSpec));
  EXPECT_EQ(lines_of(added.problems), "");
  return checked(expression, registry.find({"example.com", "v1", "Thing"})->schema);
}

TEST(DataTypeTest, FieldsHaveTheTypesOfTheData) {
  EXPECT_EQ(of_thing("it.spec.size"), "int");
  EXPECT_EQ(of_thing("it.spec.ratio"), "dyn");
  EXPECT_EQ(of_thing("it.spec.since"), "string");
  EXPECT_EQ(of_thing("it.spec.port"), "dyn");
  EXPECT_EQ(of_thing("it.spec.labels"), "map(string, string)");
  EXPECT_EQ(of_thing("it.spec.parts.map(p, p.name)"), "list(string)");
}

TEST(DataTypeTest, AFieldThatIsNotThereIsAnIssueWithTheNearest) {
  EXPECT_EQ(of_thing("it.spec.szie"), "undefined field 'szie'; did you mean 'size'?");
  EXPECT_EQ(of_thing("it.spec.parts.all(p, p.nam == '')"),
            "undefined field 'nam'; did you mean 'name'?");
  EXPECT_EQ(of_thing("has(it.spek)"), "undefined field 'spek'; did you mean 'spec'?");
}

TEST(DataTypeTest, WhatTheSchemaLeavesOpenIsOpen) {
  EXPECT_EQ(of_thing("it.spec.anything.at.all"), "dyn");
}

TEST(DataTypeTest, AnObjectIsAMapAllTheSame) {
  EXPECT_EQ(of_thing("it.spec.size() > 0 && 'size' in it.spec && it.spec.all(k, k != '')"), "bool");
  EXPECT_EQ(of_thing("it.spec['size']"), "dyn");
  EXPECT_EQ(of_thing("[it.spec, it.metadata]"), "list(map(string, dyn))");
  EXPECT_EQ(of_thing("(it.spec.size > 0 ? it.spec : it.metadata).whatever"), "dyn");
}

TEST(DataTypeTest, MetadataIsKnownToEveryResource) {
  EXPECT_EQ(of_thing("it.metadata.labels"), "map(string, string)");
  EXPECT_EQ(of_thing("it.metadata.lables"), "undefined field 'lables'; did you mean 'labels'?");
  EXPECT_EQ(of_thing("it.spec.template.metadata.name"), "string");
  EXPECT_EQ(of_thing("it.apiVersion + it.kind"), "string");
}

TEST(DataTypeTest, OpenApiReferencesAreFollowedAndCirclesAreDyn) {
  const doc::Value document = doc::parse_json(R"({"components": {"schemas": {
        "T": {"type": "object",
          "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Tree"}],
          "properties": {"metadata": {"allOf": [{"$ref": "#/components/schemas/M"}], "default": {}},
            "spec": {"$ref": "#/components/schemas/S"}}},
        "M": {"type": "object", "properties": {"name": {"type": "string"}}},
        "S": {"type": "object", "properties": {"leaf": {"type": "boolean"},
          "below": {"type": "array", "items": {"$ref": "#/components/schemas/S"}}}}}}})")
                                  .value();
  Registry registry;
  registry.add_openapi(document);
  const Schema& tree = registry.find({"", "v1", "Tree"})->schema;
  EXPECT_EQ(checked("it.metadata.name", tree), "string");
  EXPECT_EQ(checked("it.metadata.nam", tree), "undefined field 'nam'; did you mean 'name'?");
  EXPECT_EQ(checked("it.spec.leaf", tree), "bool");
  EXPECT_EQ(checked("it.spec.below[0].leaf", tree), "dyn");
}

}  // namespace
}  // namespace schema
