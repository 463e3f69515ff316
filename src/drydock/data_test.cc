/// Everything in drydock/ can be read: what a person would notice only at `drydock up`.
#include <gtest/gtest.h>

#include <set>

#include "base/strings.h"
#include "base/temporary_folder.h"
#include "drydock/behaviour_rules.h"
#include "drydock/catalog_package.h"
#include "drydock/crd_store.h"
#include "drydock/record_reader.h"
#include "drydock/scenario.h"

namespace drydock {
namespace {

const std::filesystem::path kData = std::filesystem::path(SLIPWAY_SOURCE_DIR) / "drydock";

template <typename T>
std::string why(const base::Result<T>& result) {
  return result ? "" : result.error().message + "\n" + result.error().hint;
}

TEST(DataTest, EveryBehaviourCompiles) {
  const auto files = data_files(kData / "behaviours");
  EXPECT_GE(files.size(), 3U);
  for (const auto& file : files) {
    const auto behaviour = read_behaviour(file);
    ASSERT_TRUE(behaviour) << why(behaviour);
    EXPECT_EQ(behaviour->name, file.stem()) << "a behaviour is named as its file";
    std::set<std::string> said;
    for (const Rule& rule : behaviour->rules) {
      EXPECT_TRUE(said.insert(rule.says).second) << file << ": said twice: " << rule.says;
    }
  }
}

TEST(DataTest, TheExampleOfTheReadmeCompiles) {
  const auto text = read_file(kData / "behaviours" / "README.md");
  ASSERT_TRUE(text);
  std::string example;
  for (const std::string_view line : base::split(*text, '\n')) {
    if (line.starts_with("    ")) example += std::string(line.substr(4)) + "\n";
  }
  const base::TemporaryFolder folder;
  const auto behaviour = read_behaviour(folder.write("weight-cache.yaml", example));
  ASSERT_TRUE(behaviour) << why(behaviour);
  EXPECT_EQ(behaviour->rules.size(), 1U);
}

TEST(DataTest, EveryFaultCompiles) {
  for (const char* name : {"csv-stuck", "gpu-node-lost", "operator-reverts-field"}) {
    const auto fault = read_fault(kData / "faults" / (std::string(name) + ".yaml"));
    ASSERT_TRUE(fault) << why(fault);
    EXPECT_EQ(fault->name, name);
    EXPECT_FALSE(fault->injected.rules.empty());
  }
}

TEST(DataTest, EveryScenarioNamesPackagesAndKindsThatAreThere) {
  const CrdStore crds(kData / "shapes");
  for (const auto& file : data_files(kData / "scenarios")) {
    const auto scenario = read_scenario(file);
    ASSERT_TRUE(scenario) << why(scenario);
    for (const std::string& kind : scenario->kinds) EXPECT_TRUE(crds.find(kind)) << kind;
    for (const Scenario::Catalog& catalog : scenario->catalogs) {
      for (const std::string& name : catalog.packages) {
        const auto package = read_package(kData / "packages" / (name + ".yaml"));
        ASSERT_TRUE(package) << why(package);
        EXPECT_EQ(package->name, name);
        const auto blob = file_based_catalog(*package, crds);
        EXPECT_TRUE(blob) << why(blob);
      }
    }
  }
}

}  // namespace
}  // namespace drydock
