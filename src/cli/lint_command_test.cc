#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/fake_clock.h"
#include "base/temporary_folder.h"
#include "cli/shell.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCrd = R"(apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.test.dev}
spec:
  group: test.dev
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: {size: {type: integer}}
)";

/// `slipway lint` in a folder of its own, with no cluster.
class LintCommandTest : public testing::Test {
 protected:
  LintCommandTest() { write("crds/widgets.yaml", kCrd); }

  void write(const std::string& name, std::string_view text) { folder_.write(name, text); }
  static std::string widget(std::string_view size) {
    return "apiVersion: test.dev/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: " +
           std::string(size) + "}\n";
  }

  int lint(const std::string& path, const std::string& input = "") {
    out_.str("");
    err_.str("");
    Shell shell{.out = out_,
                .err = err_,
                .clock = clock_,
                .stop = {},
                .variable = [](const std::string&) { return std::string(); },
                .executable = {},
                .read_line = nullptr,
                .read_all = [&]() -> base::Result<std::string> { return input; },
                .connect = nullptr};
    const std::vector<std::string> words = {"lint", path == "-" ? path : (folder_ / path).string(),
                                            "--crds", (folder_ / "crds").string()};
    return run(words, shell);
  }

  base::FakeClock clock_;
  const base::TemporaryFolder folder_;
  std::ostringstream out_, err_;
};

TEST_F(LintCommandTest, AFolderOfGoodManifestsIsDone) {
  write("manifests/a.yaml", widget("1"));
  write("manifests/deep/b.yml", widget("2"));
  EXPECT_EQ(lint("manifests"), 0) << out_.str() << err_.str();
  EXPECT_NE(out_.str().find("2 documents in 2 files: 2 valid"), std::string::npos) << out_.str();
}

TEST_F(LintCommandTest, AWrongManifestExitsWith3) {
  write("manifests/a.yaml", widget("large"));
  EXPECT_EQ(lint("manifests"), 3) << err_.str();
  EXPECT_NE(out_.str().find("a.yaml:4:"), std::string::npos) << out_.str();
}

TEST_F(LintCommandTest, HiddenFilesAndOtherKindsOfFilesAreLeftOut) {
  write("manifests/a.yaml", widget("1"));
  write("manifests/.git/b.yaml", widget("large"));
  write("manifests/.c.yaml", widget("large"));
  write("manifests/notes.txt", "not: [yaml");
  EXPECT_EQ(lint("manifests"), 0) << out_.str();
}

TEST_F(LintCommandTest, ReadsStandardInput) {
  EXPECT_EQ(lint("-", widget("1")), 0) << out_.str() << err_.str();
  EXPECT_EQ(lint("-", widget("large")), 3);
}

TEST_F(LintCommandTest, AFileThatIsNotThereIsBadInput) {
  EXPECT_EQ(lint("nothing.yaml"), 2);
  EXPECT_EQ(err_.str(), "slipway: error: " + (folder_ / "nothing.yaml").string() +
                            ": No such file or directory\n");
}

}  // namespace
}  // namespace cli
