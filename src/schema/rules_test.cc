#include "schema/rules.h"

#include <gtest/gtest.h>

#include "schema/rule_types.h"
#include "schema/test_support.h"

namespace schema {
namespace {

std::string judge_update(std::string_view spec_schema, std::string_view spec,
                         std::string_view old) {
  const doc::Value before = thing(old);
  return judge(spec_schema, spec, {.old = &before});
}

constexpr std::string_view kBounds =
    "type: object\n"
    "properties:\n"
    "  min: {type: integer}\n"
    "  max: {type: integer}\n"
    "x-kubernetes-validations:\n"
    "- rule: self.min <= self.max\n";

TEST(RulesTest, SayTheirTextWhereTheyHaveNoMessage) {
  EXPECT_EQ(judge(kBounds, "{min: 1, max: 2}"), "");
  EXPECT_EQ(judge(kBounds, "{min: 3, max: 2}"),
            "spec: Invalid value: \"object\": failed rule: self.min <= self.max\n");
}

TEST(RulesTest, FailClosedWhenTheyCannotBeEvaluated) {
  EXPECT_EQ(judge(kBounds, "{min: 1}"),
            "spec: Invalid value: \"object\": no such key: max evaluating rule: self.min <= "
            "self.max\n");
}

// Found by tests/agreement: the server does not name the text.
TEST(RulesTest, WordUnreadableTimesAsTheServerDoes) {
  EXPECT_EQ(judge("type: string\n"
                  "x-kubernetes-validations: [{rule: duration(self) > duration('1ms')}]\n",
                  "1d"),
            "spec: Invalid value: \"string\": type conversion error from 'string' to "
            "'google.protobuf.Duration' evaluating rule: duration(self) > duration('1ms')\n");
  EXPECT_EQ(judge("type: string\n"
                  "x-kubernetes-validations: [{rule: timestamp(self).getHours() > 1}]\n",
                  "noon"),
            "spec: Invalid value: \"string\": type conversion error from 'string' to "
            "'google.protobuf.Timestamp' evaluating rule: timestamp(self).getHours() > 1\n");
}

TEST(RulesTest, AreNotEvaluatedOnWhatIsWrongOtherwise) {
  EXPECT_EQ(
      judge(kBounds, "{min: x, max: 2}"),
      "spec.min: Invalid value: \"string\": spec.min in body must be of type integer: "
      "\"string\"\n"
      "Invalid value: \"null\": some validation rules were not checked because the object was "
      "invalid; correct the existing errors to complete validation\n");
}

TEST(RulesTest, UseMessageReasonAndFieldPath) {
  EXPECT_EQ(judge("type: object\nproperties:\n  a: {type: string}\nx-kubernetes-validations:\n"
                  "- {rule: has(self.a), message: ' a is needed ', reason: FieldValueRequired, "
                  "fieldPath: .a}\n",
                  "{}"),
            "spec.a: Required value: a is needed\n");
  EXPECT_EQ(judge("type: object\nproperties:\n  m: {type: object, additionalProperties: {type: "
                  "string}}\nx-kubernetes-validations:\n"
                  "- {rule: '!has(self.m)', message: no m, reason: FieldValueForbidden, fieldPath: "
                  "\".m['x.y']\"}\n"
                  "- rule: size(self.m) < 1\n"
                  "  messageExpression: 'size(self.m) == 1 ? \"has 1 in m\" : \"has some in m\"'\n",
                  "{m: {x: y}}"),
            "spec.m[x.y]: Forbidden: no m\nspec: Invalid value: \"object\": has 1 in m\n");
}

TEST(RulesTest, StandOnListsMapsAndStrings) {
  const std::string_view schema =
      "type: object\n"
      "properties:\n"
      "  l:\n"
      "    type: array\n"
      "    maxItems: 5\n"
      "    x-kubernetes-validations:\n"
      "    - {rule: 'self.all(x, x.startsWith(\"a\"))', message: all start with a}\n"
      "    items:\n"
      "      type: string\n"
      "      maxLength: 9\n"
      "      x-kubernetes-validations:\n"
      "      - {rule: self.endsWith('z'), message: ends with z}\n"
      "  m:\n"
      "    type: object\n"
      "    maxProperties: 5\n"
      "    additionalProperties:\n"
      "      type: integer\n"
      "      x-kubernetes-validations:\n"
      "      - {rule: self > 0, message: is positive}\n";
  EXPECT_EQ(judge(schema, "{l: [az, bz, a], m: {x.y: 0}}"),
            "spec.l: Invalid value: \"array\": all start with a\n"
            "spec.l[2]: Invalid value: \"string\": ends with z\n"
            "spec.m[x.y]: Invalid value: \"integer\": is positive\n");
}

TEST(RulesTest, ReadFieldsByTheirEscapedNames) {
  const std::string_view schema =
      "type: object\n"
      "properties:\n"
      "  a-b: {type: integer}\n"
      "  namespace: {type: string}\n"
      "x-kubernetes-validations:\n"
      "- {rule: \"self.a__dash__b > 1 && self.__namespace__ == 'x'\", message: 'no'}\n";
  EXPECT_EQ(judge(schema, "{a-b: 2, namespace: x}"), "");
  EXPECT_EQ(judge(schema, "{a-b: 1, namespace: x}"), "spec: Invalid value: \"object\": no\n");
}

TEST(RulesTest, SeeFormatsAsTheirTypes) {
  const std::string_view schema =
      "type: object\n"
      "properties:\n"
      "  t: {type: string, format: date-time}\n"
      "  d: {type: string, format: duration}\n"
      "  p: {x-kubernetes-int-or-string: true}\n"
      "x-kubernetes-validations:\n"
      "- {rule: \"self.t > timestamp('2026-01-01T00:00:00Z')\", message: too early}\n"
      "- {rule: \"self.d < duration('1h')\", message: too long}\n"
      "- {rule: 'type(self.p) == int ? self.p < 5 : self.p == \"5%\"', message: too much}\n";
  EXPECT_EQ(judge(schema, "{t: '2026-06-01T00:00:00Z', d: 5m, p: 5%}"), "");
  EXPECT_EQ(judge(schema, "{t: '2025-06-01T00:00:00Z', d: 2h, p: 7}"),
            "spec: Invalid value: \"object\": too early\n"
            "spec: Invalid value: \"object\": too long\n"
            "spec: Invalid value: \"object\": too much\n");
}

TEST(TransitionRulesTest, ApplyToUpdatesOnly) {
  const std::string_view schema =
      "type: object\n"
      "properties:\n"
      "  class: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: is "
      "immutable}]}\n";
  EXPECT_EQ(judge(schema, "{class: a}"), "");
  EXPECT_EQ(judge_update(schema, "{class: a}", "{class: a}"), "");
  EXPECT_EQ(judge_update(schema, "{class: b}", "{class: a}"),
            "spec.class: Invalid value: \"string\": is immutable\n");
  EXPECT_EQ(judge_update(schema, "{class: b}", "{}"), "");
}

TEST(TransitionRulesTest, FindItemsOfMapListsByTheirKeys) {
  const std::string_view schema =
      "type: object\n"
      "properties:\n"
      "  l:\n"
      "    type: array\n"
      "    x-kubernetes-list-type: map\n"
      "    x-kubernetes-list-map-keys: [name]\n"
      "    items:\n"
      "      type: object\n"
      "      required: [name]\n"
      "      properties:\n"
      "        name: {type: string}\n"
      "        size: {type: integer}\n"
      "      x-kubernetes-validations:\n"
      "      - {rule: self.size >= oldSelf.size, message: cannot shrink}\n";
  EXPECT_EQ(judge_update(schema, "{l: [{name: b, size: 2}, {name: a, size: 1}]}",
                         "{l: [{name: a, size: 2}, {name: b, size: 1}]}"),
            "spec.l[1]: Invalid value: \"object\": cannot shrink\n");
}

TEST(TransitionRulesTest, WithOptionalOldSelfApplyAlways) {
  const std::string_view schema =
      "type: object\n"
      "properties:\n"
      "  n:\n"
      "    type: integer\n"
      "    x-kubernetes-validations:\n"
      "    - {rule: '!oldSelf.hasValue() || self > oldSelf.value()', optionalOldSelf: true, "
      "message: "
      "must grow}\n"
      "    - {rule: 'oldSelf.orValue(0) < 10', optionalOldSelf: true, message: was done}\n";
  EXPECT_EQ(judge(schema, "{n: 1}"), "");
  EXPECT_EQ(judge_update(schema, "{n: 2}", "{n: 1}"), "");
  EXPECT_EQ(judge_update(schema, "{n: 1}", "{n: 1}"),
            "spec.n: Invalid value: \"integer\": must grow\n");
  EXPECT_EQ(judge_update(schema, "{n: 11}", "{n: 10}"),
            "spec.n: Invalid value: \"integer\": was done\n");
}

TEST(RuleProblemsTest, AreFoundWhenTheSchemaIsRead) {
  const std::string at = "spec.versions[0].schema.openAPIV3Schema.properties[spec].";
  const auto rule = [](std::string_view text) {
    return problems_of(
        "type: object\nproperties:\n  replicas: {type: integer}\n"
        "x-kubernetes-validations:\n- " +
        std::string(text) + "\n");
  };
  EXPECT_EQ(
      rule("{rule: self.replcas > 1}"),
      at + "x-kubernetes-validations[0].rule: Invalid value: \"self.replcas > 1\": compilation "
           "failed: 1:6: undefined field 'replcas'\n  hint: did you mean 'replicas'?\n");
  EXPECT_EQ(
      rule("{rule: self.replicas}"),
      at + "x-kubernetes-validations[0].rule: Invalid value: \"self.replicas\": cel expression "
           "must evaluate to a bool\n");
  EXPECT_EQ(rule("{rule: ' '}"),
            at + "x-kubernetes-validations[0].rule: Required value: rule is not specified\n");
  EXPECT_EQ(rule("{rule: 'true', message: \"a\\nb\"}"),
            at + "x-kubernetes-validations[0].message: Invalid value: \"a\\nb\": message must not "
                 "contain line breaks\n");
  EXPECT_EQ(rule("{rule: 'true', reason: Because}"),
            at + "x-kubernetes-validations[0].reason: Unsupported value: \"Because\": supported "
                 "values: \"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\", "
                 "\"FieldValueRequired\"\n");
  EXPECT_EQ(
      rule("{rule: 'true', fieldPath: .replcas}"),
      at + "x-kubernetes-validations[0].fieldPath: Invalid value: \".replcas\": fieldPath must "
           "be a valid path\n");
  EXPECT_EQ(rule("{rule: 'true', messageExpression: '1'}"),
            at + "x-kubernetes-validations[0].messageExpression: Invalid value: \"1\": "
                 "messageExpression must evaluate to a string\n");
  EXPECT_EQ(
      rule("{rule: 'true', optionalOldSelf: true}"),
      at + "x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if "
           "oldSelf is not used in rule\n");
}

TEST(RuleProblemsTest, RulesThatCouldCostTooMuchAreRefused) {
  const auto problems = [](std::string_view bounds) {
    return problems_of("type: object\nproperties:\n  l:\n    type: array\n    " +
                       std::string(bounds) +
                       "\n    items: {type: string, maxLength: 100}\n"
                       "    x-kubernetes-validations:\n"
                       "    - {rule: 'self.all(a, self.all(b, a == b))'}\n");
  };
  EXPECT_EQ(problems("maxItems: 10"), "");
  EXPECT_NE(problems("minItems: 0")
                .find("Forbidden: estimated rule cost exceeds budget by factor of "
                      "more than 100x (try simplifying the rule, or adding "
                      "maxItems, maxProperties, and maxLength where arrays, maps, "
                      "and strings are declared)"),
            std::string::npos);
}

TEST(RuleTypesTest, EscapeNamesAsKubernetesDoes) {
  EXPECT_EQ(escape_property("a-b.c/d"), "a__dash__b__dot__c__slash__d");
  EXPECT_EQ(escape_property("a__b"), "a__underscores__b");
  EXPECT_EQ(escape_property("namespace"), "__namespace__");
  EXPECT_EQ(escape_property("plain_name"), "plain_name");
  EXPECT_EQ(escape_property("1a"), std::nullopt);
  EXPECT_EQ(escape_property("a b"), std::nullopt);
}

// Found by tests/agreement: the text of a number has no bound that the server knows.
TEST(RulesTest, AreRefusedWhereTheirCostHasNoBound) {
  const std::string rule =
      "type: object\n"
      "properties: {min: {type: integer}, name: {type: string, maxLength: 50}}\n"
      "x-kubernetes-validations:\n"
      "- rule: self.min > 1\n";
  EXPECT_EQ(problems_of(rule + "  messageExpression: \"'min is ' + self.name\"\n"), "");
  const std::string found =
      problems_of(rule + "  messageExpression: \"'min is ' + string(self.min)\"\n");
  EXPECT_EQ(found.substr(0, found.find(" (try")),
            "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]."
            "messageExpression: Forbidden: estimated messageExpression cost exceeds budget by "
            "factor of more than 100x");
}

}  // namespace
}  // namespace schema
