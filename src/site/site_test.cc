#include "site/site.h"

#include <gtest/gtest.h>

#include <set>

#include "doc/json.h"
#include "doc/yaml.h"
#include "site/fields.h"

namespace site {
namespace {

constexpr std::string_view kHead = "apiVersion: slipway.dev/v1alpha1\nkind: Site\n";

std::string message_of(std::string_view text) {
  const base::Result<Site> site = parse(text, "site.yaml");
  return site ? "no error" : base::to_string(site.error());
}

TEST(SiteTest, TwoLinesAreEnoughAndTheRestIsDefaulted) {
  const base::Result<Site> site = parse(kHead, "site.yaml");
  ASSERT_TRUE(site.has_value()) << base::to_string(site.error());
  EXPECT_EQ(site->project(), "nanabush-ai");
  EXPECT_EQ(site->inventory_namespace(), "slipway");
  EXPECT_EQ(site->value().string_at("gpu.vendor"), "nvidia");
  EXPECT_EQ(site->value().string_at("operators.gpu.channel"), "v25.10");
  EXPECT_TRUE(site->value().find_path("operators.gpu.version")->is_null());
}

TEST(SiteTest, WhatIsWrittenStands) {
  const base::Result<Site> site = parse(std::string(kHead) +
                                            "gpu:\n  nodes: 2\n  perNode: 8\n"
                                            "operators:\n  nfd:\n    channel: null\n",
                                        "site.yaml");
  ASSERT_TRUE(site.has_value()) << base::to_string(site.error());
  EXPECT_EQ(*site->value().find_path("gpu.nodes"), doc::Value(2));
  EXPECT_TRUE(site->value().find_path("operators.nfd.channel")->is_null());
}

TEST(SiteTest, AnUnknownKeyIsRefusedWithTheNearestOne) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpu:\n  vender: nvidia\n"),
            "error: site.yaml:4:3: unknown key 'vender'\n"
            "  4 |   vender: nvidia\n"
            "    |   ^\n"
            "hint: did you mean 'vendor'?");
}

TEST(SiteTest, AWrongTypeIsRefused) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpu:\n  nodes: \"2\"\n"),
            "error: site.yaml:4:10: 'gpu.nodes' must be an integer, not string\n"
            "  4 |   nodes: \"2\"\n"
            "    |          ^\n"
            "hint: write the number without quotes");
}

TEST(SiteTest, AValueOutsideItsRangeIsRefused) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpu: {nodes: 0}\n"),
            "error: site.yaml:3:14: 'gpu.nodes' must be from 1 to 1000, not 0\n"
            "  3 | gpu: {nodes: 0}\n"
            "    |              ^");
}

TEST(SiteTest, AnotherVendorIsRefused) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpu: {vendor: intel}\n"),
            "error: site.yaml:3:15: 'gpu.vendor' must be 'nvidia', not 'intel'\n"
            "  3 | gpu: {vendor: intel}\n"
            "    |               ^");
}

TEST(SiteTest, ADuplicateKeyIsRefused) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpu:\n  nodes: 1\n  nodes: 2\n"),
            "error: site.yaml:5:3: duplicate key 'nodes'\n"
            "  5 |   nodes: 2\n"
            "    |   ^\n"
            "hint: it stands in line 4 already");
}

TEST(SiteTest, ATabIsRefused) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpu:\n\tnodes: 1\n"),
            "error: site.yaml:4:1: a tab cannot indent a line\n"
            "  4 | \tnodes: 1\n"
            "    | ^\n"
            "hint: use spaces");
}

TEST(SiteTest, AMissingKindIsRefused) {
  EXPECT_EQ(message_of("apiVersion: slipway.dev/v1alpha1\n"),
            "error: site.yaml:1:1: missing key 'kind'\n"
            "  1 | apiVersion: slipway.dev/v1alpha1\n"
            "    | ^\n"
            "hint: add 'kind: Site'");
}

TEST(SiteTest, EveryProblemIsShownAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpo: {}\ngpu: {nodes: x}\n"),
            "error: site.yaml:3:1: unknown key 'gpo'\n"
            "  3 | gpo: {}\n"
            "    | ^\n"
            "hint: did you mean 'gpu'?\n"
            "site.yaml:4:14: error: 'gpu.nodes' must be an integer, not string\n"
            "  4 | gpu: {nodes: x}\n"
            "    |              ^\n"
            "hint: write the number without quotes");
}

TEST(SiteTest, ALabelThatIsNoStringIsRefused) {
  EXPECT_EQ(message_of(std::string(kHead) + "gpu:\n  selector:\n    gpu: true\n"),
            "error: site.yaml:5:10: 'gpu.selector.gpu' must be a string, not boolean\n"
            "  5 |     gpu: true\n"
            "    |          ^\n"
            "hint: labels are strings: put it in quotes");
}

TEST(SiteTest, ANamespaceOfThePlatformIsRefused) {
  EXPECT_EQ(message_of(std::string(kHead) + "project: {name: kube-system}\n"),
            "error: site.yaml:3:17: 'project.name' must not be 'kube-system'\n"
            "  3 | project: {name: kube-system}\n"
            "    |                 ^\n"
            "hint: the platform has that namespace; choose one of your own");
  for (const char* name : {"default", "openshift", "openshift-monitoring", "redhat-ods-operator"}) {
    EXPECT_FALSE(parse(std::string(kHead) + "inventory: {namespace: " + name + "}\n", "site.yaml"))
        << name;
  }
  EXPECT_TRUE(parse(std::string(kHead) + "project: {name: openshifty}\n", "site.yaml"));
}

TEST(SiteTest, TheSampleIsASiteAtItsDefaults) {
  const base::Result<Site> from_sample = parse(sample(), "sample.yaml");
  ASSERT_TRUE(from_sample.has_value()) << base::to_string(from_sample.error());
  const base::Result<Site> from_head = parse(kHead, "site.yaml");
  ASSERT_TRUE(from_head.has_value());
  EXPECT_EQ(from_sample->value(), from_head->value());
}

// The schema and the parser read one table; this holds the schema's content against it anyway, so
// that a field cannot be printed with another type or default than it is parsed with.
void compare(const std::vector<Field>& fields, const doc::Value& schema, const std::string& path) {
  const doc::Value* properties = schema.find("properties");
  ASSERT_NE(properties, nullptr) << path;
  EXPECT_EQ(properties->size(), fields.size()) << path;
  EXPECT_EQ(*schema.find("additionalProperties"), doc::Value(false)) << path;
  for (const Field& field : fields) {
    const std::string at = path + "." + std::string(field.key);
    const doc::Value* property = properties->find(field.key);
    ASSERT_NE(property, nullptr) << at;
    if (field.type == Field::Type::section) {
      compare(field.fields, *property, at);
      continue;
    }
    if (field.required) continue;
    EXPECT_EQ(*property->find("default"), field.fallback) << at;
    if (field.type == Field::Type::integer) {
      EXPECT_EQ(*property->find("minimum"), doc::Value(field.least)) << at;
      EXPECT_EQ(*property->find("maximum"), doc::Value(field.most)) << at;
    }
  }
}

TEST(SiteTest, TheSchemaSaysWhatTheParserDoes) { compare(fields(), json_schema(), ""); }

TEST(SiteTest, TheSchemaIsValidJson) {
  const std::string text = doc::to_json(json_schema());
  EXPECT_TRUE(doc::parse_json(text).has_value());
}

}  // namespace
}  // namespace site
