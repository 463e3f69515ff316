#include "kube/types.h"

#include <gtest/gtest.h>

#include "doc/json.h"

namespace kube {
namespace {

doc::Value json(std::string_view text) { return doc::parse_json(text).value(); }

TEST(TypesTest, GroupAndVersionAreReadFromApiVersion) {
  EXPECT_EQ(parse_gvk("v1", "Pod").value(), (GroupVersionKind{"", "v1", "Pod"}));
  EXPECT_EQ(parse_gvk("apps/v1", "Deployment").value(),
            (GroupVersionKind{"apps", "v1", "Deployment"}));
  EXPECT_EQ(parse_gvk("apps/v1", "Deployment").value().api_version(), "apps/v1");
  EXPECT_EQ(parse_gvk("v1", "Pod").value().api_version(), "v1");
}

TEST(TypesTest, WhatIsNoApiVersionIsRefused) {
  for (const std::string_view text : {"", "/", "apps/", "/v1", "a/b/c"}) {
    EXPECT_EQ(base::to_string(parse_gvk(text, "Pod").error()),
              "error: apiVersion '" + std::string(text) +
                  "' is no group/version\nhint: write it like 'v1' or 'apps/v1'");
  }
  EXPECT_EQ(parse_gvk("v1", "").error().message, "kind is empty");
}

TEST(TypesTest, AnObjectsReferenceReadsAsPeopleWriteIt) {
  EXPECT_EQ(to_string(ref_of(json(R"({"apiVersion":"apps/v1","kind":"Deployment",
                                      "metadata":{"namespace":"nanabush-ai","name":"vllm"}})"))
                          .value()),
            "Deployment.apps nanabush-ai/vllm");
  EXPECT_EQ(to_string(ref_of(json(R"({"apiVersion":"v1","kind":"Node",
                                      "metadata":{"name":"gpu-1"}})"))
                          .value()),
            "Node gpu-1");
}

TEST(TypesTest, AnObjectWithoutIdentityIsRefused) {
  EXPECT_EQ(ref_of(json("[]")).error().message, "an object has to be a map, not a list");
  EXPECT_EQ(ref_of(json(R"({"kind":"Pod"})")).error().message, "the object has no apiVersion");
  EXPECT_EQ(ref_of(json(R"({"apiVersion":"v1"})")).error().message, "the object has no kind");
  EXPECT_EQ(ref_of(json(R"({"apiVersion":"v1","kind":"Pod","metadata":{}})")).error().message,
            "the object (kind Pod) has no metadata.name");
}

TEST(TypesTest, ItemsOfATypedListGetTheirKindBack) {
  const auto items = items_of_list(json(R"({"kind":"PodList","items":[{"metadata":{"name":"a"}},
               {"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}}]})"),
                                   {"", "v1", "Pod"});
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(doc::to_json(items[0]), R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}})");
  EXPECT_EQ(doc::to_json(items[1]), R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}})");
  EXPECT_TRUE(items_of_list(json(R"({"items":null})"), {"", "v1", "Pod"}).empty());
}

}  // namespace
}  // namespace kube
