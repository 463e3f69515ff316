#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/test_paths.h"
#include "doc/yaml.h"
#include "schema/test_support.h"

namespace schema {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Every one of these was accepted, and none called NonStructural, by a real API server.
TEST(CrdCorpusTest, EveryRealCrdCompilesWithoutAProblem) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  if (!shared || !std::filesystem::is_directory(*shared / "crds")) {
    std::cout << "no shared/crds: nothing compiled\n";
    return;
  }
  int files = 0, kinds = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*shared / "crds")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto crd = doc::parse_yaml(read(entry.path()), entry.path().filename().string());
    ASSERT_TRUE(crd) << crd.error().message;
    Registry registry;
    const Registry::Added added = registry.add_crd(*crd);
    for (const Violation& problem : added.problems) {
      ADD_FAILURE() << entry.path().filename() << ":" << problem.mark.line << ": "
                    << to_string(problem);
    }
    ++files;
    kinds += int(added.kinds.size());
  }
  std::cout << files << " CRDs, " << kinds << " kinds compiled\n";
  EXPECT_GT(files, 200);
}

// Found by the schema fuzzer: texts of the wrong kind where a list or a map belongs.
TEST(CrdTest, SchemasOfTheWrongShapeAreProblemsAndNoMore) {
  EXPECT_EQ(problems_of("type: array\nx-kubernetes-list-type: map\nx-kubernetes-list-map-keys: A\n"
                        "items: {type: object}\n"),
            "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-list-map-keys: "
            "Required value: must not be empty if x-kubernetes-list-type is map\n");
  Violations problems;
  Schema::compile(doc::parse_yaml("{type: object, properties: {metadata: text}}", "x").value(),
                  Dialect::custom_resource, problems);
  EXPECT_FALSE(problems.empty());
}

}  // namespace
}  // namespace schema
