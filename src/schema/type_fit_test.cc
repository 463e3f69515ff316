#include "schema/type_fit.h"

#include <gtest/gtest.h>

#include "doc/yaml.h"
#include "schema/schema.h"

namespace schema {
namespace {

using cel::Type;

/// "fits", "at run time", or "SCHEMA wants this, not that".
std::string judged(std::string_view schema, const Type& type) {
  Violations problems;
  const Schema compiled =
      Schema::compile(doc::parse_yaml(schema, "schema").value(), Dialect::built_in, problems);
  EXPECT_TRUE(problems.empty());
  const Fit result = fit(compiled.root(), type);
  switch (result.verdict) {
    case Fit::Verdict::fits:
      return "fits";
    case Fit::Verdict::at_run_time:
      return "at run time";
    case Fit::Verdict::misfit:
      break;
  }
  return result.below + ": " + result.wanted + ", not " + result.given;
}

TEST(TypeFitTest, ScalarsGoWhereTheirJsonGoes) {
  EXPECT_EQ(judged("{type: string}", Type::string()), "fits");
  EXPECT_EQ(judged("{type: string}", Type::timestamp()), "fits");
  EXPECT_EQ(judged("{type: number}", Type::integer()), "fits");
  EXPECT_EQ(judged("{type: integer}", Type::string()), ": an integer, not a string");
  EXPECT_EQ(judged("{type: integer}", Type::floating()), ": an integer, not a double");
  EXPECT_EQ(judged("{type: string}", Type::integer()), ": a string, not an integer");
  EXPECT_EQ(judged("{type: boolean}", Type::string()), ": a boolean, not a string");
}

TEST(TypeFitTest, IntOrStringTakesEither) {
  const char* schema = "{x-kubernetes-int-or-string: true}";
  EXPECT_EQ(judged(schema, Type::integer()), "fits");
  EXPECT_EQ(judged(schema, Type::string()), "fits");
  EXPECT_EQ(judged(schema, Type::boolean()), ": an integer or a string, not a boolean");
}

TEST(TypeFitTest, ListsAndMapsAreJudgedByWhatTheyHold) {
  const char* labels = "{type: object, additionalProperties: {type: string}}";
  EXPECT_EQ(judged(labels, Type::map(Type::string(), Type::string())), "fits");
  EXPECT_EQ(judged(labels, Type::map(Type::string(), Type::integer())),
            "[]: a string, not an integer");
  EXPECT_EQ(judged(labels, Type::string()), ": a map of strings, not a string");
  const char* names = "{type: array, items: {type: string}}";
  EXPECT_EQ(judged(names, Type::list(Type::string())), "fits");
  EXPECT_EQ(judged(names, Type::list(Type::integer())), "[]: a string, not an integer");
  EXPECT_EQ(judged("{type: string}", Type::list(Type::string())),
            ": a string, not a list of strings");
}

TEST(TypeFitTest, FieldsOfARecordMustBeThereAndFit) {
  const char* schema = "{type: object, properties: {size: {type: integer}}}";
  EXPECT_EQ(judged(schema, Type::record("r", {{"size", Type::integer()}})), "fits");
  EXPECT_EQ(judged(schema, Type::record("r", {{"size", Type::string()}})),
            ".size: an integer, not a string");
  EXPECT_EQ(judged(schema, Type::record("r", {{"seize", Type::string()}})),
            ".seize: no such field, not a string");
  EXPECT_EQ(judged(schema, Type::map(Type::string(), Type::dyn())), "at run time");
}

TEST(TypeFitTest, WhatIsNotKnownIsForRunTime) {
  EXPECT_EQ(judged("{type: string}", Type::dyn()), "at run time");
  EXPECT_EQ(judged("{x-kubernetes-preserve-unknown-fields: true}", Type::integer()), "fits");
  EXPECT_EQ(judged("{type: string}", Type::wrapper(Type::string())), "fits");
  EXPECT_EQ(judged("{type: integer}", Type::wrapper(Type::string())), ": an integer, not a string");
}

}  // namespace
}  // namespace schema
