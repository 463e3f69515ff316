#include "kube/managed_fields.h"

#include <gtest/gtest.h>

#include "doc/json.h"

namespace kube {
namespace {

const doc::Value& deployment() {
  static const doc::Value kObject = doc::parse_json(R"({
    "metadata": {"managedFields": [
      {"manager": "slipway", "operation": "Apply", "apiVersion": "apps/v1",
       "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {
         "f:metadata": {"f:labels": {"f:app.kubernetes.io/name": {}},
                        "f:finalizers": {".": {}, "v:\"x/y\"": {}}},
         "f:spec": {"f:template": {"f:spec": {"f:containers": {
           "k:{\"name\":\"a\"}": {".": {}, "f:image": {}, "f:name": {},
             "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}}}}}}}}}},
      {"manager": "hpa", "operation": "Update", "subresource": "scale",
       "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
      {"manager": "odd", "operation": "Update", "fieldsV1": "?"}]}})")
                                        .value();
  return kObject;
}

TEST(ManagedFieldsTest, PathsReadAsTheServerWritesThem) {
  const std::vector<OwnedFields> owned = owned_fields(deployment());
  ASSERT_EQ(owned.size(), 2U);
  EXPECT_EQ(owned[0].owner, (FieldOwner{"slipway", "Apply", "", "2026-01-01T00:00:00Z"}));
  EXPECT_EQ(
      owned[0].paths,
      (std::vector<std::string>{
          R"(.metadata.finalizers[="x/y"])",
          ".metadata.labels.app.kubernetes.io/name",
          R"(.spec.template.spec.containers[name="a"].image)",
          R"(.spec.template.spec.containers[name="a"].name)",
          R"(.spec.template.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"])",
      }));
  EXPECT_EQ(owned[1].owner, (FieldOwner{"hpa", "Update", "scale", ""}));
}

TEST(ManagedFieldsTest, OwnersOfAFieldAndOfWhatIsAboveIt) {
  const auto names = [](std::string_view path) {
    std::string text;
    for (const FieldOwner& owner : owners_of(deployment(), path)) text += owner.manager + " ";
    return text;
  };
  EXPECT_EQ(names(".spec.replicas"), "hpa ");
  EXPECT_EQ(names(".spec"), "slipway hpa ");
  EXPECT_EQ(names(R"(.spec.template.spec.containers[name="a"].image)"), "slipway ");
  EXPECT_EQ(names(".spec.rep"), "");
}

TEST(ManagedFieldsTest, AnObjectWithoutThemHasNone) {
  EXPECT_TRUE(owned_fields(doc::Value()).empty());
  EXPECT_TRUE(owners_of(doc::parse_json(R"({"metadata":{}})").value(), ".spec").empty());
}

}  // namespace
}  // namespace kube
