#include "catalog/expression.h"

#include <gtest/gtest.h>

#include "catalog/environments.h"
#include "catalog/source_position.h"
#include "catalog/template_parse.h"
#include "cel/cel.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "site/site.h"

namespace catalog {
namespace {

Scope scope() {
  const base::Result<site::Site> site =
      site::parse("apiVersion: slipway.dev/v1alpha1\nkind: Site\ngpu: {nodes: 2}\n", "site.yaml");
  return Scope{{{"site", site->value()},
                {"cluster", doc::Value::map({{"gpus", doc::Value::map({{"allocatable", 16}})}})}}};
}

std::string rendered(const std::string& yaml) {
  const doc::Source source{"x.yaml", yaml};
  const base::Result<doc::Value> value = doc::parse_yaml(yaml, "x.yaml");
  if (!value) return base::to_string(value.error());
  Problems problems;
  const Template parsed = parse_template(*value, untyped_environments().object(), source, problems);
  if (!problems.empty()) return base::to_string(problems.to_error());
  const base::Result<doc::Value> result = parsed.render(scope());
  return result ? doc::to_json(*result) : base::to_string(result.error());
}

TEST(TemplateTest, AnExpressionAloneKeepsItsType) {
  EXPECT_EQ(rendered("a: ${site.gpu.nodes}\nb: ${site.gpu.nodes > 1}\nc: ${site.gpu.selector}\n"),
            R"({"a":2,"b":true,"c":{"node-role.kubernetes.io/gpu":""}})");
}

TEST(TemplateTest, InsideATextItsValueIsText) {
  EXPECT_EQ(rendered("a: ${site.gpu.nodes}Gi of ${site.gpu.vendor}, ${site.gpu.nodes > 1}\n"),
            R"({"a":"2Gi of nvidia, true"})");
}

TEST(TemplateTest, NullLeavesTheFieldOut) {
  EXPECT_EQ(rendered("a: ${site.operators.gpu.version}\nb: null\nc: [1, '${null}']\n"),
            R"({"b":null,"c":[1]})");
}

TEST(TemplateTest, TwoDollarsAreOne) {
  EXPECT_EQ(rendered("a: '$${HOME} ${site.gpu.vendor}'\nb: $${x}\n"),
            R"({"a":"${HOME} nvidia","b":"${x}"})");
}

TEST(TemplateTest, BracesAndQuotesInsideAnExpressionAreItsOwn) {
  EXPECT_EQ(rendered("a: >-\n  ${{\"b\": \"}\"}}\n"), R"({"a":{"b":"}"}})");
}

TEST(TemplateTest, AMapInsideATextIsAnError) {
  EXPECT_EQ(rendered("spec:\n  a: x${site.gpu.selector}\n"),
            "error: spec: a: ${site.gpu.selector} is a map and cannot stand inside a text");
}

TEST(TemplateTest, AnAbsentValueIsAnErrorThatNamesTheField) {
  EXPECT_EQ(rendered("spec:\n  hard: [\"${string(cluster.gpuNodes.size())}\"]\n"),
            "error: spec: hard: [0]: no such key: gpuNodes");
}

TEST(TemplateTest, AnExpressionThatDoesNotEndIsRefusedAtItsPlace) {
  EXPECT_EQ(rendered("a: b ${site.gpu\n"),
            "error: x.yaml:1:6: '${' has no '}'\n"
            "  1 | a: b ${site.gpu\n"
            "    |      ^\n"
            "hint: write '$${' for the two characters themselves");
}

TEST(SourcePositionTest, FoldedLinesAreFollowedIntoTheFile) {
  const std::string file = "that: >-\n  ${one\n    && two}\n";
  const std::string_view expression = "one\n  && two";
  const std::size_t begin = file.find("one");
  EXPECT_EQ(follow(file, begin, expression, expression.find("two")), file.find("two"));
  EXPECT_EQ(follow(file, begin, "one && two", 7), file.find("two"));
}

TEST(ConditionsTest, AreWhatIsJoinedAtTheTop) {
  const cel::Environment environment = untyped_environments().check({});
  Problems problems;
  const doc::Source source{"x.yaml",
                           "v: ${1 > 0 && (2 > 0 && 3 > 0) && [1].all(x, x > 0 && x < 9)}\n"};
  const base::Result<doc::Value> value = doc::parse_yaml(source.text, source.name);
  const Expression expression = parse_expression(*value->find("v"), environment, source, problems);
  std::string all;
  for (const Expression& one : conditions_of(expression, environment, source, problems)) {
    all += one.text + "\n";
  }
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(all, "1 > 0\n(2 > 0 && 3 > 0)\n[1].all(x, x > 0 && x < 9)\n");
}

TEST(ConditionsTest, WhatBindsLessIsNotTakenApart) {
  const cel::Environment environment = untyped_environments().check({});
  Problems problems;
  const doc::Source source{"x.yaml", "v: ${1 > 0 && 2 > 0 || 3 > 0}\n"};
  const base::Result<doc::Value> value = doc::parse_yaml(source.text, source.name);
  const Expression expression = parse_expression(*value->find("v"), environment, source, problems);
  EXPECT_EQ(conditions_of(expression, environment, source, problems).size(), 1U);
}

}  // namespace
}  // namespace catalog
