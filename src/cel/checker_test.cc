#include "cel/checker.h"

#include "cel/test_evaluate.h"

namespace cel {
namespace {

/// A Deployment, more or less.
Environment with_schema() {
  const Type container = Type::record(
      "object", {{"name", Type::string()}, {"image", Type::string()}, {"cpu", Type::floating()}});
  const Type spec = Type::record("object", {{"replicas", Type::integer()},
                                            {"paused", Type::boolean()},
                                            {"containers", Type::list(container)},
                                            {"my__dash__field", Type::string(), "my-field"},
                                            {"since", Type::timestamp()},
                                            {"wait", Type::duration()},
                                            {"blob", Type::bytes()},
                                            {"labels", Type::map(Type::string(), Type::string())},
                                            {"port", Type::dyn()}});
  return Environment::kubernetes().with_variable(
      "self", Type::record("object", {{"spec", spec},
                                      {"extra", Type::record("object", {{"known", Type::integer()}},
                                                             /*open=*/true)}}));
}

std::string with_schema(std::string_view source, std::string_view data = "{}") {
  return evaluate(source, data, with_schema());
}

TEST(CheckerTest, AnUnknownFieldIsFoundBeforeTheDataIs) {
  EXPECT_EQ(with_schema("self.spec.replcas > 1"),
            "1:11: undefined field 'replcas' [did you mean 'replicas'?]");
  EXPECT_EQ(with_schema("self.spec.containers.all(c, c.img != '')"), "1:31: undefined field 'img'");
  EXPECT_EQ(with_schema("has(self.spec.pausd)"),
            "1:15: undefined field 'pausd' [did you mean 'paused'?]");
  EXPECT_EQ(type_of("self.spec.containers.map(c, c.image)", with_schema()), "list(string)");
  EXPECT_EQ(type_of("self.extra.unknown", with_schema()), "dyn");
  EXPECT_EQ(type_of("self.extra.known", with_schema()), "int");
}

TEST(CheckerTest, TypesOfFieldsAreChecked) {
  EXPECT_EQ(with_schema("self.spec.replicas == '3'"),
            "1:20: found no matching overload for '_==_' applied to '(int, string)'");
  EXPECT_EQ(with_schema("self.spec.paused > 1"),
            "1:18: found no matching overload for '_>_' applied to '(bool, int)'");
  EXPECT_EQ(with_schema("self.spec.replicas.size()"),
            "1:20: found no matching overload for 'size' applied to 'int.()'");
  EXPECT_EQ(with_schema("self.spec.replicas.x"),
            "1:20: type 'int' does not support field selection");
  EXPECT_EQ(with_schema("self.spec.replicas.all(x, true)"),
            "1:11: expression of type 'int' cannot be range of a comprehension (must be list, map, "
            "or dynamic)");
  EXPECT_EQ(with_schema("self.spec.containers.all(c, c.name)"),
            "1:31: found no matching overload for '_&&_' applied to '(bool, string)'");
  EXPECT_EQ(with_schema("self.spec.labels['a'] + 1"),
            "1:23: found no matching overload for '_+_' applied to '(string, int)'");
}

TEST(CheckerTest, DataIsReadAsItsDeclaredType) {
  EXPECT_EQ(with_schema("self.spec.since.getFullYear()",
                        R"({"spec": {"since": "2021-05-06T07:08:09Z"}})"),
            "2021");
  EXPECT_EQ(with_schema("self.spec.wait > duration('1m')", R"({"spec": {"wait": "90s"}})"), "true");
  EXPECT_EQ(with_schema("self.spec.blob.size()", R"({"spec": {"blob": "YWJj"}})"), "3");
  EXPECT_EQ(with_schema("self.spec.containers.all(c, c.cpu / 2.0 == 0.5)",
                        R"({"spec": {"containers": [{"cpu": 1}]}})"),
            "true");
  EXPECT_EQ(with_schema("self.spec.my__dash__field", R"({"spec": {"my-field": "x"}})"), R"("x")");
  EXPECT_EQ(with_schema("self.spec.since.getFullYear()", R"({"spec": {"since": "May"}})"),
            "error: invalid timestamp: May");
}

TEST(CheckerTest, NamesThatAreNotThere) {
  const Environment environment =
      Environment::standard().with_variable("objects").with_variable("site");
  EXPECT_EQ(type_of("object.a", environment),
            "1:1: undeclared reference to 'object' (in container '') [did you mean 'objects'?]");
  EXPECT_EQ(type_of("[1].exists(item, itm > 0)", environment),
            "1:18: undeclared reference to 'itm' (in container '') [did you mean 'item'?]");
  EXPECT_EQ(type_of("'a'.startWith('b')", environment),
            "1:5: undeclared reference to 'startWith' (in container '') [did you mean "
            "'startsWith'?]");
  EXPECT_EQ(type_of("'a'.startsWith(1)", environment),
            "1:5: found no matching overload for 'startsWith' applied to 'string.(int)' [it is "
            "called as string.startsWith(string)]");
  EXPECT_EQ(type_of("nothing", environment),
            "1:1: undeclared reference to 'nothing' (in container '')");
}

TEST(CheckerTest, AllIssuesAreTold) {
  const Compiled compiled = compile("a +\n  b", Environment::standard());
  ASSERT_EQ(compiled.issues.size(), 2U);
  EXPECT_EQ(describe(compiled.issues[0]), "1:1: undeclared reference to 'a' (in container '')");
  EXPECT_EQ(describe(compiled.issues[1]), "2:3: undeclared reference to 'b' (in container '')");
}

TEST(CheckerTest, TypesAreDeduced) {
  const Environment environment =
      Environment::kubernetes()
          .with_variable("d")
          .with_variable("m", Type::map(Type::string(), Type::integer()))
          .with_variable("w", Type::wrapper(Type::integer()));
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"[]", "list(dyn)"},
      {"[1, 2u]", "list(dyn)"},
      {"[[], [1]]", "list(list(int))"},
      {"{}", "map(dyn, dyn)"},
      {"{'a': [1.5]}", "map(string, list(double))"},
      {"m.map(k, m[k])", "list(int)"},
      {"m.transformMap(k, v, string(v))", "map(string, string)"},
      {"m.?a", "optional_type(int)"},
      {"m.?a.orValue(1)", "int"},
      {"[?optional.of('a')]", "list(string)"},
      {"optional.of(1).optMap(x, string(x))", "optional_type(string)"},
      {"true ? 1 : d", "dyn"},
      {"d + 1", "int"},
      {"d.x.y", "dyn"},
      {"w + 1", "int"},
      {"[w, 1]", "list(wrapper(int))"},
      {"type(1)", "type(int)"},
      {"duration('1s') + timestamp(0)", "timestamp"},
      {"'a,b'.split(',')", "list(string)"},
      {"[3, 1].sortBy(x, -x)", "list(int)"},
      {"url('https://a').getQuery()", "map(string, list(string))"},
      {"ip('1.2.3.4')", "net.IP"},
      {"cel.bind(x, 1, [x])", "list(int)"},
      {"math.greatest(1, 2.0)", "dyn"},
      {"[1, 2].first()", "optional_type(int)"},
  };
  for (const auto& [source, type] : cases) EXPECT_EQ(type_of(source, environment), type) << source;
}

TEST(CheckerTest, ContainersAreSearchedInsideOut) {
  const Environment environment = Environment::standard()
                                      .with_variable("a.b.x", Type::integer())
                                      .with_variable("a.x", Type::string())
                                      .with_variable("x", Type::boolean());
  EXPECT_EQ(type_of("x", environment.in_container("a.b")), "int");
  EXPECT_EQ(type_of("x", environment.in_container("a.c")), "string");
  EXPECT_EQ(type_of("x", environment), "bool");
  EXPECT_EQ(type_of(".x", environment.in_container("a.b")), "bool");
  EXPECT_EQ(type_of("a.b.x", environment), "int");
  EXPECT_EQ(type_of("[1.5].map(x, x)", environment.in_container("a.b")), "list(double)");
  EXPECT_EQ(type_of("y", environment.in_container("a.b")),
            "1:1: undeclared reference to 'y' (in container 'a.b')");
}

TEST(CheckerTest, HomogeneousLiterals) {
  const Environment strict = Environment::kubernetes().with_homogeneous_literals();
  EXPECT_EQ(type_of("[1, 'a']", strict), "1:5: expected type 'int' but found 'string'");
  EXPECT_EQ(type_of("{'a': 1, 'b': 'c'}", strict), "1:15: expected type 'int' but found 'string'");
  EXPECT_EQ(type_of("[1, dyn('a')]", strict), "list(dyn)");
}

TEST(CheckerTest, DeclaredFunctionsAreCheckedButNotThere) {
  const Environment environment = Environment::standard().with_function(
      {"twice", false, {Type::parameter("T")}, Type::list(Type::parameter("T"))});
  EXPECT_EQ(type_of("twice('a')", environment), "list(string)");
  EXPECT_EQ(evaluate("twice('a')", "null", environment), "error: no such overload: twice(string)");
}

TEST(CheckerTest, WithoutCheckEverythingFailsLate) {
  const Environment loose = Environment::standard().without_check();
  EXPECT_EQ(evaluate("true || nothing", "null", loose), "true");
  EXPECT_EQ(evaluate("nothing", "null", loose), "error: no such attribute(s): nothing");
  EXPECT_EQ(evaluate("f(1)", "null", loose), "error: unbound function: f");
  EXPECT_EQ(evaluate("1 + 'a'", "null", loose), "error: no such overload: _+_(int, string)");
}

TEST(CheckerTest, WithoutMacrosTheyAreCalls) {
  EXPECT_EQ(type_of("has(a.b)", Environment::standard().without_macros().with_variable("a")),
            "1:1: undeclared reference to 'has' (in container '')");
}

}  // namespace
}  // namespace cel
