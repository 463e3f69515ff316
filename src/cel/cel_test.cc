#include "cel/cel.h"

#include <thread>

#include "cel/test_evaluate.h"

namespace cel {
namespace {

TEST(CelTest, ReadsDataWithoutCopyingIt) {
  expect({{"self.spec.replicas + 1", "4"},
          {"self.spec['replicas'] == 3", "true"},
          {"self.items[1].name", R"("b")"},
          {"self.items.map(i, i.name)", R"(["a","b"])"},
          {"self.items.filter(i, i.on)", R"([{"name":"a","on":true}])"},
          {"self.items.exists(i, i.name == 'b' && !i.on)", "true"},
          {"self.labels.all(k, k.startsWith('x-'))", "true"},
          {"self.labels.map(k, self.labels[k])", R"(["1","2"])"},
          {"has(self.spec.paused) || self.spec.replicas > 2", "true"},
          {"int(self.count)", "12"},
          {"self.big == 18446744073709551615u", "true"},
          {"type(self.half) == double", "true"},
          {"self.nothing == null", "true"},
          {"'x-a' in self.labels", "true"},
          {"size(self.labels)", "2"}},
         R"({"spec": {"replicas": 3}, "items": [{"name": "a", "on": true},
             {"name": "b", "on": false}], "labels": {"x-a": "1", "x-b": "2"}, "count": "12",
             "big": 18446744073709551615, "half": 0.5, "nothing": null})");
}

TEST(CelTest, SaysWhatTheDataLacks) {
  expect(
      {{"self.status.phase", "error: no such key: status"},
       {"self.list[3]", "error: index out of bounds: 3"},
       {"self.list[-1]", "error: index out of bounds: -1"},
       {"self.list['a']", "error: no such overload: _[_](list, string)"},
       {"self.name + 1", "error: no such overload: _+_(string, int)"},
       {"self.name.x", "error: no such overload: type 'string' does not support field selection"},
       {"self.list.startsWith('a')", "error: no such overload: startsWith(list, string)"},
       {"self.name > 1", "error: no such overload: _>_(string, int)"},
       {"!self.name", "error: no such overload: !_(string)"},
       {"self.name ? 1 : 2", "error: no such overload: _?_:_(string)"},
       {"self.list.all(x, x.ready)",
        "error: no such overload: type 'int' does not support field selection"}},
      R"({"list": [1, 2], "name": "n"})");
}

TEST(CelTest, AVariableWithoutAValueIsAnError) {
  const Compiled compiled =
      compile("objects.csv.status == 'x'", Environment::standard().with_variable("objects"));
  ASSERT_TRUE(compiled.program);
  const auto result = compiled.program->evaluate({});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "no such attribute(s): objects");
  EXPECT_EQ(result.error().code, base::ErrorCode::failed_precondition);
}

TEST(CelTest, ResultsAreData) {
  expect({{"b'ab'", R"("YWI=")"},
          {"timestamp('2020-01-02T03:04:05Z')", R"("2020-01-02T03:04:05Z")"},
          {"duration('90m')", R"("5400s")"},
          {"{1: 'a', true: 'b'}", R"({"1":"a","true":"b"})"},
          {"type(1)", R"("int")"},
          {"optional.of(1)", "1"},
          {"optional.none()", "error: optional.none() dereference"},
          {"[optional.none()]", "error: optional.none() dereference"},
          {"18446744073709551615u", "18446744073709551615"},
          {"quantity('1500m')", R"("1500m")"}});
}

TEST(CelTest, NamesWhatAnExpressionReads) {
  const Environment environment =
      Environment::kubernetes().with_variable("objects").with_variable("site");
  const auto reads = [&](std::string_view source) {
    return compile(source, environment).program->variables_read();
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(reads("objects.csv.status.phase == 'Succeeded'"), Names{"objects.csv.status.phase"});
  EXPECT_EQ(reads("has(objects.a.b) && objects.a.b > site.n"), (Names{"objects.a.b", "site.n"}));
  EXPECT_EQ(reads("objects.a.items.exists(x, x.objects == site.n)"),
            (Names{"objects.a.items", "site.n"}));
  EXPECT_EQ(reads("objects['a'].b"), Names{"objects"});
  EXPECT_EQ(reads("1 + 1"), Names{});
}

TEST(CelTest, StopsAtTheCostLimit) {
  const Compiled compiled =
      compile("lists.range(1000).map(x, lists.range(1000).map(y, x * y))", Environment::standard());
  Usage usage;
  const auto result = compiled.program->evaluate({}, Limits{.cost_max = 10'000}, &usage);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::resource_exhausted);
  EXPECT_EQ(result.error().message, "operation cancelled: actual cost limit exceeded");
  EXPECT_GT(usage.cost, 10'000U);
}

TEST(CelTest, AnErrorOfTheCostLimitIsNotAbsorbed) {
  const Compiled compiled =
      compile("lists.range(1000).all(x, x >= 0) || true", Environment::standard());
  EXPECT_FALSE(compiled.program->evaluate({}, Limits{.cost_max = 100}));
}

TEST(CelTest, ManyThreadsEvaluateOneProgram) {
  const Compiled compiled = compile(
      "['a', 'b', 'c'].map(x, x + self.suffix).join(',') + {'k': ['v']}['k'][0] + "
      "string(self.n.matches('^[0-9]+$'))",
      Environment::kubernetes().with_variable("self"));
  ASSERT_TRUE(compiled.program);
  const auto data = doc::parse_json(R"({"suffix": "-x", "n": "42"})");
  std::vector<std::thread> threads;
  std::vector<std::string> results(4);
  for (std::string& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto value = compiled.program->evaluate({{"self", *data}});
        result = value ? doc::to_json(*value) : value.error().message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& result : results) EXPECT_EQ(result, R"("a-x,b-x,c-xvtrue")");
}

TEST(CelTest, AConstantExpressionOutlivesWhatItWasMadeFrom) {
  const auto value = [] {
    return *compile("[['deep', 'list'], ['of', 'constants']][0]", Environment::standard())
                .program->evaluate({});
  }();
  EXPECT_EQ(doc::to_json(value), R"(["deep","list"])");
}

TEST(CelTest, ListsOfListsDoNotGrowWithoutBound) {
  std::string source = "[1, 2, 3, 4, 5, 6, 7, 8]";
  for (int i = 0; i < 20; ++i) {
    source = "cel.bind(v, " + source + ", [v, v, v, v])";
  }
  EXPECT_EQ(evaluate(source), "error: value too large: more than 16777216 parts");
}

}  // namespace
}  // namespace cel
