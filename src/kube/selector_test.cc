#include "kube/selector.h"

#include <gtest/gtest.h>

#include "doc/json.h"

namespace kube {
namespace {

doc::Value json(std::string_view text) { return doc::parse_json(text).value(); }

bool matches(std::string_view selector, std::string_view labels) {
  return LabelSelector::parse(selector).value().matches(json(labels));
}

TEST(SelectorTest, EveryRequirementHasToHold) {
  EXPECT_TRUE(matches("", R"({"a":"b"})"));
  EXPECT_TRUE(matches("a=b,c!=d", R"({"a":"b","c":"x"})"));
  EXPECT_FALSE(matches("a=b,c!=d", R"({"a":"b","c":"d"})"));
  EXPECT_TRUE(matches("a in (b, c),x", R"({"a":"c","x":""})"));
  EXPECT_FALSE(matches("a in (b,c)", R"({"a":"d"})"));
  EXPECT_TRUE(matches("!gone", R"({})"));
  EXPECT_FALSE(matches("!here", R"({"here":""})"));
}

TEST(SelectorTest, NegationHoldsWhereTheKeyIsAbsent) {
  EXPECT_TRUE(matches("a!=b", "null"));
  EXPECT_TRUE(matches("a notin (b)", "{}"));
  EXPECT_FALSE(matches("a=", "{}"));
  EXPECT_TRUE(matches("a=", R"({"a":""})"));
}

TEST(SelectorTest, PrintsWhatGoesIntoAQuery) {
  EXPECT_EQ(
      LabelSelector::parse(" a == b , c in (z, y) ,d notin (e),!f,g != h, i ").value().to_string(),
      "a=b,c in (y,z),d!=e,!f,g!=h,i");
}

TEST(SelectorTest, MatchLabelsAndExpressions) {
  const auto selector = LabelSelector::from_value(json(R"({
      "matchLabels": {"app": "vllm"},
      "matchExpressions": [{"key": "tier", "operator": "In", "values": ["b", "a"]},
                           {"key": "old", "operator": "DoesNotExist"}]})"))
                            .value();
  EXPECT_EQ(selector.to_string(), "app=vllm,tier in (a,b),!old");
  EXPECT_TRUE(LabelSelector::from_value(doc::Value()).value().requirements().empty());
}

TEST(SelectorTest, BadTextIsRefusedWithItsPlace) {
  const auto message = [](std::string_view text) {
    return LabelSelector::parse(text).error().message;
  };
  EXPECT_EQ(message("a=b,"), "label selector 'a=b,': expected a label key at the end");
  EXPECT_EQ(message("a in b"), "label selector 'a in b': expected '(' at 'b'");
  EXPECT_EQ(message("a in (b"), "label selector 'a in (b': expected ')' at the end");
  EXPECT_EQ(message("a like b"),
            "label selector 'a like b': expected one of =, ==, !=, in, notin at ' b'");
  EXPECT_EQ(message("a=b c"), "label selector 'a=b c': expected ',' at 'c'");
  EXPECT_EQ(message("-a"),
            "label selector: label key '-a' must be letters, digits, '-', '_' and '.', and begin "
            "and end with a letter or digit");
}

TEST(SelectorTest, BadExpressionsAreRefused) {
  const auto message = [](std::string_view expression) {
    return LabelSelector::from_value(
               json(R"({"matchExpressions":[)" + std::string(expression) + "]}"))
        .error()
        .message;
  };
  EXPECT_EQ(message(R"({"key":"a","operator":"Near"})"), "'Near' is no selector operator");
  EXPECT_EQ(message(R"({"key":"a","operator":"In"})"),
            "label selector: key 'a' needs at least one value");
  EXPECT_EQ(message(R"({"key":"a","operator":"Exists","values":["b"]})"),
            "label selector: key 'a' takes no values");
}

}  // namespace
}  // namespace kube
