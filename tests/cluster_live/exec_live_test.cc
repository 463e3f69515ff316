#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "cluster/cache.h"
#include "cluster/exec.h"
#include "doc/yaml.h"
#include "live_cluster.h"

namespace {

using base::ErrorCode;
using std::chrono::seconds;

std::vector<doc::Value> yaml(const std::string& text) {
  return doc::parse_yaml_stream(text, "<test>").value();
}

/// A node and a pod of KWOK's, in which an exec runs a program of this machine.
constexpr const char* kObjects = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {namespace: default, name: default}
---
apiVersion: v1
kind: Node
metadata: {name: worker}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterExec
metadata: {name: local}
spec: {execs: [{local: {}}]}
---
apiVersion: v1
kind: Pod
metadata: {namespace: default, name: shell}
spec:
  nodeName: worker
  tolerations: [{operator: Exists}]
  containers: [{name: main, image: none}]
)";

/// Over a real API server and a real (KWOK's) kubelet, both of which speak the protocol.
class ExecLiveTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    LiveCluster& live = LiveCluster::get();
    const auto connection = live.connect();
    cluster::Client& client = connection->client();
    const cluster::Until until = live.in(seconds(60));
    for (const auto& file : std::filesystem::directory_iterator(live.crds() / "kwok")) {
      std::ostringstream text;
      text << std::ifstream(file.path()).rdbuf();
      for (const doc::Value& crd : yaml(text.str())) {
        if (crd.is_null()) continue;
        ASSERT_TRUE(client.apply(crd, {}, until)) << file.path();
      }
    }
    ASSERT_TRUE(live.start_kwok());
    // A CRD is served a moment after it was accepted.
    const cluster::Cache execs(client, {"kwok.x-k8s.io", "v1alpha1", "ClusterExec"});
    while (!execs.snapshot().synced) {
      ASSERT_TRUE(execs.wait_for_change(execs.snapshot().version, until));
    }
    for (const doc::Value& object : yaml(kObjects)) {
      const auto applied = client.apply(object, {}, until);
      ASSERT_TRUE(applied) << base::to_string(applied.error());
    }
    await(client, {"", "v1", "Pod"}, {"default", "shell"}, until,
          [](const doc::Value& pod) { return pod.string_at("status.phase") == "Running"; });
    // Without one the API server does not know where to ask the kubelet.
    await(client, {"", "v1", "Node"}, {"", "worker"}, until, [](const doc::Value& node) {
      const doc::Value* addresses = node.find_path("status.addresses");
      return addresses != nullptr && !addresses->items().empty();
    });
  }

  /// Until the object is there and `holds` of it.
  static void await(cluster::Client& client, const kube::GroupVersionKind& gvk,
                    const kube::ObjectKey& key, const cluster::Until& until,
                    const std::function<bool(const doc::Value&)>& holds) {
    const cluster::Cache cache(client, gvk);
    for (cluster::Snapshot now = cache.snapshot();; now = cache.snapshot()) {
      const doc::Value* object = now.find(key);
      if (object != nullptr && holds(*object)) return;
      ASSERT_TRUE(cache.wait_for_change(now.version, until)) << gvk.kind;
    }
  }

  base::Result<cluster::ExecResult> run(const std::vector<std::string>& argv,
                                        seconds time = seconds(20)) {
    return cluster::exec(connection->client(), {"default", "shell"}, {"main", argv}, live.in(time));
  }

  LiveCluster& live = LiveCluster::get();
  std::unique_ptr<cluster::Connection> connection = live.connect();
};

TEST_F(ExecLiveTest, OutputAndErrorsComeBackApart) {
  const auto result = run({"sh", "-c", "printf 'a & b'; printf oops >&2"});
  ASSERT_TRUE(result) << base::to_string(result.error());
  EXPECT_EQ(result->out, "a & b");
  EXPECT_EQ(result->err, "oops");
  EXPECT_EQ(result->exit_code, 0);
}

// A kubelet tells the exit code; KWOK 0.7 only that it failed. Neither is a success (INV-3).
TEST_F(ExecLiveTest, ACommandThatFailsIsNoSuccess) {
  const base::Error error = run({"sh", "-c", "exit 3"}).error();
  EXPECT_EQ(error.code, ErrorCode::failed_precondition);
  EXPECT_TRUE(error.message.ends_with("sh -c exit 3: exit status 3")) << error.message;
}

TEST_F(ExecLiveTest, MuchOutputIsWhole) {
  const std::string out = run({"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x"}).value().out;
  EXPECT_EQ(out, std::string(3'000'000, 'x'));
}

TEST_F(ExecLiveTest, ACommandThatHangsEndsWithTheDeadline) {
  EXPECT_EQ(run({"sleep", "3"}, seconds(1)).error().code, ErrorCode::deadline_exceeded);
}

TEST_F(ExecLiveTest, ACommandThatIsNotThereIsNoSuccess) {
  EXPECT_EQ(run({"no-such-program"}).error().code, ErrorCode::failed_precondition);
}

TEST_F(ExecLiveTest, AContainerThatIsNotThereIsRefused) {
  const base::Error error = cluster::exec(connection->client(), {"default", "shell"},
                                          {"other", {"true"}}, live.in(seconds(20)))
                                .error();
  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_EQ(error.message, "exec in Pod default/shell: container other is not valid for pod shell");
}

}  // namespace
