#include "drydock/behaviour_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "cluster/fake_api_server.h"
#include "doc/yaml.h"

namespace drydock {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<kube::Resource> kResources{
    {"", "v1", "configmaps", "ConfigMap", true, {"get", "list", "watch", "patch"}, {}},
    {"apps", "v1", "deployments", "Deployment", true, {"get", "list", "watch", "patch"}, {}},
    {"", "v1", "nodes", "Node", false, {"get", "list", "watch", "patch", "delete"}, {}}};

doc::Value yaml(std::string_view text) { return doc::parse_yaml(text, "test").value(); }

/// A node is labelled, then a ConfigMap tells of it, then the node may go.
constexpr const char* kRules = R"(behaviour: probe
title: Probe
manager: prober
watch:
  nodes: {apiVersion: v1, kind: Node}
  maps: {apiVersion: v1, kind: ConfigMap, namespace: home}
rules:
- says: a node that is told of goes
  each: 'nodes.filter(n, maps.exists(m, m.metadata.name == "seen-" + n.metadata.name))'
  delete: {of: "${it}"}
- says: a node is labelled
  each: nodes
  patch: {of: "${it}", set: {metadata: {labels: {seen: "yes"}}}}
- says: and told of
  each: 'nodes.filter(n, n.metadata.?labels[?"seen"].orValue("") == "yes")'
  apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: "seen-${it.metadata.name}", namespace: home}}
)";

class BehaviourRunnerTest : public testing::Test {
 protected:
  BehaviourRunnerTest() : cluster_(kResources), client_(cluster_.client()) {
    const base::TemporaryFolder folder;
    auto behaviour = read_behaviour(folder.write("runner.yaml", kRules));
    EXPECT_TRUE(behaviour) << (behaviour ? "" : behaviour.error().message);
    if (behaviour) behaviour_ = *std::move(behaviour);
  }

  /// Plays the behaviour anew until it has nothing to do; the writes that it made.
  std::vector<std::string> play() {
    const std::size_t before = cluster_.server.writes().size();
    BehaviourRunner runner(*client_, behaviour_);
    const auto settled =
        runner.run_until_settled(net::within(cluster_.clock, std::chrono::hours(1)));
    EXPECT_TRUE(settled) << (settled ? "" : settled.error().message);
    const auto writes = cluster_.server.writes();
    return {writes.begin() + static_cast<long>(before), writes.end()};
  }

  cluster::FakeCluster cluster_;
  std::unique_ptr<cluster::Client> client_;
  Behaviour behaviour_;
};

TEST_F(BehaviourRunnerTest, EachWriteIsMadeOnceAndInTheOrderOfTheRules) {
  cluster_.server.put(yaml("{apiVersion: v1, kind: Node, metadata: {name: a}}"));
  EXPECT_THAT(play(), ElementsAre("PATCH /api/v1/nodes/a",
                                  "PATCH /api/v1/namespaces/home/configmaps/seen-a",
                                  "DELETE /api/v1/nodes/a"));
}

TEST_F(BehaviourRunnerTest, ARestartGoesOnWhereTheClusterIs) {
  cluster_.server.put(
      yaml("{apiVersion: v1, kind: Node, metadata: {name: a, labels: {seen: 'yes'}}}"));
  EXPECT_THAT(play(), ElementsAre("PATCH /api/v1/namespaces/home/configmaps/seen-a",
                                  "DELETE /api/v1/nodes/a"));
  EXPECT_THAT(play(), IsEmpty());
}

}  // namespace
}  // namespace drydock
