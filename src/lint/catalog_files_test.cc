#include "lint/catalog_files.h"

#include <gtest/gtest.h>

#include "lint/test_support.h"

namespace lint {
namespace {

const char* const kTracker = "areas: []\n";

TEST(CatalogFilesTest, FilesOfACatalogAreTakenOutWhatEverIsNamedOfIt) {
  const FakeFiles files({{"infra/c/tracker.yaml", kTracker},
                         {"infra/c/1-one/objects/a.yaml", "a: 1\n"},
                         {"infra/plain.yaml", "a: 1\n"}});
  std::vector<std::string> names = {"infra/plain.yaml", "infra/c/1-one/objects/a.yaml"};
  const auto catalogs = take_catalogs(names, files);
  ASSERT_TRUE(catalogs);
  EXPECT_EQ(names, std::vector<std::string>{"infra/plain.yaml"});
  ASSERT_EQ(catalogs->size(), 1U);
  EXPECT_EQ((*catalogs)[0].files.size(), 2U);
  EXPECT_EQ((*catalogs)[0].asked, (std::map<std::string, std::string>{
                                      {"1-one/objects/a.yaml", "infra/c/1-one/objects/a.yaml"}}));
}

TEST(CatalogFilesTest, SomebodyElsesTrackerMakesNoCatalog) {
  const FakeFiles files({{"m/tracker.yaml", "apiVersion: v1\nkind: ConfigMap\n"},
                         {"m/a.yaml", "apiVersion: v1\nkind: ConfigMap\n"}});
  std::vector<std::string> names = {"m/a.yaml", "m/tracker.yaml"};
  EXPECT_EQ(take_catalogs(names, files)->size(), 0U);
  EXPECT_EQ(names, (std::vector<std::string>{"m/a.yaml", "m/tracker.yaml"}));
}

TEST(CatalogFilesTest, AFileThatACatalogDoesNotReadIsNeverRight) {
  class Yaml final : public Files {
   public:
    base::Result<std::vector<std::string>> list(const std::string& path) const override {
      return std::vector<std::string>{path};
    }
    base::Result<std::string> read(const std::string& file) const override { return file; }
    std::optional<CatalogPlace> catalog_of(const std::string& folder) const override {
      return CatalogPlace{folder, ""};
    }
    base::Result<std::vector<catalog::File>> read_catalog(const std::string&) const override {
      return std::vector<catalog::File>{{"tracker.yaml", kTracker}};
    }
  };
  Options options;
  options.paths = {"c/quota.yml"};
  const auto report = run(options, Yaml());
  ASSERT_TRUE(report);
  EXPECT_EQ(to_text(*report, Output::table),
            "c/quota.yml: error: this file is no part of the catalog it lies in\n"
            "hint: a catalog is made of .yaml and .md files\n"
            "1 document in 1 file: 0 valid, 1 invalid, 0 without a schema, 0 skipped, 0 "
            "unreadable\n");
}

}  // namespace
}  // namespace lint
