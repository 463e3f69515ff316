#include "cel/cel.h"

#include <gtest/gtest.h>

#include "cel/program.h"
#include "doc/json.h"

namespace cel {
namespace {

/// The value of an expression over {"self": data}, as JSON; or why there is none.
std::string evaluate(std::string_view source, std::string_view data = "null") {
  const auto parsed = doc::parse_json(data);
  const Compiled compiled = compile(source, Environment::kubernetes().with_variable("self"));
  if (!compiled.program) {
    const Issue& issue = compiled.issues.at(0);
    return std::to_string(issue.mark.line) + ":" + std::to_string(issue.mark.column) + ": " +
           issue.message + (issue.hint.empty() ? "" : " (" + issue.hint + ")");
  }
  const auto result = compiled.program->evaluate({{"self", parsed.value()}});
  return result ? doc::to_json(*result) : "error: " + result.error().message;
}

TEST(CelTest, EvaluatesOverData) {
  EXPECT_EQ(evaluate("self.a.b + 1", R"({"a": {"b": 41}})"), "42");
  EXPECT_EQ(evaluate("self.items.filter(i, i.on).map(i, i.name)",
                     R"({"items": [{"on": true, "name": "x"}, {"on": false, "name": "y"}]})"),
            R"(["x"])");
  EXPECT_EQ(evaluate("self.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
                     R"({"conditions": [{"type": "Ready", "status": "True"}]})"),
            "true");
  EXPECT_EQ(evaluate("int(self.n) > 0", R"({"n": "8"})"), "true");
  EXPECT_EQ(evaluate("has(self.x) ? self.x : 'none'", "{}"), R"("none")");
  EXPECT_EQ(evaluate("self.?x.orValue(7)", "{}"), "7");
}

TEST(CelTest, SaysWhatIsMissing) {
  EXPECT_EQ(evaluate("self.status.phase", "{}"), "error: no such key: status");
  EXPECT_EQ(evaluate("slef.a"),
            "1:1: undeclared reference to 'slef' (in container '') (did you mean 'self'?)");
  EXPECT_EQ(evaluate("1 / 0"), "error: division by zero");
  EXPECT_EQ(evaluate("self.a.startsWith(1)"),
            "1:8: found no matching overload for 'startsWith' applied to 'dyn.(int)' (it is called "
            "as string.startsWith(string))");
}

}  // namespace
}  // namespace cel
