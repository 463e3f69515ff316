#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.h"
#include "cel/program.h"
#include "doc/json.h"

/// For this folder's tests: expressions and what they come to, as texts.
namespace cel {

inline std::string describe(const Issue& issue) {
  return std::to_string(issue.mark.line) + ":" + std::to_string(issue.mark.column) + ": " +
         issue.message + (issue.hint.empty() ? "" : " [" + issue.hint + "]");
}

/// "2", "\"a\"", "[1,2]" (JSON); "error: WORDS" of evaluation; "LINE:COLUMN: WORDS [HINT]" of
/// compiling. `data` is JSON, bound to `self`.
inline std::string evaluate(std::string_view source, std::string_view data = "null",
                            const Environment& environment = Environment::kubernetes()) {
  const auto self = doc::parse_json(data);
  if (!self) return base::to_string(self.error());
  const Environment& full = environment.rep().variables.contains("self")
                                ? environment
                                : environment.with_variable("self");
  const Compiled compiled = compile(source, full);
  if (!compiled.program) return describe(compiled.issues.at(0));
  const auto result = compiled.program->evaluate({{"self", *self}});
  return result ? doc::to_json(*result) : "error: " + result.error().message;
}

/// The type that the checker finds; "LINE:COLUMN: ..." where there is none.
inline std::string type_of(std::string_view source, const Environment& environment) {
  const Compiled compiled = compile(source, environment);
  return compiled.program ? compiled.program->result_type().to_string()
                          : describe(compiled.issues.at(0));
}

struct Case {
  std::string_view source;
  std::string_view result;
};

inline void expect(const std::vector<Case>& cases, std::string_view data = "null") {
  for (const Case& one : cases) EXPECT_EQ(evaluate(one.source, data), one.result) << one.source;
}

}  // namespace cel
