#include "cel/parser.h"

#include "cel/test_evaluate.h"

namespace cel {
namespace {

TEST(ParserTest, ReadsNumbers) {
  expect({{"0x1F", "31"},
          {"-0x10", "-16"},
          {"0xFFu == 255u", "true"},
          {"1e3", "1000"},
          {".5 + 1.", "1:8: Syntax error: the expression ends here, expected a field name"},
          {".5 + 1.5e-1", "0.65"},
          {"-9223372036854775808", "-9223372036854775808"},
          {"9223372036854775808", "1:1: invalid int literal"},
          {"18446744073709551616u", "1:1: invalid uint literal"},
          {"1e999", "1:1: invalid double literal"},
          {"--1", "1"},
          {"-(-1)", "1"},
          {"42.charAt(1)",
           "1:4: found no matching overload for 'charAt' applied to 'int.(int)' [it is called as "
           "string.charAt(int)]"}});
}

TEST(ParserTest, ReadsStrings) {
  expect(
      {{R"('a\tb\x41\u00e9\U0001F600\101')", "\"a\\tbA\u00e9\U0001F600A\""},
       {R"("it's")", R"("it's")"},
       {R"(r'a\n')", R"("a\\n")"},
       {"'''a\n'b'''", R"("a\n'b")"},
       {R"("""a"b""")", R"("a\"b")"},
       {R"(b'\xff\000a')", R"("/wBh")"},
       {"size(b'\u00e9')", "2"},
       {"size('\u00e9')", "1"},
       {"'abc", "1:1: Syntax error: token recognition error: a string without its closing quote"},
       {"'a\nb'", "1:1: Syntax error: token recognition error: a string without its closing quote"},
       {R"('\q')", "1:1: Syntax error: unable to unescape string"},
       {R"('\ud800')", "1:1: Syntax error: invalid unicode code point"},
       {R"(b'\u0041')", "1:1: Syntax error: unable to unescape string"}});
}

TEST(ParserTest, OperatorsBindAsInTheSpecification) {
  expect({{"1 + 2 * 3", "7"},
          {"(1 + 2) * 3", "9"},
          {"10 - 2 - 3", "5"},
          {"2 + 3 == 5 && 1 < 2", "true"},
          {"true || false && false", "true"},
          {"false ? 1 : true ? 2 : 3", "2"},
          {"-2 * -3", "6"},
          {"!true || true", "true"},
          {"!!true", "true"},
          {"7 % 4 * 2", "6"},
          {"1 in [1, 2] == true", "true"},
          {"[1, 2,]", "[1,2]"},
          {"{'a': 1,}", R"({"a":1})"},
          {"1 // the rest is a comment\n + 1", "2"}});
}

TEST(ParserTest, SaysWhereItStopped) {
  expect({{"1 +", "1:4: Syntax error: the expression ends here, expected an expression"},
          {"", "1:1: Syntax error: the expression ends here, expected an expression"},
          {"(1", "1:3: Syntax error: the expression ends here, expected ')'"},
          {"[1, 2", "1:6: Syntax error: the expression ends here, expected ']'"},
          {"1 2", "1:3: Syntax error: unexpected '2'"},
          {"a.", "1:3: Syntax error: the expression ends here, expected a field name"},
          {"1 = 2", "1:3: Syntax error: token recognition error at: '='"},
          {"a &&\n  && b", "2:3: Syntax error: unexpected '&&', expected an expression"},
          {"true ? 1", "1:9: Syntax error: the expression ends here, expected ':'"},
          {"for", "1:1: reserved identifier: for"},
          {"{'a' 1}", "1:6: Syntax error: unexpected '1', expected ':'"},
          {"#", "1:1: Syntax error: token recognition error at: '#'"}});
}

TEST(ParserTest, KeywordsAndReservedWordsCanBeFields) {
  EXPECT_EQ(evaluate("self.for + self.package", R"({"for": 1, "package": 2})"), "3");
  EXPECT_EQ(evaluate("self.`a-b/c.d`", R"({"a-b/c.d": 5})"), "5");
  EXPECT_EQ(evaluate("self.in", "{}"), "1:6: Syntax error: unexpected 'in', expected a field name");
}

TEST(ParserTest, MacrosWantNames) {
  expect({{"[1].all(x.y, true)", "1:11: argument must be a simple name"},
          {"[1].map(1, true)", "1:9: argument must be a simple name"},
          {"has(self)", "1:5: invalid argument to has() macro"},
          {"has(self['a'])", "1:9: invalid argument to has() macro"},
          {"[1].all(x, x, true)", "1:12: duplicate variable name: x"},
          {"cel.bind(1, 2, 3)", "1:10: cel.bind() variable names must be simple identifiers"},
          {"math.greatest()", "1:6: math.greatest() requires at least one argument"}});
}

TEST(ParserTest, DepthIsLimited) {
  const std::string nested = std::string(240, '(') + "1" + std::string(240, ')');
  EXPECT_EQ(evaluate(nested), "1");
  const std::string deeper = std::string(300, '(') + "1" + std::string(300, ')');
  EXPECT_EQ(evaluate(deeper), "1:251: expression recursion limit exceeded: 250");
  std::string chain = "1";
  for (int i = 0; i < 1000; ++i) chain += " + 1";
  EXPECT_EQ(evaluate(chain), "1:999: expression recursion limit exceeded: 250");
  std::string and_chain = "true";
  for (int i = 0; i < 2000; ++i) and_chain += " && true";
  EXPECT_EQ(evaluate(and_chain), "true");
  EXPECT_EQ(evaluate(std::string(200'000, ' ')),
            "1:1: expression code point size exceeds limit: size: 200000, limit 100000");
}

TEST(ParserTest, AMessageLiteralSaysWhatToWriteInstead) {
  EXPECT_EQ(evaluate("Foo{a: 1}"),
            "1:1: undeclared reference to 'Foo' (in container '') [messages cannot be made here; "
            "write a map: {'field': value}]");
  EXPECT_EQ(evaluate("google.protobuf.Int32Value{value: 5} + 1"), "6");
}

}  // namespace
}  // namespace cel
