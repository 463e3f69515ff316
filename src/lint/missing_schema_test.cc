#include <gtest/gtest.h>

#include "doc/json.h"
#include "lint/test_support.h"

namespace lint {
namespace {

constexpr const char* kConfigMaps = R"({"components": {"schemas": {
  "io.k8s.ConfigMap": {"type": "object",
    "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "ConfigMap"}]}}}})";

constexpr const char* kCrd = R"(apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
)";

std::string object(std::string_view api_version, std::string_view kind) {
  return "---\napiVersion: " + std::string(api_version) + "\nkind: " + std::string(kind) +
         "\nmetadata: {name: a}\n";
}

/// "m.yaml" with the schemas of ConfigMap ("Kubernetes 1.33.13") and of a CRD.
Report lint(const std::string& manifest, bool ignore = false, bool built_in = true) {
  std::map<std::string, std::string> texts = {{"m.yaml", manifest}, {"crds/thing.yaml", kCrd}};
  Options options;
  options.paths = {"m.yaml"};
  options.schemas = {"crds"};
  options.ignore_missing_schemas = ignore;
  if (built_in) {
    texts["openapi/api__v1_openapi.json"] = kConfigMaps;
    options.schemas.emplace_back("openapi");
    options.built_in_types = "Kubernetes 1.33.13";
  }
  auto report = run(options, FakeFiles(std::move(texts)));
  EXPECT_TRUE(report) << (report ? "" : report.error().message);
  return std::move(report).value();
}

TEST(MissingSchemaTest, WithoutTheBuiltInTypesADeploymentIsNotCheckedAndThatIsAFailure) {
  const Report report = lint(object("apps/v1", "Deployment"), false, false);
  EXPECT_EQ(to_text(report, Output::table),
            "m.yaml:2:1: error: no schema for apps/v1 Deployment\n"
            "hint: it is a type of Kubernetes itself: make openapi fetches those, --context NAME "
            "takes a cluster's, --schemas PATH a folder's\n"
            "1 document in 1 file: 0 valid, 0 invalid, 1 without a schema, 0 skipped, 0 "
            "unreadable\n"
            "error: what has no schema was not checked\n"
            "hint: --ignore-missing-schemas lets it pass\n");
  EXPECT_EQ(exit_code(report), 3);
}

TEST(MissingSchemaTest, OneDocumentWithoutASchemaAmongGoodOnesIsAFailure) {
  const Report report = lint(object("v1", "ConfigMap") + object("apps/v1", "Deployment"));
  EXPECT_EQ(report.count(Verdict::valid), 1U);
  EXPECT_EQ(exit_code(report), 3);
}

TEST(MissingSchemaTest, SaysWhatToDoForEachSortOfKindOnce) {
  const Report report =
      lint(object("extensions/v1beta1", "Deployment") + object("example.com/v2", "Thing") +
           object("x.dev/v1", "Yet") + object("x.dev/v1", "Yet") + object("x.dev/v1", "Yet"));
  EXPECT_EQ(to_text(report, Output::table),
            "m.yaml:6:1: error: no schema for example.com/v2 Thing\n"
            "hint: the schemas at hand have it in v1\n"
            "m.yaml:2:1: error: no schema for extensions/v1beta1 Deployment\n"
            "hint: Kubernetes 1.33.13 has no such kind: correct apiVersion or kind, or name "
            "another --kubernetes-version\n"
            "m.yaml:10:1: error: no schema for x.dev/v1 Yet, nor for 2 documents after it\n"
            "hint: bring its CustomResourceDefinition with --crds PATH, or take a cluster's "
            "schemas with --context NAME\n"
            "5 documents in 1 file: 0 valid, 0 invalid, 5 without a schema, 0 skipped, 0 "
            "unreadable\n"
            "error: what has no schema was not checked\n"
            "hint: --ignore-missing-schemas lets it pass\n");
}

TEST(MissingSchemaTest, IgnoredItIsAWarningAndPasses) {
  const Report report = lint(object("x.dev/v1", "Yet"), true);
  EXPECT_EQ(to_text(report, Output::table),
            "m.yaml:2:1: warning: no schema for x.dev/v1 Yet\n"
            "hint: bring its CustomResourceDefinition with --crds PATH, or take a cluster's "
            "schemas with --context NAME\n"
            "1 document in 1 file: 0 valid, 0 invalid, 1 without a schema, 0 skipped, 0 "
            "unreadable\n");
  EXPECT_EQ(exit_code(report), 0);
}

TEST(MissingSchemaTest, IgnoredItDoesNotHideWhatIsWrong) {
  const Report report = lint(object("x.dev/v1", "Yet") + "---\nkind: ConfigMap\n", true);
  EXPECT_EQ(report.count(Verdict::invalid), 1U);
  EXPECT_EQ(exit_code(report), 3);
}

TEST(MissingSchemaTest, WhereNothingWasCheckedNothingPasses) {
  const Report values = lint("replicas: 3\n");
  EXPECT_EQ(to_text(values, Output::table),
            "skipped: 1 document: no apiVersion and kind\n"
            "1 document in 1 file: 0 valid, 0 invalid, 0 without a schema, 1 skipped, 0 "
            "unreadable\n"
            "error: nothing was checked: there is no Kubernetes object in what was named\n");
  EXPECT_EQ(exit_code(values), 3);
  const Report empty = lint("# nothing\n");
  EXPECT_EQ(to_text(empty, Output::table),
            "0 documents in 1 file: 0 valid, 0 invalid, 0 without a schema, 0 skipped, 0 "
            "unreadable\n"
            "error: nothing was checked: there is no Kubernetes object in what was named\n");
  EXPECT_EQ(exit_code(empty), 3);
}

TEST(MissingSchemaTest, JsonHasTheVerdictTheHintAndTheExitCode) {
  const doc::Value json =
      doc::parse_json(to_text(lint(object("x.dev/v1", "Yet")), Output::json)).value();
  EXPECT_EQ(to_json(*json.find("summary")),
            R"({"files":1,"documents":1,"valid":0,"invalid":0,"noSchema":1,"skipped":0,)"
            R"("unreadable":0,"exitCode":3})");
  EXPECT_EQ(to_json(json.find("documents")->items()[0]),
            R"({"file":"m.yaml","document":1,"line":2,"kind":"x.dev/v1 Yet","name":"a",)"
            R"("verdict":"no-schema","findings":[{"severity":"error","rule":"no-schema",)"
            R"("path":"","line":2,"column":1,"message":"no schema for x.dev/v1 Yet",)"
            R"("hint":"bring its CustomResourceDefinition with --crds PATH, or take a cluster's )"
            R"(schemas with --context NAME"}]})");
}

TEST(MissingSchemaTest, SarifHasAResultOfItsOwnRule) {
  const doc::Value sarif =
      doc::parse_json(to_text(lint(object("x.dev/v1", "Yet"), true), Output::sarif)).value();
  const doc::Value& run = sarif.find("runs")->items()[0];
  EXPECT_EQ(to_json(*run.find_path("tool.driver.rules")), R"([{"id":"no-schema"}])");
  EXPECT_EQ(run.find("results")->items()[0].string_at("level"), "warning");
}

TEST(MissingSchemaTest, JunitCallsItAFailureOrSkipped) {
  const std::string said =
      "no schema for x.dev/v1 Yet (bring its CustomResourceDefinition with --crds PATH, or take a "
      "cluster's schemas with --context NAME)";
  EXPECT_EQ(to_text(lint(object("x.dev/v1", "Yet")), Output::junit),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"slipway lint\">\n"
            "  <testsuite name=\"m.yaml\" tests=\"1\" failures=\"1\" skipped=\"0\">\n"
            "    <testcase classname=\"m.yaml\" name=\"x.dev/v1 Yet a\">\n"
            "      <failure type=\"no-schema\" message=\"" +
                said +
                "\">line 2, column 1</failure>\n"
                "    </testcase>\n  </testsuite>\n</testsuites>\n");
  EXPECT_EQ(to_text(lint(object("x.dev/v1", "Yet"), true), Output::junit),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"slipway lint\">\n"
            "  <testsuite name=\"m.yaml\" tests=\"1\" failures=\"0\" skipped=\"1\">\n"
            "    <testcase classname=\"m.yaml\" name=\"x.dev/v1 Yet a\">\n"
            "      <skipped message=\"line 2, column 1: " +
                said + "\"/>\n    </testcase>\n  </testsuite>\n</testsuites>\n");
}

TEST(MissingSchemaTest, GithubAnnotatesTheDocument) {
  EXPECT_EQ(to_text(lint(object("x.dev/v1", "Yet")), Output::github),
            "::error file=m.yaml,line=2,col=1,title=no-schema::no schema for x.dev/v1 Yet (bring "
            "its CustomResourceDefinition with --crds PATH, or take a cluster's schemas with "
            "--context NAME)\n"
            "1 document in 1 file: 0 valid, 0 invalid, 1 without a schema, 0 skipped, 0 "
            "unreadable\n");
}

}  // namespace
}  // namespace lint
