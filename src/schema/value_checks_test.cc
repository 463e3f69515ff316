#include <gtest/gtest.h>

#include "schema/test_support.h"

namespace schema {
namespace {

TEST(TypesTest, EachTypeTakesItsOwnKind) {
  const std::string_view all =
      "type: object\nproperties:\n  s: {type: string}\n  i: {type: integer}\n  n: {type: number}\n"
      "  b: {type: boolean}\n  l: {type: array, items: {type: string}}\n  o: {type: object}\n";
  EXPECT_EQ(judge(all, "{s: x, i: 1, n: 1.5, b: true, l: [x], o: {}}"), "");
  EXPECT_EQ(judge(all, "{i: 2.0, n: 3}"), "");
  EXPECT_EQ(
      judge(all, "{s: 1, i: x, n: x, b: x, l: x, o: x}"),
      "spec.s: Invalid value: \"integer\": spec.s in body must be of type string: \"integer\"\n"
      "spec.i: Invalid value: \"string\": spec.i in body must be of type integer: \"string\"\n"
      "spec.n: Invalid value: \"string\": spec.n in body must be of type number: \"string\"\n"
      "spec.b: Invalid value: \"string\": spec.b in body must be of type boolean: \"string\"\n"
      "spec.l: Invalid value: \"string\": spec.l in body must be of type array: \"string\"\n"
      "spec.o: Invalid value: \"string\": spec.o in body must be of type object: \"string\"\n");
  EXPECT_EQ(
      judge(all, "{i: 1.5}"),
      "spec.i: Invalid value: \"number\": spec.i in body must be of type integer: \"number\"\n");
}

TEST(TypesTest, IntOrStringTakesBothAndNothingElse) {
  const std::string_view port =
      "type: object\nproperties:\n  p:\n    x-kubernetes-int-or-string: true\n"
      "    anyOf: [{type: integer}, {type: string}]\n";
  EXPECT_EQ(judge(port, "{p: 1}"), "");
  EXPECT_EQ(judge(port, "{p: x}"), "");
  EXPECT_EQ(judge(port, "{p: true}"),
            "spec.p: Invalid value: \"boolean\": spec.p in body must be of type integer,string: "
            "\"boolean\"\n"
            "spec.p: Invalid value: \"\": \"spec.p\" must validate at least one schema (anyOf)\n"
            "spec.p: Invalid value: \"boolean\": spec.p in body must be of type integer: "
            "\"boolean\"\n");
}

TEST(NullTest, IsDroppedUnlessItIsAllowed) {
  EXPECT_EQ(judge("type: object\nproperties:\n  a: {type: string}\n", "{a: null}"), "");
  EXPECT_EQ(judge("type: object\nrequired: [a]\nproperties:\n  a: {type: string}\n", "{a: null}"),
            "spec.a: Required value\n");
  EXPECT_EQ(judge("type: object\nrequired: [a]\nproperties:\n  a: {type: string, nullable: true}\n",
                  "{a: null}"),
            "");
  EXPECT_EQ(judge("type: object\nproperties:\n  a: {type: array, items: {type: string}}\n",
                  "{a: [null]}"),
            "spec.a[0]: Invalid value: \"null\": spec.a[0] in body must be of type string: "
            "\"null\"\n");
}

TEST(RequiredTest, NamesEachMissingField) {
  EXPECT_EQ(judge("type: object\nrequired: [a, b]\nproperties:\n  a: {type: string}\n"
                  "  b: {type: string}\n",
                  "{}"),
            "spec.a: Required value\nspec.b: Required value\n");
}

TEST(EnumTest, ListsWhatIsAllowedAndHints) {
  const std::string_view schema =
      "type: object\nproperties:\n  p: {type: string, enum: [Always, Never, IfNotPresent]}\n";
  EXPECT_EQ(judge(schema, "{p: Never}"), "");
  EXPECT_EQ(judge(schema, "{p: Nevr}"),
            "spec.p: Unsupported value: \"Nevr\": supported values: \"Always\", \"Never\", "
            "\"IfNotPresent\"\n  hint: did you mean 'Never'?\n");
  EXPECT_EQ(judge("type: object\nproperties:\n  p: {type: integer, enum: [1, 2]}\n", "{p: 3}"),
            "spec.p: Unsupported value: 3: supported values: \"1\", \"2\"\n");
}

TEST(StringsTest, AreMeasuredInCharacters) {
  const std::string_view schema =
      "type: object\nproperties:\n  s: {type: string, minLength: 2, maxLength: 3}\n";
  EXPECT_EQ(judge(schema, "{s: \"\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\"}"), "");
  EXPECT_EQ(judge(schema, "{s: abcd}"), "spec.s: Too long: may not be more than 3 bytes\n");
  EXPECT_EQ(judge(schema, "{s: a}"),
            "spec.s: Invalid value: \"a\": spec.s in body should be at least 2 chars long\n");
}

TEST(StringsTest, PatternsMatchAnywhere) {
  const std::string_view schema =
      "type: object\nproperties:\n  s: {type: string, pattern: 'b+$'}\n";
  EXPECT_EQ(judge(schema, "{s: abb}"), "");
  EXPECT_EQ(judge(schema, "{s: abc}"),
            "spec.s: Invalid value: \"abc\": spec.s in body should match 'b+$'\n");
}

TEST(NumbersTest, KeepTheirBounds) {
  const std::string_view schema =
      "type: object\nproperties:\n  i: {type: integer, minimum: 1, maximum: 9}\n"
      "  x: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: "
      "true}\n"
      "  m: {type: integer, multipleOf: 5}\n  f: {type: number, multipleOf: 0.1}\n";
  EXPECT_EQ(judge(schema, "{i: 1, x: 0.5, m: 10, f: 0.3}"), "");
  EXPECT_EQ(judge(schema, "{i: 0, x: 0, m: 7, f: 0.35}"),
            "spec.i: Invalid value: 0: spec.i in body should be greater than or equal to 1\n"
            "spec.x: Invalid value: 0: spec.x in body should be greater than 0\n"
            "spec.m: Invalid value: 7: spec.m in body should be a multiple of 5\n"
            "spec.f: Invalid value: 0.35: spec.f in body should be a multiple of 0.1\n");
  EXPECT_EQ(judge(schema, "{i: 10, x: 1.0}"),
            "spec.i: Invalid value: 10: spec.i in body should be less than or equal to 9\n"
            "spec.x: Invalid value: 1: spec.x in body should be less than 1\n");
}

TEST(ListsTest, KeepTheirSizes) {
  const std::string_view schema =
      "type: object\nproperties:\n  l: {type: array, minItems: 1, maxItems: 2, items: {type: "
      "integer}}\n";
  EXPECT_EQ(judge(schema, "{l: []}"),
            "spec.l: Invalid value: 0: spec.l in body should have at least 1 items\n");
  EXPECT_EQ(judge(schema, "{l: [1, 2, 3]}"), "spec.l: Too many: 3: must have at most 2 items\n");
  EXPECT_EQ(judge(schema, "{l: [1, x]}"),
            "spec.l[1]: Invalid value: \"string\": spec.l[1] in body must be of type integer: "
            "\"string\"\n");
}

TEST(ListsTest, SetsHoldEachValueOnce) {
  const std::string_view schema =
      "type: object\nproperties:\n  l: {type: array, x-kubernetes-list-type: set, items: {type: "
      "string}}\n";
  EXPECT_EQ(judge(schema, "{l: [a, b]}"), "");
  EXPECT_EQ(judge(schema, "{l: [a, b, a, a]}"), "spec.l[2]: Duplicate value: \"a\"\n");
}

TEST(ListsTest, MapListsHoldEachKeyOnce) {
  const std::string_view schema =
      "type: object\nproperties:\n  l:\n    type: array\n    x-kubernetes-list-type: map\n"
      "    x-kubernetes-list-map-keys: [name, port]\n    items:\n      type: object\n"
      "      required: [name, port]\n      properties:\n        name: {type: string}\n"
      "        port: {type: integer}\n";
  EXPECT_EQ(judge(schema, "{l: [{name: a, port: 1}, {name: a, port: 2}]}"), "");
  EXPECT_EQ(judge(schema, "{l: [{name: a, port: 1}, {name: a, port: 1}]}"),
            "spec.l[1]: Duplicate value: map[string]interface {}{\"name\":\"a\", \"port\":1}\n");
}

TEST(MapsTest, KeepTheirSizesAndValues) {
  const std::string_view schema =
      "type: object\nproperties:\n  m: {type: object, minProperties: 1, maxProperties: 2, "
      "additionalProperties: {type: string}}\n";
  EXPECT_EQ(judge(schema, "{m: {a: x}}"), "");
  EXPECT_EQ(judge(schema, "{m: {}}"),
            "spec.m: Invalid value: 0: spec.m in body should have at least 1 properties\n");
  EXPECT_EQ(judge(schema, "{m: {a: x, b: y, c: z}}"),
            "spec.m: Too many: 3: must have at most 2 items\n");
  EXPECT_EQ(
      judge(schema, "{m: {a.b/c: 1}}"),
      "spec.m.a.b/c: Invalid value: \"integer\": spec.m.a.b/c in body must be of type string: "
      "\"integer\"\n");
}

TEST(CombinationsTest, ShowTheNearestAlternative) {
  const std::string_view schema =
      "type: object\nproperties:\n  a: {type: string}\n  b: {type: string}\n"
      "oneOf:\n- required: [a]\n- required: [b]\n";
  EXPECT_EQ(judge(schema, "{a: x}"), "");
  EXPECT_EQ(
      judge(schema, "{a: x, b: y}"),
      "spec: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found "
      "2 valid alternatives\n");
  EXPECT_EQ(
      judge(schema, "{}"),
      "spec: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found "
      "none valid\nspec.a: Required value\n");
}

TEST(CombinationsTest, AllOfAndNot) {
  const std::string_view schema =
      "type: object\nproperties:\n  a: {type: integer}\n"
      "allOf:\n- properties: {a: {minimum: 1}}\n- properties: {a: {maximum: 5}}\n"
      "not:\n  properties: {a: {enum: [3]}}\n  required: [a]\n";
  EXPECT_EQ(judge(schema, "{a: 2}"), "");
  EXPECT_EQ(judge(schema, "{a: 3}"),
            "spec: Invalid value: \"\": \"spec\" must not validate the schema (not)\n");
  EXPECT_EQ(judge(schema, "{a: 9}"),
            "spec.a: Invalid value: 9: spec.a in body should be less than or equal to 5\n"
            "spec: Invalid value: \"\": \"spec\" must validate all the schemas (allOf)\n");
}

TEST(UnknownFieldsTest, AreNamedWithAHint) {
  const std::string_view schema =
      "type: object\nproperties:\n  replicas: {type: integer}\n  open: {type: object, "
      "x-kubernetes-preserve-unknown-fields: true}\n";
  EXPECT_EQ(judge(schema, "{replicas: 1, open: {any: {thing: 1}}}"), "");
  EXPECT_EQ(judge(schema, "{replcias: 1}"),
            "unknown field \"spec.replcias\"\n  hint: did you mean 'replicas'?\n");
  EXPECT_EQ(judge(schema, "{replcias: 1}", {.unknown_fields = false}), "");
}

TEST(UnknownFieldsTest, KnownFieldsInsidePreservedOnesAreStillKnown) {
  const std::string_view schema =
      "type: object\nx-kubernetes-preserve-unknown-fields: true\nproperties:\n  a:\n    type: "
      "object\n    properties:\n      b: {type: string}\n";
  EXPECT_EQ(judge(schema, "{x: 1, a: {b: y, c: 1}}"),
            "unknown field \"spec.a.c\"\n  hint: known keys: b\n");
}

TEST(DefaultsTest, FillWhatIsAbsentBeforeAnythingIsChecked) {
  const std::string_view schema =
      "type: object\nrequired: [a]\nproperties:\n  a: {type: string, default: x}\n  o:\n    type: "
      "object\n    default: {}\n    properties:\n      n: {type: integer, default: 3}\n"
      "  l:\n    type: array\n    items:\n      type: object\n      properties:\n        p: {type: "
      "string, default: TCP}\n";
  EXPECT_EQ(judge(schema, "{}"), "");
  EXPECT_EQ(judge(schema, "{}", {.defaults = false}), "spec.a: Required value\n");
  Registry registry;
  registry.add_crd(thing_crd(schema));
  const auto* known = registry.find({"example.com", "v1", "Thing"});
  const doc::Value filled = known->schema.with_defaults(thing("{l: [{}], a: null}"));
  EXPECT_EQ(filled,
            doc::parse_yaml("{apiVersion: example.com/v1, kind: Thing, metadata: {name: a}, "
                            "spec: {l: [{p: TCP}], a: x, o: {n: 3}}}",
                            "x")
                .value());
}

TEST(PruneTest, DropsAndReports) {
  Registry registry;
  registry.add_crd(thing_crd("type: object\nproperties:\n  a: {type: string}\n"));
  const auto* known = registry.find({"example.com", "v1", "Thing"});
  Violations dropped;
  const doc::Value pruned = known->schema.pruned(thing("{a: x, b: {c: 1}}"), &dropped);
  EXPECT_EQ(pruned, thing("{a: x}"));
  EXPECT_EQ(lines_of(dropped), "unknown field \"spec.b\"\n  hint: known keys: a\n");
  EXPECT_EQ(dropped[0].mark, (doc::Mark{4, 14}));
}

TEST(MetadataTest, IsCheckedAtTheRootAndInEmbeddedResources) {
  const std::string_view schema =
      "type: object\nproperties:\n  template:\n    type: object\n    "
      "x-kubernetes-embedded-resource: true\n    x-kubernetes-preserve-unknown-fields: true\n";
  EXPECT_EQ(judge(schema, "{template: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: 1}}"),
            "");
  EXPECT_EQ(
      judge(schema,
            "{template: {kind: 'Po d', metadata: {name: a/b, labels: {x: 'a b'}, "
            "lables: {}}}}"),
      "spec.template.apiVersion: Required value: must not be empty\n"
      "spec.template.kind: Invalid value: \"Po d\": may have mixed case, but should otherwise "
      "match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
      "with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  "
      "or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')\n"
      "unknown field \"spec.template.metadata.lables\"\n  hint: did you mean 'labels'?\n"
      "spec.template.metadata.name: Invalid value: \"a/b\": may not contain '/'\n"
      "spec.template.metadata.labels: Invalid value: \"a b\": a valid label must be an empty "
      "string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
      "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
      "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\n");
}

TEST(MarksTest, PointAtTheValueTheMapAndTheKey) {
  Registry registry;
  registry.add_crd(
      thing_crd("type: object\nrequired: [a]\nproperties:\n  a: {type: string}\n  n: "
                "{type: integer}\n"));
  const auto found = registry
                         .validate(doc::parse_yaml("apiVersion: example.com/v1\nkind: Thing\n"
                                                   "metadata:\n  name: a\nspec:\n  n: x\n  z: 1\n",
                                                   "x")
                                       .value())
                         .value();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(to_string(found[0]), "unknown field \"spec.z\"");
  EXPECT_EQ(found[0].mark, (doc::Mark{7, 3}));
  EXPECT_EQ(found[1].mark, (doc::Mark{6, 6}));
  EXPECT_EQ(found[2].mark, (doc::Mark{6, 3}));
  EXPECT_EQ(found[1].schema_mark, (doc::Mark{21, 18}));
}

}  // namespace
}  // namespace schema
