#include "cel/operand.h"

#include "cel/test_evaluate.h"

namespace cel {
namespace {

struct Outcome {
  std::string result;  ///< As evaluate() says it.
  std::uint64_t cost;
};

Outcome outcome_of(const std::string& source, std::string_view data) {
  const Compiled compiled = compile(source, Environment::kubernetes().with_variable("self"));
  if (!compiled.program) return {describe(compiled.issues.at(0)), 0};
  Usage usage;
  const auto result =
      compiled.program->evaluate({{"self", doc::parse_json(data).value()}}, {}, &usage);
  return {result ? doc::to_json(*result) : "error: " + result.error().message, usage.cost};
}

// An item of a list made for the purpose is no data, and costs 10 for the list and 1 for the index.
TEST(OperandTest, DataIsComparedAsValuesAre) {
  constexpr std::uint64_t kDetour = 11;
  const std::string_view values[] = {"null", "true",     "2",
                                     "-2",   "2.0",      "18446744073709551615",
                                     "\"\"", "\"x\"",    "\"longer than eight\"",
                                     "[2]",  "{\"x\":2}"};
  for (const std::string_view a : values) {
    for (const std::string_view b : values) {
      const std::string data = "{\"a\":" + std::string(a) + ",\"b\":" + std::string(b) + "}";
      for (const std::string op : {" == ", " != ", " < ", " <= ", " > ", " >= "}) {
        const Outcome direct = outcome_of("self.a" + op + "self.b", data);
        const Outcome detour = outcome_of("[self.a][0]" + op + "[self.b][0]", data);
        EXPECT_EQ(direct.result, detour.result) << data << op;
        EXPECT_EQ(direct.cost + 2 * kDetour, detour.cost) << data << op;
      }
      for (const std::string function : {"startsWith", "endsWith", "contains", "matches"}) {
        const Outcome direct = outcome_of("self.a." + function + "(self.b)", data);
        const Outcome detour = outcome_of("[self.a][0]." + function + "([self.b][0])", data);
        EXPECT_EQ(direct.result, detour.result) << data << function;
        EXPECT_EQ(direct.cost + 2 * kDetour, detour.cost) << data << function;
      }
    }
  }
}

TEST(OperandTest, APathThatLeadsNowhereIsAnErrorOfItsStep) {
  const std::string_view data = R"({"a": {"b": 1}, "s": "x"})";
  for (const std::string op : {"self.a.x == 1", "1 < self.a.x", "self.a.x.startsWith('x')"}) {
    const Outcome outcome = outcome_of(op, data);
    EXPECT_EQ(outcome.result, "error: no such key: x") << op;
    EXPECT_EQ(outcome.cost, 3U) << op;
  }
  EXPECT_EQ(outcome_of("self.s.x == self.a.y", data).result,
            "error: no such overload: type 'string' does not support field selection");
  EXPECT_EQ(outcome_of("self.a.x == self.s.y || self.a.b == 1", data).result, "true");
}

TEST(OperandTest, NotHasIsTheOppositeForOneMore) {
  const std::string_view data = R"({"a": {"b": 1}, "s": "x"})";
  struct {
    std::string has;
    std::string result, opposite;
    std::uint64_t cost;
  } const cases[] = {
      {"has(self.a)", "true", "false", 1},
      {"has(self.x)", "false", "true", 1},
      {"has(self.a.b)", "true", "false", 2},
      {"has(self.a.b.c)", "error: no such overload: type 'int' does not support field selection",
       "error: no such overload: type 'int' does not support field selection", 3},
      {"has(self.x.y)", "error: no such key: x", "error: no such key: x", 2},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(outcome_of(one.has, data).result, one.result) << one.has;
    EXPECT_EQ(outcome_of(one.has, data).cost, one.cost) << one.has;
    EXPECT_EQ(outcome_of("!" + one.has, data).result, one.opposite) << one.has;
    EXPECT_EQ(outcome_of("!" + one.has, data).cost, one.cost + 1) << one.has;
    EXPECT_EQ(outcome_of("!(!" + one.has + ")", data).result, one.result) << one.has;
    EXPECT_EQ(outcome_of("!(!" + one.has + ")", data).cost, one.cost + 2) << one.has;
  }
}

}  // namespace
}  // namespace cel
