#include "kube/request.h"

#include <gtest/gtest.h>

#include "doc/json.h"

namespace kube {
namespace {

const Resource kPods{"", "v1", "pods", "Pod", true, {}, {}};
const Resource kNodes{"", "v1", "nodes", "Node", false, {}, {}};
const Resource kDeployments{"apps", "v1", "deployments", "Deployment", true, {}, {}};

doc::Value json(std::string_view text) { return doc::parse_json(text).value(); }

/// Method, URL, content type and body, a line each.
std::string print(const Request& request) {
  std::string text = std::string(method_name(request.method)) + " " + request.target();
  if (!request.content_type.empty()) text += "\n" + request.content_type;
  if (!request.body.empty()) text += "\n" + request.body;
  return text;
}

TEST(RequestTest, Get) {
  EXPECT_EQ(print(get_request(kPods, {"a", "b"})), "GET /api/v1/namespaces/a/pods/b");
  EXPECT_EQ(print(get_request(kNodes, {"", "gpu-1"})), "GET /api/v1/nodes/gpu-1");
  EXPECT_EQ(print(get_request(kDeployments, {"a", "b"}, "scale")),
            "GET /apis/apps/v1/namespaces/a/deployments/b/scale");
}

TEST(RequestTest, ANameCannotLeaveItsSegment) {
  EXPECT_EQ(print(get_request(kPods, {"a", "../x?y#z"})),
            "GET /api/v1/namespaces/a/pods/..%2Fx%3Fy%23z");
  EXPECT_EQ(print(get_request(
                {"rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, {}, {}},
                {"", "system:node"})),
            "GET /apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode");
}

TEST(RequestTest, ListInPages) {
  EXPECT_EQ(print(list_request(kPods, {})), "GET /api/v1/pods");
  EXPECT_EQ(print(list_request(kPods, {"a", "app in (x,y)", "spec.nodeName=n"},
                               {.limit = 500, .continue_token = "t=="})),
            "GET /api/v1/namespaces/a/pods?labelSelector=app%20in%20%28x%2Cy%29"
            "&fieldSelector=spec.nodeName%3Dn&limit=500&continue=t%3D%3D");
  // A namespace means nothing to what is cluster-scoped.
  EXPECT_EQ(print(list_request(kNodes, {"a", "", ""}, {.resource_version = "0"})),
            "GET /api/v1/nodes?resourceVersion=0");
}

TEST(RequestTest, WatchAsksForBookmarks) {
  EXPECT_EQ(print(watch_request(kDeployments, {"a", "", ""}, "42", std::chrono::seconds(290))),
            "GET /apis/apps/v1/namespaces/a/deployments?watch=true&resourceVersion=42"
            "&allowWatchBookmarks=true&timeoutSeconds=290");
}

TEST(RequestTest, ServerSideApply) {
  const doc::Value object =
      json(R"({"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"a","name":"b"}})");
  EXPECT_EQ(print(apply_request(kPods, object, {.field_manager = "slipway"})),
            "PATCH /api/v1/namespaces/a/pods/b?fieldManager=slipway&force=false"
            "&fieldValidation=Strict\n"
            "application/apply-patch+yaml\n"
            R"({"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"a","name":"b"}})");
  EXPECT_EQ(apply_request(kPods, object,
                          {.field_manager = "slipway",
                           .force = true,
                           .dry_run = DryRun::all,
                           .subresource = "status"})
                .target(),
            "/api/v1/namespaces/a/pods/b/status?fieldManager=slipway&force=true&dryRun=All"
            "&fieldValidation=Strict");
}

TEST(RequestTest, Patches) {
  EXPECT_EQ(print(merge_patch_request(kPods, {"a", "b"}, json(R"({"metadata":{"labels":null}})"),
                                      {.field_manager = "m"})),
            "PATCH /api/v1/namespaces/a/pods/b?fieldManager=m&fieldValidation=Strict\n"
            "application/merge-patch+json\n"
            R"({"metadata":{"labels":null}})");
  EXPECT_EQ(print(json_patch_request(kPods, {"a", "b"},
                                     json(R"([{"op":"remove","path":"/metadata/labels"}])"), {})),
            "PATCH /api/v1/namespaces/a/pods/b?fieldValidation=Strict\n"
            "application/json-patch+json\n"
            R"([{"op":"remove","path":"/metadata/labels"}])");
}

TEST(RequestTest, CreateAndUpdate) {
  EXPECT_EQ(print(create_request(
                kPods, json(R"({"metadata":{"namespace":"a","generateName":"b-"}})"), {})),
            "POST /api/v1/namespaces/a/pods?fieldValidation=Strict\napplication/json\n"
            R"({"metadata":{"namespace":"a","generateName":"b-"}})");
  EXPECT_EQ(print(update_request(
                kNodes, json(R"({"metadata":{"name":"n"}})"),
                {.field_manager = "m", .dry_run = DryRun::all, .subresource = "status"})),
            "PUT /api/v1/nodes/n/status?fieldManager=m&dryRun=All&fieldValidation=Strict\n"
            "application/json\n"
            R"({"metadata":{"name":"n"}})");
}

TEST(RequestTest, DeleteWithPreconditions) {
  EXPECT_EQ(print(delete_request(kPods, {"a", "b"})),
            "DELETE /api/v1/namespaces/a/pods/b\napplication/json\n"
            R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background"})");
  EXPECT_EQ(print(delete_request(kPods, {"a", "b"},
                                 {.uid = "u",
                                  .resource_version = "7",
                                  .propagation = Propagation::foreground,
                                  .grace_period_seconds = 0,
                                  .dry_run = DryRun::all})),
            "DELETE /api/v1/namespaces/a/pods/b?dryRun=All\napplication/json\n"
            R"({"apiVersion":"v1","kind":"DeleteOptions",)"
            R"("preconditions":{"uid":"u","resourceVersion":"7"},"propagationPolicy":"Foreground",)"
            R"("gracePeriodSeconds":0,"dryRun":["All"]})");
}

TEST(RequestTest, Evict) {
  EXPECT_EQ(
      print(evict_request({"a", "b"})),
      "POST /api/v1/namespaces/a/pods/b/eviction\napplication/json\n"
      R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"b","namespace":"a"},)"
      R"("deleteOptions":{"apiVersion":"v1","kind":"DeleteOptions",)"
      R"("propagationPolicy":"Background"}})");
}

TEST(RequestTest, LogsExecAndPortForward) {
  EXPECT_EQ(
      log_request({"a", "b"}, {.container = "c", .tail_lines = 10, .previous = true}).target(),
      "/api/v1/namespaces/a/pods/b/log?container=c&previous=true&tailLines=10");
  EXPECT_EQ(exec_request({"a", "b"}, {"c", {"sh", "-c", "echo a&b"}}).target(),
            "/api/v1/namespaces/a/pods/b/exec?command=sh&command=-c&command=echo%20a%26b"
            "&container=c&stdout=true&stderr=true");
  const int ports[] = {8080, 9090};
  EXPECT_EQ(port_forward_request({"a", "b"}, ports).target(),
            "/api/v1/namespaces/a/pods/b/portforward?ports=8080&ports=9090");
}

TEST(RequestTest, AccessReview) {
  EXPECT_EQ(print(access_review_request({"patch", "apps", "deployments", "", "a", ""})),
            "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews\napplication/json\n"
            R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",)"
            R"("spec":{"resourceAttributes":{"namespace":"a","verb":"patch","group":"apps",)"
            R"("resource":"deployments"}}})");
}

TEST(RequestTest, OnlyWhatWritesMutates) {
  const doc::Value object = json(R"({"metadata":{"name":"b"}})");
  EXPECT_FALSE(get_request(kPods, {"a", "b"}).mutates());
  EXPECT_FALSE(access_review_request({}).mutates());
  EXPECT_FALSE(apply_request(kPods, object, {.dry_run = DryRun::all}).mutates());
  EXPECT_FALSE(delete_request(kPods, {"a", "b"}, {.dry_run = DryRun::all}).mutates());
  EXPECT_TRUE(apply_request(kPods, object, {}).mutates());
  EXPECT_TRUE(delete_request(kPods, {"a", "b"}).mutates());
  EXPECT_TRUE(evict_request({"a", "b"}).mutates());
}

std::string question(const Request& request) {
  const AccessQuestion q = question_of(request);
  return q.verb + " group=" + q.group + " resource=" + q.resource + "/" + q.subresource +
         " namespace=" + q.namespace_name + " name=" + q.name;
}

TEST(RequestTest, SaysWhatPermissionARequestNeeds) {
  EXPECT_EQ(question(get_request(kDeployments, {"a", "b"}, "status")),
            "get group=apps resource=deployments/status namespace=a name=b");
  EXPECT_EQ(question(list_request(kPods, {})), "list group= resource=pods/ namespace= name=");
  EXPECT_EQ(question(watch_request(kNodes, {}, "", std::chrono::seconds(1))),
            "watch group= resource=nodes/ namespace= name=");
  const Resource namespaces{"", "v1", "namespaces", "Namespace", false, {}, {}};
  EXPECT_EQ(question(delete_request(namespaces, {"", "a"})),
            "delete group= resource=namespaces/ namespace=a name=a");
  EXPECT_EQ(question(get_request(namespaces, {"", "a"}, "status")),
            "get group= resource=namespaces/status namespace=a name=a");
  EXPECT_EQ(question(evict_request({"a", "b"})),
            "create group= resource=pods/eviction namespace=a name=b");
  EXPECT_EQ(question(raw_get_request("/version")), "get group= resource=/ namespace= name=");
}

TEST(RequestTest, RawPathsKeepTheirQuery) {
  EXPECT_EQ(raw_get_request("/openapi/v3/apis/apps/v1?hash=AB%3D&x").target(),
            "/openapi/v3/apis/apps/v1?hash=AB%3D&x=");
}

}  // namespace
}  // namespace kube
