#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/test_paths.h"
#include "doc/yaml.h"
#include "schema/schema.h"

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

}  // namespace
}  // namespace schema
