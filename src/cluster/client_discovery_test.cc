#include <gtest/gtest.h>

#include <memory>

#include "cluster/scenario.h"

namespace cluster {
namespace {

using base::ErrorCode;
using std::chrono::seconds;

TEST(ClientDiscoveryTest, IsAskedOnce) {
  Scenario s("two kinds, one discovery");
  s.expect_discovery();
  EXPECT_EQ(s.client().resource_of(kPod, s.in(seconds(9))).value().plural, "pods");
  EXPECT_EQ(s.client().resource_of(kWidget, s.in(seconds(9))).value().plural, "widgets");
}

TEST(ClientDiscoveryTest, AKindThatCameSinceIsFound) {
  Scenario s("a CRD is created after discovery");
  s.expect_discovery();
  s.expect("GET /apis/y.example.com/v1")
      .reply(200, R"({"kind":"APIResourceList","groupVersion":"y.example.com/v1","resources":[
                      {"name":"gadgets","namespaced":true,"kind":"Gadget","verbs":["get"]}]})");
  const kube::GroupVersionKind gadget{"y.example.com", "v1", "Gadget"};
  EXPECT_EQ(s.client().resource_of(gadget, s.in(seconds(9))).value().plural, "gadgets");
  // And is remembered.
  EXPECT_EQ(s.client().resource_of(gadget, s.in(seconds(9))).value().plural, "gadgets");
  EXPECT_EQ(s.client().resource_of(kPod, s.in(seconds(9))).value().plural, "pods");
}

TEST(ClientDiscoveryTest, AKindThatIsNotThereIsToldWithAHint) {
  Scenario s("unknown kinds");
  s.expect_discovery();
  s.expect("GET /apis/nvidia.com/v1").reply(404, "404 page not found");
  s.expect("GET /api/v1").reply(200, R"({"kind":"APIResourceList","groupVersion":"v1","resources":[
      {"name":"pods","namespaced":true,"kind":"Pod","verbs":[]}]})");
  s.expect("GET /apis/x.example.com/v2").reply(404, "404 page not found");
  const auto error = [&](const kube::GroupVersionKind& gvk) {
    return base::to_string(s.client().resource_of(gvk, s.in(seconds(9))).error());
  };
  EXPECT_EQ(error({"nvidia.com", "v1", "ClusterPolicy"}),
            "error: the cluster has no kind 'ClusterPolicy' in nvidia.com/v1\n"
            "hint: nothing of 'nvidia.com' is installed: the operator that brings it is not there "
            "(yet)");
  EXPECT_EQ(error({"", "v1", "Podd"}),
            "error: the cluster has no kind 'Podd' in v1\nhint: did you mean 'Pod'?");
  EXPECT_EQ(error({"x.example.com", "v2", "Widget"}),
            "error: the cluster has no kind 'Widget' in x.example.com/v2\n"
            "hint: it has it in x.example.com/v1");
}

TEST(ClientDiscoveryTest, AnOldServerIsAskedGroupByGroupAndABrokenBackendIsLeftOut) {
  Scenario s("no aggregated discovery");
  s.expect("GET /api").reply(200, R"({"kind":"APIVersions","versions":["v1"]})");
  s.expect("GET /api/v1").reply(200, R"({"kind":"APIResourceList","groupVersion":"v1","resources":[
      {"name":"pods","namespaced":true,"kind":"Pod","verbs":["get"]}]})");
  s.expect("GET /apis").reply(200, R"({"kind":"APIGroupList","groups":[
      {"versions":[{"groupVersion":"down/v1"}]},{"versions":[{"groupVersion":"up/v1"}]}]})");
  s.expect("GET /apis/down/v1").reply(404, status(404, "NotFound", "gone"));
  s.expect("GET /apis/up/v1")
      .reply(200, R"({"kind":"APIResourceList","groupVersion":"up/v1","resources":[
                      {"name":"ups","namespaced":false,"kind":"Up","verbs":[]}]})");
  const auto discovery = s.client().discovery(s.in(seconds(9))).value();
  EXPECT_EQ(discovery->resources().size(), 2U);
  EXPECT_EQ(discovery->find_kind("up", "Up")->plural, "ups");
}

TEST(ClientDiscoveryTest, OpenApiIndex) {
  Scenario s("openapi");
  s.expect("GET /openapi/v3")
      .reply(200, R"({"paths":{"api/v1":{"serverRelativeURL":"/openapi/v3/api/v1?hash=A"}}})");
  EXPECT_EQ(s.client().openapi_index(s.in(seconds(9))).value().at("api/v1"),
            "/openapi/v3/api/v1?hash=A");
}

}  // namespace
}  // namespace cluster
