#include <gtest/gtest.h>

#include <thread>

#include "cluster/exec.h"
#include "doc/yaml.h"
#include "kube/managed_fields.h"
#include "live_cluster.h"

namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::seconds;

const kube::GroupVersionKind kConfigMap{"", "v1", "ConfigMap"};
const kube::GroupVersionKind kPod{"", "v1", "Pod"};

doc::Value yaml(const std::string& text) { return doc::parse_yaml(text, "<test>").value(); }
doc::Value config_map(const std::string& name, const std::string& data) {
  return yaml("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, name: " + name +
              "}, data: {" + data + "}}");
}
kube::ObjectRef ref(const std::string& name) { return {kConfigMap, "default", name}; }
std::string version_of(const doc::Value& object) {
  return std::string(object.string_at("metadata.resourceVersion"));
}

class ClientLiveTest : public testing::Test {
 protected:
  LiveCluster& live = LiveCluster::get();
  std::unique_ptr<cluster::Connection> connection = live.connect();
  cluster::Client& client = connection->client();
  cluster::Until until = live.in(seconds(60));
};

TEST_F(ClientLiveTest, KnowsTheServer) {
  EXPECT_EQ(client.version(until).value().major, 1);
  EXPECT_GE(client.version(until).value().minor, 33);
  EXPECT_TRUE(client.openapi_index(until).value().contains("apis/apps/v1"));
  const auto deployments = client.resource_of({"apps", "v1", "Deployment"}, until).value();
  EXPECT_EQ(deployments.plural, "deployments");
  EXPECT_TRUE(deployments.namespaced);
  EXPECT_TRUE(deployments.can("watch"));
  EXPECT_TRUE(deployments.has_subresource("scale"));
  EXPECT_EQ(base::to_string(client.resource_of({"apps", "v1", "Deploymnet"}, until).error()),
            "error: the cluster has no kind 'Deploymnet' in apps/v1\n"
            "hint: did you mean 'Deployment'?");
}

TEST_F(ClientLiveTest, AnApplyThatChangesNothingWritesNothing) {
  const doc::Value first = client.apply(config_map("same", "a: '1'"), {}, until).value();
  const doc::Value second = client.apply(config_map("same", "a: '1'"), {}, until).value();
  EXPECT_EQ(version_of(first), version_of(second));
  const auto owners = kube::owners_of(second, ".data.a");
  ASSERT_EQ(owners.size(), 1U);
  EXPECT_EQ(owners[0].manager, "slipway");
  EXPECT_EQ(owners[0].operation, "Apply");
}

// INV-4
TEST_F(ClientLiveTest, AConflictNamesTheOwnerAndOnlyForceTakesTheField) {
  ASSERT_TRUE(client.apply(config_map("owned", "a: '1', b: '1', c: '1'"), {}, until));
  const auto other = live.connect("helm");
  ASSERT_TRUE(other->client().apply(config_map("owned", "a: '1'"), {}, until));
  ASSERT_TRUE(other->client().apply(config_map("owned", "d: '1'"), {}, until));

  const Error error =
      other->client().apply(config_map("owned", "a: '2', b: '2', d: '1'"), {}, until).error();
  EXPECT_EQ(error.code, ErrorCode::aborted);
  EXPECT_EQ(base::to_string(error),
            "error: apply ConfigMap default/owned: 'slipway' owns .data.a, .data.b\n"
            "hint: leave the field to its owner, or take it over with force");

  const doc::Value taken =
      other->client().apply(config_map("owned", "a: '2'"), {.force = true}, until).value();
  EXPECT_EQ(taken.string_at("data.a"), "2");
  EXPECT_EQ(kube::owners_of(taken, ".data.a").at(0).manager, "helm");
}

TEST_F(ClientLiveTest, ADryRunShowsTheResultAndWritesNothing) {
  const doc::Value shown =
      client.apply(config_map("dry", "a: '1'"), {.dry_run = kube::DryRun::all}, until).value();
  EXPECT_EQ(shown.string_at("data.a"), "1");
  const Error error = client.get(ref("dry"), until).error();
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_EQ(error.message, "configmaps \"dry\" not found");
}

TEST_F(ClientLiveTest, AnUnknownFieldIsRefusedByEveryWrite) {
  const doc::Value wrong = yaml(
      "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, name: wrong}, dta: {}}");
  const Error applied = client.apply(wrong, {.dry_run = kube::DryRun::all}, until).error();
  EXPECT_EQ(applied.code, ErrorCode::invalid_argument);
  EXPECT_NE(applied.message.find(".dta: field not declared in schema"), std::string::npos)
      << applied.message;
  const Error created = client.create(wrong, {}, until).error();
  EXPECT_EQ(created.code, ErrorCode::invalid_argument);
  EXPECT_NE(created.message.find("unknown field \"dta\""), std::string::npos) << created.message;
}

TEST_F(ClientLiveTest, ADeletesPreconditionsHold) {
  const doc::Value object = client.apply(config_map("doomed", "a: '1'"), {}, until).value();
  const Error error = client.remove(ref("doomed"), {.uid = "another"}, until).error();
  EXPECT_EQ(error.code, ErrorCode::aborted);
  EXPECT_TRUE(client.get(ref("doomed"), until));
  ASSERT_TRUE(client.remove(ref("doomed"),
                            {.uid = std::string(object.string_at("metadata.uid")),
                             .resource_version = version_of(object)},
                            until));
  EXPECT_EQ(client.remove(ref("doomed"), {}, until).error().code, ErrorCode::not_found);
}

TEST_F(ClientLiveTest, CreatePatchAndUpdate) {
  const doc::Value named =
      client
          .create(yaml("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, "
                       "generateName: made-}, data: {a: '1'}}"),
                  {}, until)
          .value();
  const std::string name(named.string_at("metadata.name"));
  EXPECT_TRUE(name.starts_with("made-"));
  EXPECT_EQ(client.create(config_map(name, ""), {}, until).error().code, ErrorCode::already_exists);

  const doc::Value merged =
      client.patch(ref(name), yaml("{data: {a: null, b: '2'}}"), {}, until).value();
  EXPECT_EQ(merged.find_path("data.a"), nullptr);
  EXPECT_EQ(merged.string_at("data.b"), "2");
  const doc::Value patched =
      client.json_patch(ref(name), yaml("[{op: replace, path: /data/b, value: '3'}]"), {}, until)
          .value();
  EXPECT_EQ(patched.string_at("data.b"), "3");
  EXPECT_EQ(client.update(merged, {}, until).error().code, ErrorCode::aborted);
  EXPECT_TRUE(client.update(patched, {}, until));
}

TEST_F(ClientLiveTest, StatusIsWrittenByItsSubresource) {
  const doc::Value node =
      client.apply(yaml("{apiVersion: v1, kind: Node, metadata: {name: gpu-1}}"), {}, until)
          .value();
  const std::string_view path[] = {"status", "capacity", "nvidia.com/gpu"};
  const doc::Value written = client.update_status(node.with_path(path, "8"), until).value();
  EXPECT_EQ(written.find_path("status.capacity")->string_at("cpu"), "");
  EXPECT_EQ(written.find_path("status.capacity")->find("nvidia.com/gpu")->as_string(), "8");
}

TEST_F(ClientLiveTest, AListLongerThanAPageIsWhole) {
  ASSERT_TRUE(
      client.apply(yaml("{apiVersion: v1, kind: Namespace, metadata: {name: many}}"), {}, until));
  // From four threads at once: the transport has one event thread for all of them.
  std::vector<std::thread> threads;
  std::atomic<int> made = 0;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 130; ++i) {
        const std::string name = "m-" + std::to_string(thread) + "-" + std::to_string(i);
        made += client
                    .create(yaml("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: many, "
                                 "name: " +
                                 name + "}}"),
                            {}, until)
                    .has_value();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 520);
  const cluster::ObjectList list = client.list(kConfigMap, {"many", "", ""}, until).value();
  EXPECT_EQ(list.items.size(), 520U);
  EXPECT_EQ(list.items[0].string_at("kind"), "ConfigMap");
  const cluster::ObjectList one =
      client.list(kConfigMap, {"many", "", "metadata.name=m-0-7"}, until).value();
  EXPECT_EQ(one.items.size(), 1U);
}

TEST_F(ClientLiveTest, AContinueTokenThatWasCompactedIsOutOfRange) {
  const kube::Resource resource = client.resource_of(kConfigMap, until).value();
  ASSERT_TRUE(client.apply(config_map("page-1", ""), {}, until));
  ASSERT_TRUE(client.apply(config_map("page-2", ""), {}, until));
  const kube::Request first = kube::list_request(resource, {"default", "", ""}, {.limit = 1});
  const std::string body = client.send(first, until).value().body;
  const std::string token(doc::parse_yaml(body, "<page>").value().string_at("metadata.continue"));
  ASSERT_NE(token, "");
  ASSERT_TRUE(client.apply(config_map("page-3", ""), {}, until));
  ASSERT_TRUE(live.compact(client));
  const kube::Request second =
      kube::list_request(resource, {"default", "", ""}, {.limit = 1, .continue_token = token});
  EXPECT_EQ(client.send(second, until).error().code, ErrorCode::out_of_range);
}

TEST_F(ClientLiveTest, WhoMayNotIsToldWhatAndWhy) {
  const auto nobody = live.connect_without_permissions();
  EXPECT_FALSE(nobody->client().may_i({"list", "", "nodes"}, until).value().allowed);
  EXPECT_TRUE(client.may_i({"list", "", "nodes"}, until).value().allowed);
  const Error error = nobody->client().list({"", "v1", "Node"}, {}, until).error();
  EXPECT_EQ(error.code, ErrorCode::permission_denied);
  EXPECT_EQ(base::to_string(error),
            "error: not permitted to list nodes: nodes is forbidden: User \"kube:admin\" cannot "
            "list resource \"nodes\" in API group \"\" at the cluster scope\n"
            "hint: ask an administrator of the cluster for it; check with: kubectl auth can-i list "
            "nodes");
}

TEST_F(ClientLiveTest, AWrongTokenIsUnauthenticated) {
  kube::ClusterAccess access = live.root();
  access.token = "expired";
  const auto stranger =
      cluster::connect_to(access, {}, base::system_clock(), base::system_random());
  EXPECT_EQ(base::to_string(stranger->client().version(until).error()),
            "error: cluster " + access.server +
                " does not accept the credentials of user 'drydock': Unauthorized\n"
                "hint: the token has expired or was revoked; log in again: oc login " +
                access.server);
}

TEST_F(ClientLiveTest, AnUntrustedCertificateIsRefused) {
  kube::ClusterAccess access = live.root();
  access.ca_pem.clear();
  const auto careful = cluster::connect_to(access, {}, base::system_clock(), base::system_random());
  const Error error = careful->client().version(until).error();
  EXPECT_EQ(error.code, ErrorCode::unauthenticated);
  access.insecure = true;
  const auto careless =
      cluster::connect_to(access, {}, base::system_clock(), base::system_random());
  EXPECT_TRUE(careless->client().version(until));
}

TEST_F(ClientLiveTest, TheServersNameMayDifferFromItsAddress) {
  kube::ClusterAccess access = live.root();
  access.tls_server_name = "kubernetes.default";
  EXPECT_TRUE(cluster::connect_to(access, {}, base::system_clock(), base::system_random())
                  ->client()
                  .version(until));
  access.tls_server_name = "elsewhere.example.com";
  EXPECT_EQ(cluster::connect_to(access, {}, base::system_clock(), base::system_random())
                ->client()
                .version(until)
                .error()
                .code,
            ErrorCode::unauthenticated);
}

TEST_F(ClientLiveTest, AnExecIntoAPodThatIsNotThereIsToldByTheServer) {
  const Error error = cluster::exec(client, {"default", "nobody"}, {"", {"true"}}, until).error();
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_EQ(error.message, "exec in Pod default/nobody: pods \"nobody\" not found");
}

}  // namespace
