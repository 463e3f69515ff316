#include "cel/cost.h"

#include "cel/test_evaluate.h"

namespace cel {
namespace {

std::uint64_t cost_of(std::string_view source, std::string_view data = "null") {
  const auto self = doc::parse_json(data);
  const Compiled compiled = compile(source, Environment::kubernetes().with_variable("self"));
  Usage usage;
  (void)compiled.program->evaluate({{"self", *self}}, {}, &usage);
  return usage.cost;
}

// The figures are cel-go's: what each operation costs there.
TEST(CostTest, WhatAnEvaluationUsed) {
  EXPECT_EQ(cost_of("1 + 2"), 1U);
  EXPECT_EQ(cost_of("self"), 1U);
  EXPECT_EQ(cost_of("self.a", R"({"a": 1})"), 2U);
  EXPECT_EQ(cost_of("self.a == 1", R"({"a": 1})"), 3U);
  EXPECT_EQ(cost_of("has(self.a)", R"({"a": 1})"), 1U);
  EXPECT_EQ(cost_of("[1, 2, self]"), 11U);
  // Computed beforehand, there as here.
  EXPECT_EQ(cost_of("[1, 2, 3]"), 0U);
  EXPECT_EQ(cost_of("duration('1h') > duration('1m')"), 1U);
  EXPECT_EQ(cost_of("self.a in ['x', 'y']", R"({"a": "x"})"), 2U);
  EXPECT_EQ(cost_of("{'a': 1}"), 30U);
  EXPECT_EQ(cost_of("'0123456789'.startsWith('0')"), 1U);
  EXPECT_EQ(cost_of("self.startsWith('0')", '"' + std::string(1000, '0') + '"'), 101U);
  EXPECT_EQ(cost_of("self.all(x, true)", "[1, 2, 3]"), 11U);
  EXPECT_EQ(cost_of("true || self.a.b.c.d"), 0U);
}

CostRange estimate(std::string_view source, Type self) {
  return compile(source, Environment::kubernetes().with_variable("self", std::move(self)))
      .program->estimated_cost();
}

TEST(CostTest, TheEstimateFollowsTheDeclaredSizes) {
  const Type names = Type::list(Type::string().with_max_size(100)).with_max_size(50);
  const CostRange range = estimate("self.all(n, n.startsWith('a'))", names);
  EXPECT_EQ(range.min, 2U);
  EXPECT_EQ(range.max, 50U * (1 + 1 + 3) + 2);
  EXPECT_EQ(estimate("self.all(n, n != 'x')", Type::list(Type::string())).max, UINT64_MAX);
  EXPECT_EQ(estimate("self > 1 ? self + 1 : self", Type::integer()).max, 4U);
  EXPECT_EQ(estimate("self.all(a, self.all(b, a != b))", names).max,
            50U * (50U * (1 + 1 + 10 + 3) + 2 + 3) + 2);
}

// Kubernetes knows no field that a piece of split() stands in, and takes the size of self for it.
// Only without the checker do such calls get as far as an estimate (found by cel_fuzz).
TEST(CostTest, ACallWithoutArgumentsHasAnEstimate) {
  const Compiled compiled = compile("endsWith()", Environment::standard().without_check());
  ASSERT_TRUE(compiled.program);
  EXPECT_EQ(compiled.program->estimated_cost().max, 1U);
}

TEST(CostTest, APieceIsTakenToBeAsLargeAsSelf) {
  const Type name = Type::string().with_max_size(100);
  EXPECT_EQ(estimate("self.split('.').size()", name).max, 1U + 20 + 1);
  EXPECT_EQ(estimate("self.split('/')[0].split('.').size()", name).max, 1U + 20 + 1 + 20 + 1);
  EXPECT_EQ(estimate("self.split('/').all(piece, piece != 'x')", name).max,
            1U + 20 + 100 * (1 + 1 + 3) + 1);
  EXPECT_EQ(estimate("'size ' + string(self.size()) == 'size 3'", name).max, UINT64_MAX);
}

TEST(CostTest, NoEvaluationCostsMoreThanItsEstimate) {
  const Type names = Type::list(Type::string().with_max_size(20)).with_max_size(5);
  const auto data = doc::parse_json(R"(["alpha", "beta", "gamma", "delta-delta-delta-d", "e"])");
  for (const std::string_view source :
       {"self.all(n, n.startsWith('a'))", "self.exists(n, n == 'e')", "self.map(n, n + n)",
        "self.filter(n, n.contains('a')).size() > 2", "self.exists_one(n, n.matches('^g'))",
        "self.map(n, n.upperAscii()).join(',')", "'e' in self ? self[0] : self[1]",
        "self.transformMap(i, n, n.size())", "cel.bind(x, self.map(n, n + 'x'), x.all(n, n in x))",
        "self.sort().isSorted()", "sets.contains(self, ['e'])", "self.size() == 5 && has(self)"}) {
    const Compiled compiled =
        compile(source, Environment::kubernetes().with_variable("self", names));
    if (!compiled.program) continue;
    Usage usage;
    (void)compiled.program->evaluate({{"self", *data}}, {}, &usage);
    const CostRange range = compiled.program->estimated_cost();
    EXPECT_LE(usage.cost, range.max) << source;
    EXPECT_GE(usage.cost, range.min) << source;
  }
}

}  // namespace
}  // namespace cel
