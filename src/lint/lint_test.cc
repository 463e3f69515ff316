#include "lint/lint.h"

#include <gtest/gtest.h>

#include "doc/json.h"
#include "lint/test_support.h"

namespace lint {
namespace {

constexpr const char* kCrd = R"(apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
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
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              label: {type: string}
)";

constexpr const char* kOpenApi = R"({"components": {"schemas": {
  "io.k8s.Pod": {"type": "object",
    "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Pod"}],
    "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"},
      "metadata": {"allOf": [{"$ref": "#/components/schemas/io.k8s.Meta"}], "default": {}},
      "spec": {"$ref": "#/components/schemas/io.k8s.PodSpec"}}},
  "io.k8s.Meta": {"type": "object", "properties": {"name": {"type": "string"}}},
  "io.k8s.PodSpec": {"type": "object", "required": ["containers"], "properties": {
    "containers": {"type": "array", "items": {"type": "object", "properties": {
      "name": {"type": "string"}, "image": {"type": "string"}}}},
    "hostNetwork": {"type": "boolean"},
    "priority": {"type": "integer", "format": "int32"}}}}}})";

std::string thing(std::string_view spec) {
  return "apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: a\nspec:\n" +
         std::string(spec);
}

Report lint(std::map<std::string, std::string> texts, unsigned threads = 1, bool explain = false) {
  texts["crds/thing.yaml"] = kCrd;
  texts["openapi/api__v1_openapi.json"] = kOpenApi;
  Options options;
  options.paths = {"m"};
  options.schemas = {"crds", "openapi"};
  options.threads = threads;
  options.explain = explain;
  auto report = run(options, FakeFiles(std::move(texts)));
  EXPECT_TRUE(report) << (report ? "" : report.error().message);
  return std::move(report).value();
}

TEST(LintTest, SaysWhatIsWrongAndWhere) {
  const Report report = lint({{"m/a.yaml", thing("  size: 0\n  lable: x\n")}});
  EXPECT_EQ(
      to_text(report, Output::table),
      "m/a.yaml:7:3: error: unknown field \"spec.lable\"\n"
      "  7 |   lable: x\n"
      "    |   ^\n"
      "hint: did you mean 'label'?\n"
      "m/a.yaml:6:9: error: spec.size: Invalid value: 0: spec.size in body should be greater "
      "than or equal to 1\n"
      "  6 |   size: 0\n"
      "    |         ^\n"
      "1 document in 1 file: 0 valid, 1 invalid, 0 without a schema, 0 skipped, 0 unreadable\n");
  EXPECT_EQ(exit_code(report), 3);
}

TEST(LintTest, ExplainsWithTheSchemasOwnLine) {
  const Report report = lint({{"m/a.yaml", thing("  size: x\n")}}, 1, true);
  EXPECT_EQ(report.documents[0].findings[0].schema,
            "crds/thing.yaml:20: size: {type: integer, minimum: 1}");
}

TEST(LintTest, ReadsBooleansAsKubectlDoes) {
  const Report report = lint({{"m/a.yaml", thing("  size: 1\n  label: no\n")}});
  EXPECT_EQ(
      to_text(report, Output::table),
      "m/a.yaml:7:10: error: spec.label: Invalid value: \"boolean\": spec.label in body must be "
      "of type string: \"boolean\"\n"
      "  7 |   label: no\n"
      "    |          ^\n"
      "hint: 'no' is false to kubectl and \"no\" in YAML 1.2: quote it for a text, or write "
      "true or false\n"
      "1 document in 1 file: 0 valid, 1 invalid, 0 without a schema, 0 skipped, 0 unreadable\n");
}

TEST(LintTest, JudgesEachItemOfAListAndEachDocument) {
  const Report report =
      lint({{"m/a.yaml",
             "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec: "
             "{containers: [{name: a}]}\n- apiVersion: v1\n  kind: Pod\n  spec: {}\n---\n" +
                 thing("  size: 1\n")}});
  ASSERT_EQ(report.documents.size(), 3U);
  EXPECT_EQ(report.documents[0].verdict, Verdict::valid);
  EXPECT_EQ(report.documents[1].verdict, Verdict::invalid);
  EXPECT_EQ(report.documents[1].findings[0].message, "spec.containers: Required value");
  EXPECT_EQ(report.documents[1].number, 2U);
  EXPECT_EQ(report.documents[2].verdict, Verdict::valid);
}

TEST(LintTest, JudgesBuiltInTypesAsTheirGoTypesDo) {
  const Report report = lint({{"m/p.yaml",
                               "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
                               "  containers: [{name: a, image: null}]\n  hostNetwork: yes\n"
                               "  priority: 3000000000\n  hostPort: 1\n"}});
  EXPECT_EQ(
      to_text(report, Output::table),
      "m/p.yaml:8:3: error: unknown field \"spec.hostPort\"\n"
      "  8 |   hostPort: 1\n"
      "    |   ^\n"
      "hint: known keys: containers, hostNetwork, priority\n"
      "m/p.yaml:7:13: error: spec.priority: Invalid value: 3000000000: spec.priority in body "
      "must fit a 32-bit integer\n"
      "  7 |   priority: 3000000000\n"
      "    |             ^\n"
      "1 document in 1 file: 0 valid, 1 invalid, 0 without a schema, 0 skipped, 0 unreadable\n");
}

TEST(LintTest, CrdsAmongTheManifestsAreSchemasForTheOthers) {
  std::string crd = kCrd;
  crd.replace(crd.find("kind: Thing"), 11, "kind: Other");
  const Report report =
      lint({{"m/crd.yaml", crd},
            {"m/other.yaml", "apiVersion: example.com/v1\nkind: Other\nmetadata: {name: a}\n"}});
  ASSERT_EQ(report.documents.size(), 2U);
  EXPECT_EQ(report.documents[0].verdict, Verdict::valid);
  EXPECT_EQ(report.documents[1].verdict, Verdict::valid);
}

TEST(LintTest, ShowsWhatTheServerWouldRefuseAboutASchema) {
  std::string crd = kCrd;
  crd.replace(crd.find("type: integer"), 13, "type: integre");
  const Report report = lint({{"m/crd.yaml", crd}});
  EXPECT_EQ(
      to_text(report, Output::table),
      "m/crd.yaml:20:28: error: "
      "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[size].type: "
      "Unsupported value: \"integre\": supported values: \"array\", \"boolean\", \"integer\", "
      "\"number\", \"object\", \"string\"\n"
      "  20 |               size: {type: integre, minimum: 1}\n"
      "     |                            ^\n"
      "hint: did you mean 'integer'?\n"
      "1 document in 1 file: 0 valid, 1 invalid, 0 without a schema, 0 skipped, 0 unreadable\n");
}

TEST(LintTest, AFileThatCannotBeReadIsAFinding) {
  const Report report = lint({{"m/a.yaml", "a: 1\n\tb: 2\n"}, {"m/b.json", "{\"a\": }"}});
  EXPECT_EQ(
      to_text(report, Output::table),
      "m/a.yaml:2:1: error: a tab cannot indent a line\n"
      "  2 | \tb: 2\n"
      "    | ^\n"
      "hint: use spaces\n"
      "m/b.json:1:7: error: expected a value, found '}'\n"
      "  1 | {\"a\": }\n"
      "    |       ^\n"
      "2 documents in 2 files: 0 valid, 0 invalid, 0 without a schema, 0 skipped, 2 unreadable\n");
  EXPECT_EQ(exit_code(report), 3);
}

TEST(LintTest, AnObjectNeedsBothApiVersionAndKind) {
  const Report report = lint({{"m/a.yaml", "kind: Thing\n"}});
  EXPECT_EQ(report.documents[0].findings[0].message, "apiVersion: Required value");
  const Report no = lint({{"m/a.yaml", "apiVersion: v1\nkind: No\n"}});
  EXPECT_EQ(no.documents[0].findings[0].message, "kind: Invalid value: false: must be a string");
  EXPECT_EQ(
      no.documents[0].findings[0].hint,
      "'No' is false to kubectl and \"No\" in YAML 1.2: quote it for a text, or write true or "
      "false");
}

TEST(LintTest, TheReportIsTheSameForAnyNumberOfThreads) {
  std::map<std::string, std::string> texts;
  for (int i = 0; i < 60; ++i) {
    texts["m/" + std::to_string(i) + ".yaml"] = thing("  size: " + std::to_string(i % 3) + "\n");
  }
  const std::string one = to_text(lint(texts, 1), Output::json);
  EXPECT_EQ(to_text(lint(texts, 8), Output::json), one);
}

TEST(LintTest, PathsAndSchemasThatAreNotThereAreErrors) {
  Options options;
  options.paths = {"nowhere"};
  const auto report = run(options, FakeFiles(std::map<std::string, std::string>()));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "no file or directory 'nowhere'");
  options.paths = {"a.yaml"};
  options.schemas = {"a.yaml"};
  const auto no_schema =
      run(options, FakeFiles(std::map<std::string, std::string>{{"a.yaml", "a: 1\n"}}));
  ASSERT_FALSE(no_schema);
  EXPECT_EQ(base::to_string(no_schema.error()),
            "error: 'a.yaml' holds no schema\n"
            "hint: name CustomResourceDefinitions or documents of /openapi/v3");
}

TEST(ReportTest, JsonHoldsEverything) {
  const Report report = lint({{"m/a.yaml", thing("  size: x\n")}});
  EXPECT_EQ(to_text(report, Output::json), R"({
  "summary": {
    "files": 1,
    "documents": 1,
    "valid": 0,
    "invalid": 1,
    "noSchema": 0,
    "skipped": 0,
    "unreadable": 0,
    "exitCode": 3
  },
  "expressions": {
    "checked": 0,
    "atRunTime": 0,
    "rulesWaiting": 0
  },
  "documents": [
    {
      "file": "m/a.yaml",
      "document": 1,
      "line": 1,
      "kind": "example.com/v1 Thing",
      "name": "a",
      "verdict": "invalid",
      "findings": [
        {
          "severity": "error",
          "rule": "wrong-type",
          "path": "spec.size",
          "line": 6,
          "column": 9,
          "message": "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\""
        }
      ]
    }
  ]
}
)");
}

TEST(ReportTest, SarifNamesRulesAndPlacesInCharacters) {
  const Report report =
      lint({{"m/a.yaml", thing("  size: 1\n  label: \"\xC3\xA4\"\n  \"\xC3\xA4\": 1\n")},
            {"m/b.yaml", thing("  {\"\xC3\xA4\": 1, size: x}\n")}});
  const doc::Value sarif = doc::parse_json(to_text(report, Output::sarif)).value();
  EXPECT_EQ(sarif.string_at("version"), "2.1.0");
  const doc::Value& run = sarif.find("runs")->items()[0];
  EXPECT_EQ(to_json(*run.find_path("tool.driver.rules")),
            R"([{"id":"unknown-field"},{"id":"wrong-type"}])");
  const auto results = run.find("results")->items();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(to_json(*results[2].find("locations")),
            R"([{"physicalLocation":{"artifactLocation":{"uri":"m/b.yaml"},)"
            R"("region":{"startLine":6,"startColumn":18}}}])");
}

TEST(ReportTest, JunitCountsFailuresAndSkips) {
  const Report report = lint({{"m/a.yaml", thing("  size: \"<&>\"\n") + "---\nreplicas: 3\n"}});
  EXPECT_EQ(
      to_text(report, Output::junit),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"slipway lint\">\n"
      "  <testsuite name=\"m/a.yaml\" tests=\"2\" failures=\"1\" skipped=\"1\">\n"
      "    <testcase classname=\"m/a.yaml\" name=\"example.com/v1 Thing a\">\n"
      "      <failure type=\"wrong-type\" message=\"spec.size: Invalid value: "
      "&quot;string&quot;: spec.size in body must be of type integer: &quot;string&quot;\">line "
      "6, column 9</failure>\n"
      "    </testcase>\n"
      "    <testcase classname=\"m/a.yaml\" name=\"document 2\">\n"
      "      <skipped message=\"no apiVersion and kind\"/>\n"
      "    </testcase>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
}

TEST(ReportTest, GithubAnnotatesLines) {
  const Report report = lint({{"m/a,b.yaml", thing("  size: 1\n  lable: x\n")}});
  EXPECT_EQ(
      to_text(report, Output::github),
      "::error file=m/a%2Cb.yaml,line=7,col=3,title=unknown-field::unknown field "
      "\"spec.lable\" (did you mean 'label'?)\n"
      "1 document in 1 file: 0 valid, 1 invalid, 0 without a schema, 0 skipped, 0 unreadable\n");
}

TEST(ReportTest, OutputsHaveNames) {
  EXPECT_EQ(output_named("sarif").value(), Output::sarif);
  EXPECT_EQ(base::to_string(output_named("xml").error()),
            "error: unknown output 'xml'\nhint: use one of table, json, sarif, junit, github");
}

}  // namespace
}  // namespace lint
