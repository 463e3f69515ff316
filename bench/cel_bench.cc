// cel_bench RULES.json: evaluates each rule over its data and prints a line for each: name, result,
// nanoseconds of processor time of one evaluation. Compiling and reading the data are not measured.
// bench/runs/cel_vs_cel_go runs it beside cel-go.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "cel/cel.h"
#include "doc/json.h"

namespace {

/// The best of five rounds of 50 ms of processor time, so that a busy machine does not count.
double nanoseconds(const cel::Program& program, const cel::Bindings& bindings) {
  constexpr int kRounds = 5;
  constexpr std::clock_t kRound = CLOCKS_PER_SEC / 20;
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < kRounds; ++round) {
    std::size_t count = 0;
    const std::clock_t start = std::clock();
    std::clock_t now = start;
    for (; now - start < kRound; now = std::clock()) {
      for (int i = 0; i < 1000; ++i, ++count) (void)program.evaluate(bindings);
    }
    best = std::min(
        best, static_cast<double>(now - start) * 1e9 / CLOCKS_PER_SEC / static_cast<double>(count));
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: cel_bench RULES.json\n");
    return 2;
  }
  std::ifstream stream(argv[1]);
  std::stringstream text;
  text << stream.rdbuf();
  const auto file = doc::parse_json(text.str(), argv[1]);
  if (!file) {
    std::fprintf(stderr, "%s\n", base::to_string(file.error()).c_str());
    return 1;
  }
  const cel::Environment environment =
      cel::Environment::kubernetes().with_variable("self").with_variable("oldSelf");
  for (const doc::Value& rule : file->find("rules")->items()) {
    const std::string name(rule.string_at("name"));
    const cel::Compiled compiled = cel::compile(rule.string_at("rule"), environment);
    if (!compiled.program) {
      std::fprintf(stderr, "%s: %s\n", name.c_str(), compiled.issues[0].message.c_str());
      return 1;
    }
    cel::Bindings bindings{{"self", *rule.find("self")}};
    if (const doc::Value* old = rule.find("oldSelf")) bindings.set("oldSelf", *old);
    const auto result = compiled.program->evaluate(bindings);
    const std::string shown = result ? doc::to_json(*result) : result.error().message;
    std::printf("%s\t%s\t%.1f\n", name.c_str(), shown.c_str(),
                nanoseconds(*compiled.program, bindings));
  }
  return 0;
}
