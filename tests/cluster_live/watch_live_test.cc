#include <gtest/gtest.h>

#include <filesystem>

#include "cluster/cache.h"
#include "doc/yaml.h"
#include "live_cluster.h"

namespace {

using base::ErrorCode;
using std::chrono::seconds;

const kube::GroupVersionKind kConfigMap{"", "v1", "ConfigMap"};

doc::Value yaml(const std::string& text) { return doc::parse_yaml(text, "<test>").value(); }
doc::Value watched(const std::string& name) {
  return yaml("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, name: " + name +
              ", labels: {set: watched}}}");
}

class WatchLiveTest : public testing::Test {
 protected:
  /// Waits until `holds` of the cache's snapshot.
  template <typename Holds>
  testing::AssertionResult eventually(const cluster::Cache& cache, const Holds& holds) {
    cluster::Snapshot snapshot = cache.snapshot();
    while (!holds(snapshot)) {
      if (!cache.wait_for_change(snapshot.version, until)) {
        return testing::AssertionFailure()
               << (snapshot.trouble ? base::to_string(*snapshot.trouble) : "no trouble");
      }
      snapshot = cache.snapshot();
    }
    return testing::AssertionSuccess();
  }

  LiveCluster& live = LiveCluster::get();
  std::unique_ptr<cluster::Connection> connection = live.connect();
  cluster::Client& client = connection->client();
  cluster::Until until = live.in(seconds(90));
};

TEST_F(WatchLiveTest, SeesWhatHappens) {
  ASSERT_TRUE(client.apply(watched("w1"), {}, until));
  const cluster::ObjectList list =
      client.list(kConfigMap, {"default", "set=watched", ""}, until).value();
  ASSERT_TRUE(client.apply(watched("w2"), {}, until));
  ASSERT_TRUE(client.remove({kConfigMap, "default", "w1"}, {}, until));
  std::string seen;
  ASSERT_TRUE(client.watch(
      kConfigMap, {"default", "set=watched", ""}, list.resource_version,
      [&](const cluster::WatchEvent& event) {
        if (event.type == cluster::WatchEvent::Type::bookmark) return true;
        seen += std::to_string(static_cast<int>(event.type)) + " " +
                std::string(event.object.string_at("metadata.name")) + "\n";
        return event.type != cluster::WatchEvent::Type::deleted;
      },
      until));
  EXPECT_EQ(seen, "0 w2\n2 w1\n");
}

TEST_F(WatchLiveTest, AnOldResourceVersionIsOutOfRange) {
  ASSERT_TRUE(live.compact(client));
  const auto ignore = [](const cluster::WatchEvent&) { return true; };
  EXPECT_EQ(client.watch(kConfigMap, {}, "1", ignore, until).error().code, ErrorCode::out_of_range);
}

TEST_F(WatchLiveTest, AStopEndsAnIdleWatch) {
  std::stop_source stop;
  const auto ignore = [](const cluster::WatchEvent&) { return true; };
  EXPECT_EQ(client
                .watch(kConfigMap, {"default", "none=such", ""}, "", ignore,
                       {until.deadline, stop.get_token()}, [&] { stop.request_stop(); })
                .error()
                .code,
            ErrorCode::cancelled);
}

/// Sockets that this process has open.
int sockets() {
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    count += std::filesystem::read_symlink(file.path(), gone).string().starts_with("socket:");
  }
  return count;
}

// HTTP/2: over HTTP/1.1 each watch would hold a connection of its own.
TEST_F(WatchLiveTest, ManyWatchesShareOneConnection) {
  ASSERT_TRUE(client.version(until));
  const int before = sockets();
  std::vector<cluster::MultiCache::Kind> kinds;
  for (const char* kind : {"ConfigMap", "Secret", "Service", "Pod", "Node", "Namespace", "Event",
                           "Endpoints", "LimitRange", "ResourceQuota", "ServiceAccount"}) {
    kinds.push_back({{"", "v1", kind}});
  }
  const cluster::MultiCache caches(client, std::move(kinds));
  ASSERT_TRUE(caches.wait_until_settled(until));
  ASSERT_TRUE(client.apply(watched("shared"), {}, until));
  while (caches.snapshot(0).find({"default", "shared"}) == nullptr) {
    ASSERT_TRUE(caches.wait_for_change(caches.snapshot(0).version, until));
  }
  EXPECT_EQ(sockets(), before);
}

TEST_F(WatchLiveTest, ACacheSurvivesARestartOfTheApiServer) {
  ASSERT_TRUE(client.apply(watched("kept"), {}, until));
  ASSERT_TRUE(client.apply(watched("lost"), {}, until));
  const cluster::Cache cache(client, kConfigMap, {"default", "set=watched", ""});
  const auto has = [](const std::string& name) {
    return [name](const cluster::Snapshot& s) { return s.find({"default", name}) != nullptr; };
  };
  ASSERT_TRUE(eventually(cache, has("lost")));

  ASSERT_TRUE(live.restart_api_server());
  ASSERT_TRUE(eventually(cache, [](const auto& s) { return s.trouble.has_value(); }));
  ASSERT_TRUE(client.remove({kConfigMap, "default", "lost"}, {}, until));
  ASSERT_TRUE(client.apply(watched("found"), {}, until));
  ASSERT_TRUE(eventually(cache, has("found")));
  ASSERT_TRUE(eventually(cache, [&](const auto& s) { return !has("lost")(s); }));
  EXPECT_TRUE(has("kept")(cache.snapshot()));
  EXPECT_FALSE(cache.snapshot().trouble);
}

TEST_F(WatchLiveTest, ACacheWaitsForACrdThatComesLater) {
  cluster::MultiCache caches(client, {{{"example.com", "v1", "Widget"}}, {kConfigMap}});
  ASSERT_TRUE(caches.wait_until_settled(until));
  EXPECT_FALSE(caches.snapshot(0).synced);
  EXPECT_EQ(caches.snapshot(0).trouble->message,
            "the cluster has no kind 'Widget' in example.com/v1");
  EXPECT_TRUE(caches.snapshot(1).synced);

  ASSERT_TRUE(client.apply(yaml(R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
)"),
                           {}, until));
  std::uint64_t version = 0;
  while (!caches.snapshot(0).synced) version = caches.wait_for_change(version, until).value();
  ASSERT_TRUE(client.apply(yaml("{apiVersion: example.com/v1, kind: Widget, metadata: {namespace: "
                                "default, name: one}, spec: {size: 3}}"),
                           {}, until));
  while (caches.snapshot(0).find({"default", "one"}) == nullptr) {
    version = caches.wait_for_change(version, until).value();
  }
  const base::Error error =
      client
          .apply(yaml("{apiVersion: example.com/v1, kind: Widget, metadata: {namespace: default, "
                      "name: one}, spec: {sise: 3}}"),
                 {}, until)
          .error();
  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_NE(error.message.find("sise"), std::string::npos) << error.message;
}

}  // namespace
