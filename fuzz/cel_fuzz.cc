// CEL source and its evaluation. An input is an expression, then maybe a line "---" and the JSON
// that `self` is. What must hold beside the sanitizers: a program has no issues and an issue a
// place; the evaluation ends within its cost limit, twice with the same result.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "cel/cel.h"
#include "doc/json.h"

namespace {

const cel::Environment& environment() {
  static const cel::Environment kEnvironment =
      cel::Environment::kubernetes().with_variable("self").with_variable(
          "typed", cel::Type::record("object", {{"name", cel::Type::string()},
                                                {"at", cel::Type::timestamp()},
                                                {"items", cel::Type::list(cel::Type::integer())}}));
  return kEnvironment;
}

void evaluate(const cel::Program& program, const doc::Value& data) {
  constexpr std::uint64_t kCostMax = 100'000;
  const cel::Bindings bindings{{"self", data}, {"typed", data}};
  const auto first = program.evaluate(bindings, {.cost_max = kCostMax});
  const auto second = program.evaluate(bindings, {.cost_max = kCostMax});
  CHECK(first.has_value() == second.has_value());
  if (!first.has_value()) CHECK(!first.error().message.empty());
  (void)program.variables_read();
  (void)program.estimated_cost();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find("\n---\n");
  const std::string_view source = input.substr(0, cut);
  const auto json = doc::parse_json(cut == std::string_view::npos ? "null" : input.substr(cut + 5));
  for (const cel::Environment& env : {environment(), environment().without_check()}) {
    const cel::Compiled compiled = cel::compile(source, env);
    CHECK(compiled.program.has_value() == compiled.issues.empty());
    for (const cel::Issue& issue : compiled.issues) {
      CHECK(issue.mark.known() && !issue.message.empty());
    }
    if (compiled.program && json) evaluate(*compiled.program, *json);
  }
  return 0;
}
