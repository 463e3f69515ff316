#include "kube/discovery.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "doc/json.h"

namespace kube {
namespace {

doc::Value json(std::string_view text) { return doc::parse_json(text).value(); }

/// One line a resource: "apps/v1 Deployment deployments namespaced [get,list] status,scale".
std::string print(const std::vector<Resource>& resources) {
  std::string text;
  for (const Resource& r : resources) {
    text += r.gvk().api_version() + " " + r.kind + " " + r.plural +
            (r.namespaced ? " namespaced [" : " cluster [") + base::join(r.verbs, ",") + "] " +
            base::join(r.subresources, ",") + "\n";
  }
  return text;
}

constexpr std::string_view kAggregated = R"({
  "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
  "items": [
    {"metadata": {"name": "apps"}, "versions": [{"version": "v1", "freshness": "Current",
      "resources": [
        {"resource": "deployments",
         "responseKind": {"group": "", "version": "", "kind": "Deployment"},
         "scope": "Namespaced", "verbs": ["get", "list"],
         "subresources": [{"subresource": "scale"}, {"subresource": "status"}]}]}]},
    {"metadata": {"name": "x.example.com"}, "versions": [
      {"version": "v2", "resources": [
        {"resource": "widgets", "responseKind": {"kind": "Widget"}, "scope": "Cluster",
         "verbs": []}]},
      {"version": "v1", "resources": [
        {"resource": "widgets", "responseKind": {"kind": "Widget"}, "scope": "Cluster",
         "verbs": []},
        {"resource": "parentless", "subresources": [{"subresource": "status"}]}]}]}]})";

TEST(DiscoveryTest, ReadsTheAggregatedForm) {
  EXPECT_EQ(print(parse_aggregated_discovery(json(kAggregated)).value()),
            "apps/v1 Deployment deployments namespaced [get,list] scale,status\n"
            "x.example.com/v2 Widget widgets cluster [] \n"
            "x.example.com/v1 Widget widgets cluster [] \n");
}

TEST(DiscoveryTest, FindsByVersionOrThePreferredOne) {
  const Discovery discovery(parse_aggregated_discovery(json(kAggregated)).value());
  EXPECT_EQ(discovery.find({"x.example.com", "v1", "Widget"})->version, "v1");
  EXPECT_EQ(discovery.find({"x.example.com", "v3", "Widget"}), nullptr);
  EXPECT_EQ(discovery.find_kind("x.example.com", "Widget")->version, "v2");
  EXPECT_EQ(discovery.find_plural("apps", "deployments")->kind, "Deployment");
  EXPECT_EQ(discovery.find_plural("", "deployments"), nullptr);
}

TEST(DiscoveryTest, AsksForTheAggregatedFormFirst) {
  const Request request = discovery_request("/apis");
  EXPECT_EQ(request.target(), "/apis");
  EXPECT_EQ(request.accept,
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
            "application/json");
}

TEST(DiscoveryTest, ReadsTheOldForm) {
  EXPECT_EQ(parse_group_versions(json(R"({"kind":"APIVersions","versions":["v1"]})")).value(),
            std::vector<std::string>{"/api/v1"});
  EXPECT_EQ(parse_group_versions(json(R"({"kind":"APIGroupList","groups":[
              {"name":"a","preferredVersion":{"groupVersion":"a/v1"},
               "versions":[{"groupVersion":"a/v2"},{"groupVersion":"a/v1"}]}]})"))
                .value(),
            (std::vector<std::string>{"/apis/a/v1", "/apis/a/v2"}));
  EXPECT_EQ(print(parse_resource_list(json(R"({"kind":"APIResourceList","groupVersion":"v1",
              "resources":[{"name":"pods","namespaced":true,"kind":"Pod","verbs":["get"]},
                           {"name":"pods/log","namespaced":true,"kind":"Pod","verbs":["get"]},
                           {"name":"nodes","namespaced":false,"kind":"Node","verbs":[]}]})"))
                      .value()),
            "v1 Pod pods namespaced [get] log\nv1 Node nodes cluster [] \n");
}

TEST(DiscoveryTest, AnotherKindOfDocumentIsRefused) {
  EXPECT_EQ(parse_aggregated_discovery(json(R"({"kind":"Status"})")).error().message,
            "expected a document of kind APIGroupDiscoveryList, got 'Status'");
  EXPECT_EQ(parse_group_versions(json("[]")).error().message,
            "expected a document of kind APIGroupList or APIVersions, got ''");
  EXPECT_EQ(parse_resource_list(json("{}")).error().message,
            "expected a document of kind APIResourceList, got ''");
}

TEST(DiscoveryTest, OpenApiIndex) {
  const auto index = parse_openapi_index(json(
      R"({"paths":{"apis/apps/v1":{"serverRelativeURL":"/openapi/v3/apis/apps/v1?hash=A"}}})"));
  EXPECT_EQ(index.value().at("apis/apps/v1"), "/openapi/v3/apis/apps/v1?hash=A");
  EXPECT_EQ(parse_openapi_index(json("{}")).error().message,
            "the OpenAPI index has no map 'paths'");
}

}  // namespace
}  // namespace kube
