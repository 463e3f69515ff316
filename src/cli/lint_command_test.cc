#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/fake_clock.h"
#include "base/temporary_folder.h"
#include "cli/built_in_types.h"
#include "cli/files.h"
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
    return lint_with(
        {path == "-" ? path : (folder_ / path).string(), "--crds", (folder_ / "crds").string()},
        input);
  }

  /// The words after `slipway lint`.
  int lint_with(std::vector<std::string> words, const std::string& input = "") {
    out_.str("");
    err_.str("");
    Shell shell{.out = out_,
                .err = err_,
                .clock = clock_,
                .stop = {},
                .variable =
                    [&](const std::string& name) {
                      return name == "XDG_CACHE_HOME" ? (folder_ / "cache").string() : "";
                    },
                .executable = {},
                .read_line = nullptr,
                .read_all = [&]() -> base::Result<std::string> { return input; },
                .connect = nullptr};
    words.insert(words.begin(), "lint");
    return run(words, shell);
  }

  /// What make openapi would have put there: a Kubernetes whose only kind is `kind`.
  void write_built_in_types(const std::string& version, const std::string& kind) {
    write("cache/slipway/openapi/" + version + "/api__v1_openapi.json", only_kind(kind));
  }
  static std::string only_kind(const std::string& kind) {
    return R"({"components": {"schemas": {"io.k8s.It": {"type": "object",)"
           R"("x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": ")" +
           kind + R"("}]}}}})";
  }
  std::string in_folder(const std::string& name) const { return (folder_ / name).string(); }

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

TEST_F(LintCommandTest, WithoutTheBuiltInTypesItFailsAndSaysWhatBringsThem) {
  EXPECT_EQ(lint("-", "apiVersion: v1\nkind: Pod\n"), 3);
  EXPECT_EQ(out_.str(),
            "-:1:1: error: no schema for v1 Pod\n"
            "hint: it is a type of Kubernetes itself: make openapi fetches those, --context NAME "
            "takes a cluster's, --schemas PATH a folder's\n"
            "1 document in 1 file: 0 valid, 0 invalid, 1 without a schema, 0 skipped, 0 "
            "unreadable\n"
            "error: what has no schema was not checked\n"
            "hint: --ignore-missing-schemas lets it pass\n");
  EXPECT_EQ(lint_with({"-", "--ignore-missing-schemas"}, "apiVersion: v1\nkind: Pod\n"), 0);
}

TEST_F(LintCommandTest, TakesTheBuiltInTypesOfTheDefaultVersion) {
  write_built_in_types(std::string(default_kubernetes_version()), "Pod");
  EXPECT_EQ(lint("-", "apiVersion: v1\nkind: Pod\n"), 0) << out_.str() << err_.str();
  EXPECT_EQ(lint("-", "apiVersion: v1\nkind: Pood\n"), 3);
  EXPECT_NE(out_.str().find("hint: Kubernetes " + std::string(default_kubernetes_version()) +
                            " has no such kind"),
            std::string::npos)
      << out_.str();
}

TEST_F(LintCommandTest, TakesTheBuiltInTypesOfTheVersionNamed) {
  write_built_in_types("1.9.7", "Old");
  write_built_in_types("1.32.4", "Pod");
  write_built_in_types("1.32.12", "Newer");
  EXPECT_EQ(lint_with({"-", "--kubernetes-version", "1.9.7"}, "apiVersion: v1\nkind: Old\n"), 0);
  EXPECT_EQ(lint_with({"-", "--kubernetes-version", "v1.32.4"}, "apiVersion: v1\nkind: Pod\n"), 0);
  EXPECT_EQ(lint_with({"-", "--kubernetes-version", "1.32"}, "apiVersion: v1\nkind: Newer\n"), 0);
}

TEST_F(LintCommandTest, AVersionThatIsNotThereIsBadInput) {
  write_built_in_types("1.32.4", "Pod");
  EXPECT_EQ(lint_with({"-", "--kubernetes-version", "1.31.0"}, "apiVersion: v1\nkind: Pod\n"), 2);
  EXPECT_EQ(err_.str(), "slipway: error: no schemas of Kubernetes 1.31.0 in " +
                            in_folder("cache/slipway/openapi") +
                            "\nhint: make openapi KUBERNETES_VERSION=1.31.0 fetches them; these "
                            "are there: 1.32.4\n");
  EXPECT_EQ(lint_with({"-", "--kubernetes-version", "latest"}, ""), 2);
  EXPECT_EQ(err_.str(),
            "slipway: error: --kubernetes-version cannot be 'latest'\n"
            "hint: write it like " +
                std::string(default_kubernetes_version()) + " or 1.33\n");
}

TEST_F(LintCommandTest, TakesTheBuiltInTypesFromFilesInPlaceOfTheCache) {
  write_built_in_types(std::string(default_kubernetes_version()), "Pod");
  write("mine/api__v1_openapi.json", only_kind("Mine"));
  EXPECT_EQ(lint_with({"-", "--schemas", in_folder("mine")}, "apiVersion: v1\nkind: Mine\n"), 0);
  EXPECT_EQ(lint_with({"-", "--schemas", in_folder("mine")}, "apiVersion: v1\nkind: Pod\n"), 3);
  EXPECT_EQ(lint_with({"-", "--schemas", in_folder("mine"), "--kubernetes-version", "1.33"}), 2);
  EXPECT_EQ(err_.str(),
            "slipway: error: the built-in types have one source\n"
            "hint: use one of --kubernetes-version, --schemas and --context\n");
}

/// Our own catalog, in a folder where it may be changed.
class LintCatalogTest : public LintCommandTest {
 protected:
  LintCatalogTest() {
    fs::copy(fs::path(SLIPWAY_SOURCE_DIR) / "infra/openshift", folder_ / "catalog",
             fs::copy_options::recursive);
  }
  /// Replaces the first `from` of a file by `to`.
  void plant(const std::string& file, std::string_view from, std::string_view to) {
    std::string text = read_file(folder_ / "catalog" / file).value();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file << " has no " << from;
    write("catalog/" + file, text.replace(at, from.size(), to));
  }
  /// Without the built-in types, which a unit test does not have; with drydock's shapes of CRDs.
  int lint_catalog() {
    return lint_with({in_folder("catalog"), "--crds",
                      (fs::path(SLIPWAY_SOURCE_DIR) / "drydock/shapes").string(),
                      "--ignore-missing-schemas"});
  }
  /// The one finding that is an error, as it is printed, without the catalog's folder.
  std::string error() const {
    const std::string text = out_.str(), folder = in_folder("catalog/");
    const std::size_t begin = text.rfind(folder, text.find(": error: ")) + folder.size();
    return text.substr(begin, text.find(folder, begin) - begin);
  }
};

TEST_F(LintCatalogTest, OurOwnCatalogHasNothingWrong) {
  EXPECT_EQ(lint_catalog(), 0) << out_.str() << err_.str();
  EXPECT_NE(out_.str().find("8 expressions in fields checked\n"), std::string::npos) << out_.str();
}

TEST_F(LintCatalogTest, AFieldThatTheSchemaDoesNotHaveIsFoundInACheck) {
  plant("5-rhoai-workspace/dsci.yaml",
        "objects.defaultdsci.status.phase == ", "objects.defaultdsci.status.phas == ");
  EXPECT_EQ(lint_catalog(), 3);
  EXPECT_EQ(error(),
            "5-rhoai-workspace/dsci.yaml:22:36: error: in the expression: undefined field 'phas'\n"
            "  22 |       ${objects.defaultdsci.status.phas == \"Ready\"\n"
            "     |                                    ^\n"
            "hint: did you mean 'phase'?\n");
}

TEST_F(LintCatalogTest, AnExpressionOfTheWrongTypeIsFoundInAManifest) {
  plant("3-core-operators/objects/nfd-instance.yaml", "servicePort: 12000",
        "servicePort: ${site.metadata.name}");
  EXPECT_EQ(lint_catalog(), 3);
  EXPECT_EQ(error(),
            "3-core-operators/objects/nfd-instance.yaml:9:20: error: spec.operand.servicePort: the "
            "expression yields a string, and the field takes an integer\n"
            "  9 |     servicePort: ${site.metadata.name}\n"
            "    |                    ^\n"
            "hint: a string that holds a number: int(site.metadata.name)\n");
}

TEST_F(LintCatalogTest, SaysWhichKindsBehindTheClusterHaveNoSchemaOfThoseThatAreRead) {
  const std::string tracker = in_folder("catalog/tracker.yaml");
  lint_with({tracker, "--crds", (fs::path(SLIPWAY_SOURCE_DIR) / "drydock/shapes").string()});
  EXPECT_EQ(
      out_.str(),
      tracker +
          ":2:1: error: no schema for packages.operators.coreos.com/v1 PackageManifest: what "
          "expressions read of cluster.packages is not checked\n"
          "hint: bring its CustomResourceDefinition with --crds PATH, or take a cluster's schemas "
          "with --context NAME\n" +
          tracker +
          ":2:1: error: no schema for v1 Node: what expressions read of cluster.nodes is not "
          "checked\n"
          "hint: it is a type of Kubernetes itself: make openapi fetches those, --context NAME "
          "takes a cluster's, --schemas PATH a folder's\n"
          "1 document in 1 file: 0 valid, 0 invalid, 1 without a schema, 0 skipped, 0 "
          "unreadable\n"
          "error: what has no schema was not checked\n"
          "hint: --ignore-missing-schemas lets it pass\n");
}

TEST_F(LintCatalogTest, OneManifestIsJudgedAsPartOfItsCatalog) {
  EXPECT_EQ(lint_with({in_folder("catalog/5-rhoai-workspace/objects/quota.yaml"),
                       "--ignore-missing-schemas"}),
            0);
  EXPECT_NE(out_.str().find("5 expressions in fields checked\n"), std::string::npos) << out_.str();
}

}  // namespace
}  // namespace cli
