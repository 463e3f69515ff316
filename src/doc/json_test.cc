#include "doc/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/limits.h"

namespace doc {
namespace {

std::string refusal(std::string_view text) {
  const auto result = parse_json(text, "x.json");
  return result ? "accepted: " + to_json(*result) : base::to_string(result.error());
}

std::string round(std::string_view text) {
  const auto result = parse_json(text, "x.json");
  return result ? to_json(*result) : base::to_string(result.error());
}

TEST(JsonParseTest, KeepsWhatWasWritten) {
  EXPECT_EQ(round(R"( {"b": [1, -2.5, 1e3, true, false, null], "a": {"x": "y"}, "": {}} )"),
            R"({"b":[1,-2.5,1000,true,false,null],"a":{"x":"y"},"":{}})");
  EXPECT_EQ(round("[]"), "[]");
  EXPECT_EQ(round("\"x\""), "\"x\"");
}

TEST(JsonParseTest, TellsTheThreeKindsOfNumbersApart) {
  const Value value =
      parse_json(
          "[9223372036854775807, 9223372036854775808, 18446744073709551616, 1.0, -0, 1e-999]")
          .value();
  EXPECT_TRUE(value.items()[0].is_int());
  EXPECT_TRUE(value.items()[1].is_uint());
  EXPECT_TRUE(value.items()[2].is_double());
  EXPECT_TRUE(value.items()[3].is_double());
  EXPECT_TRUE(value.items()[4].is_int());
  EXPECT_EQ(value.items()[5].as_double(), 0);
}

TEST(JsonParseTest, MarksValuesAndKeysInBytes) {
  const Value value = parse_json("{\n  \"\xC3\xA4\": [1,\n    \"x\"]}").value();
  EXPECT_EQ(value.mark(), (Mark{1, 1}));
  EXPECT_EQ(value.entries()[0].key.mark(), (Mark{2, 3}));
  EXPECT_EQ(value.entries()[0].value.mark(), (Mark{2, 9}));
  EXPECT_EQ(value.entries()[0].value.items()[1].mark(), (Mark{3, 5}));
}

TEST(JsonParseTest, ReadsEveryEscape) {
  const Value value = parse_json(R"("\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\u0000")").value();
  EXPECT_EQ(value.as_string(), std::string_view("\"\\/\b\f\n\r\t\xC3\xA4\xF0\x9F\x98\x80\0", 15));
}

struct Refused {
  const char* text;
  const char* message;
};

const Refused kRefused[] = {
    {"", "error: x.json:1:1: expected a value, found the end of the text"},
    {"{\"a\": 1,}",
     "error: x.json:1:9: expected a key in double quotes, found '}'\n"
     "  1 | {\"a\": 1,}\n"
     "    |         ^"},
    {"[1, ]",
     "error: x.json:1:5: expected a value after ',', found ']'\n"
     "  1 | [1, ]\n"
     "    |     ^"},
    {"[1 2]",
     "error: x.json:1:4: expected ',' or ']' in a list, found '2'\n"
     "  1 | [1 2]\n"
     "    |    ^"},
    {"{\"a\" 1}",
     "error: x.json:1:6: expected ':' after the key, found '1'\n"
     "  1 | {\"a\" 1}\n"
     "    |      ^"},
    {"{\"a\": 1\n",
     "error: x.json:2:1: expected ',' or '}' in an object, found the end of the text"},
    {"{\"a\": 1,\n \"a\": 2}",
     "error: x.json:2:2: duplicate key 'a'\n"
     "  2 |  \"a\": 2}\n"
     "    |  ^\n"
     "hint: it stands in line 1 already"},
    {"{'a': 1}",
     "error: x.json:1:2: expected a key in double quotes, found '''\n"
     "  1 | {'a': 1}\n"
     "    |  ^"},
    {"['a']",
     "error: x.json:1:2: expected a value, found '''\n"
     "  1 | ['a']\n"
     "    |  ^\n"
     "hint: JSON strings stand in double quotes"},
    {"// x\n1",
     "error: x.json:1:1: expected a value, found '/'\n"
     "  1 | // x\n"
     "    | ^\n"
     "hint: JSON has no comments"},
    {"[True]",
     "error: x.json:1:2: expected a value, found 'T'\n"
     "  1 | [True]\n"
     "    |  ^"},
    {"[nul]",
     "error: x.json:1:2: unknown word 'nul'\n"
     "  1 | [nul]\n"
     "    |  ^\n"
     "hint: a bare word is true, false or null; a string stands in double quotes"},
    {"01",
     "error: x.json:1:1: a number cannot start with 0\n"
     "  1 | 01\n"
     "    | ^"},
    {"[-]",
     "error: x.json:1:3: expected a digit, found ']'\n"
     "  1 | [-]\n"
     "    |   ^"},
    {"1.",
     "error: x.json:1:3: expected a digit after '.', found the end of the text\n"
     "  1 | 1.\n"
     "    |   ^"},
    {"1e+",
     "error: x.json:1:4: expected a digit in the exponent, found the end of the text\n"
     "  1 | 1e+\n"
     "    |    ^"},
    {"+1",
     "error: x.json:1:1: expected a value, found '+'\n"
     "  1 | +1\n"
     "    | ^\n"
     "hint: a number starts with a digit or '-'"},
    {"1e999",
     "error: x.json:1:1: the number is larger than a double can hold\n"
     "  1 | 1e999\n"
     "    | ^"},
    {"\"ab",
     "error: x.json:1:1: the string does not end\n"
     "  1 | \"ab\n"
     "    | ^"},
    {"\"a\nb\"",
     "error: x.json:1:1: the string does not end on its line\n"
     "  1 | \"a\n"
     "    | ^\n"
     "hint: a line break inside a string is written \\n"},
    {"\"a\tb\"",
     "error: x.json:1:3: a control character must be escaped in a string\n"
     "  1 | \"a\tb\"\n"
     "    |   ^\n"
     "hint: write \\t or \\u00XX"},
    {"\"\\q\"",
     "error: x.json:1:2: unknown escape '\\q'\n"
     "  1 | \"\\q\"\n"
     "    |  ^\n"
     "hint: a backslash itself is written \\\\"},
    {"\"\\u12G4\"",
     "error: x.json:1:2: \\u needs four hexadecimal digits\n"
     "  1 | \"\\u12G4\"\n"
     "    |  ^"},
    {"\"\\ud800x\"",
     "error: x.json:1:2: half of a surrogate pair is no character\n"
     "  1 | \"\\ud800x\"\n"
     "    |  ^"},
    {"1 1",
     "error: x.json:1:3: expected the end of the text, found '1'\n"
     "  1 | 1 1\n"
     "    |   ^"},
    {"[\"a\xFF\"]",
     "error: x.json:1:4: byte 0xFF is not UTF-8\n"
     "  1 | [\"a\xFF\"]\n"
     "    |    ^\n"
     "hint: save the file as UTF-8"},
};

TEST(JsonRefusalTest, SaysWhatToChange) {
  for (const Refused& one : kRefused) EXPECT_EQ(refusal(one.text), one.message) << one.text;
}

TEST(JsonParseTest, RefusesWhatIsNestedTooDeep) {
  const int most = base::limits::kDocumentDepthMax;
  EXPECT_TRUE(parse_json(std::string(most, '[') + std::string(most, ']')));
  const auto refused = parse_json(std::string(most + 1, '['), "deep");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.starts_with("deep:1:201: nested deeper than 200 levels\n"))
      << refused.error().message;
}

TEST(JsonWriteTest, IndentsForAPerson) {
  const Value value = parse_json(R"({"a":[1,{}],"b":{"c":"d"},"e":[]})").value();
  EXPECT_EQ(to_json_pretty(value),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": \"d\"\n  },\n"
            "  \"e\": []\n}\n");
}

TEST(JsonWriteTest, LargeNumbersAreReadBackAsTheyWere) {
  const Value number(18446744073705951615.000001);
  EXPECT_EQ(to_json(number), "1.8446744073705951e+19");
  EXPECT_EQ(parse_json(to_json(number)).value(), number);
  EXPECT_EQ(to_canonical_json(number), "18446744073705951000");
}

TEST(JsonWriteTest, IsJsonWhateverTheStringHolds) {
  EXPECT_EQ(to_json(Value("a\xFF\"\\\n\x01\xC3\xA4")),
            "\"a\xEF\xBF\xBD\\\"\\\\\\n\\u0001\xC3\xA4\"");
  EXPECT_EQ(to_json(Value(std::numeric_limits<double>::infinity())), "null");
}

// The numbers of RFC 8785, appendix B (IEEE 754 bits and text).
TEST(CanonicalJsonTest, WritesNumbersAsEcmaScriptDoes) {
  const std::pair<double, const char*> cases[] = {
      {0.0, "0"},
      {-0.0, "0"},
      {5e-324, "5e-324"},
      {-5e-324, "-5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {9007199254740992.0, "9007199254740992"},
      {295147905179352830000.0, "295147905179352830000"},
      {9.999999999999997e22, "9.999999999999997e+22"},
      {1e23, "1e+23"},
      {1.0000000000000001e23, "1.0000000000000001e+23"},
      {999999999999999700000.0, "999999999999999700000"},
      {1e21, "1e+21"},
      {9.999999999999997e-7, "9.999999999999997e-7"},
      {0.000001, "0.000001"},
      {333333333.3333332, "333333333.3333332"},
      {-0.0000033333333333333333, "-0.0000033333333333333333"},
      {1424953923781206.2, "1424953923781206.2"},
  };
  for (const auto& [number, text] : cases) EXPECT_EQ(to_canonical_json(Value(number)), text);
}

// RFC 8785, section 3.2.3.
TEST(CanonicalJsonTest, SortsKeysByUtf16CodeUnits) {
  const Value value = parse_json(R"({
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"})")
                          .value();
  EXPECT_EQ(to_canonical_json(value),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
            "\"\xC3\xB6\":\"Latin Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\","
            "\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\","
            "\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(CanonicalJsonTest, IsTheSameForEqualValues) {
  const Value a = parse_json(R"({"x": 1, "y": [2.0, 1e2]})").value();
  const Value b = parse_json(R"({"y": [2, 100.0], "x": 1.0})").value();
  EXPECT_EQ(a, b);
  EXPECT_EQ(to_canonical_json(a), to_canonical_json(b));
  EXPECT_EQ(to_canonical_json(a), R"({"x":1,"y":[2,100]})");
}

}  // namespace
}  // namespace doc
