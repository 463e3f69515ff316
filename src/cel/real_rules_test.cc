#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/test_paths.h"
#include "cel/test_evaluate.h"
#include "doc/yaml.h"

namespace cel {
namespace {

/// Every rule and message expression below a schema.
void collect(const doc::Value& value, std::vector<std::string>& sources) {
  if (value.is_list()) {
    for (const doc::Value& item : value.items()) collect(item, sources);
  }
  if (!value.is_map()) return;
  for (const doc::Entry& entry : value.entries()) {
    if (entry.name() == "x-kubernetes-validations" && entry.value.is_list()) {
      for (const doc::Value& rule : entry.value.items()) {
        for (const std::string_view part : {"rule", "messageExpression"}) {
          if (!rule.string_at(part).empty()) sources.emplace_back(rule.string_at(part));
        }
      }
    } else {
      collect(entry.value, sources);
    }
  }
}

TEST(RealRulesTest, EveryRuleOfTheRealCrdsCompiles) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  if (!shared) {
    std::cout << "no shared folder beside the project: nothing to compile\n";
    return;
  }
  std::vector<std::string> sources;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*shared / "crds")) {
    if (file.path().extension() != ".yaml") continue;
    std::ifstream stream(file.path());
    std::stringstream text;
    text << stream.rdbuf();
    const auto documents = doc::parse_yaml_stream(text.str(), file.path().filename().string());
    ASSERT_TRUE(documents) << file.path();
    for (const doc::Value& document : *documents) collect(document, sources);
  }
  const Environment environment =
      Environment::kubernetes().with_variable("self").with_variable("oldSelf");
  std::size_t failed = 0;
  for (const std::string& source : sources) {
    const Compiled compiled = compile(source, environment);
    if (compiled.program) continue;
    ++failed;
    ADD_FAILURE() << source << "\n" << describe(compiled.issues[0]);
  }
  std::cout << sources.size() << " rules, " << failed << " refused\n";
  EXPECT_GT(sources.size(), 1000U);
}

}  // namespace
}  // namespace cel
