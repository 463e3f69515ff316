/// Packages, catalogs, CRDs and nvidia-smi: what the world writes down before anything runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "base/encoding.h"
#include "base/strings.h"
#include "base/temporary_folder.h"
#include "doc/json.h"
#include "drydock/behaviour_runner.h"
#include "drydock/catalog_package.h"
#include "drydock/gpu_tools.h"
#include "drydock/scenario.h"

namespace drydock {
namespace {

using doc::Value;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPackage = R"(package: demo
title: Demo
defaultChannel: stable
installModes: [OwnNamespace]
kinds: [example.com/Thing]
needs: [other]
channels:
  stable: [1.0.0, 1.1.0]
deployments:
- {name: demo-operator, cpu: 20m, memory: 32Mi, env: {MODE: fast}}
)";

constexpr const char* kCrd = R"(apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Cluster
  versions: [{name: v1beta1, storage: false}, {name: v1, storage: true}]
)";

TEST(CatalogPackageTest, ACatalogHoldsPackageChannelAndABundleForEachVersion) {
  const base::TemporaryFolder dir;
  dir.write("shapes/example.com/Thing.yaml", kCrd);
  const auto package = read_package(dir.write("demo.yaml", kPackage));
  ASSERT_TRUE(package) << package.error().message;
  const auto text = file_based_catalog(*package, CrdStore(dir / "shapes"));
  ASSERT_TRUE(text) << text.error().message;
  std::vector<Value> blobs;
  for (const auto line : base::split(*text, '\n')) {
    if (!line.empty()) blobs.push_back(*doc::parse_json(line));
  }
  ASSERT_EQ(blobs.size(), 4U);
  EXPECT_EQ(
      doc::to_json(blobs[0]),
      R"({"schema":"olm.package","name":"demo","defaultChannel":"stable","description":"Demo"})");
  EXPECT_EQ(doc::to_json(*blobs[1].find("entries")),
            R"([{"name":"demo.v1.0.0"},{"name":"demo.v1.1.0","replaces":"demo.v1.0.0"}])");
  EXPECT_EQ(blobs[3].string_at("name"), "demo.v1.1.0");
  const auto properties = blobs[3].find("properties")->items();
  EXPECT_EQ(doc::to_json(properties[1]),
            R"({"type":"olm.gvk","value":{"group":"example.com","kind":"Thing","version":"v1"}})");
  EXPECT_EQ(properties[2].string_at("value.packageName"), "other");
  const auto csv = doc::parse_json(*base::from_base64(properties[3].string_at("value.data")));
  ASSERT_TRUE(csv);
  EXPECT_EQ(csv->string_at("kind"), "ClusterServiceVersion");
  EXPECT_EQ(csv->find_path("spec.installModes")->items()[0],
            *doc::parse_json(R"({"type":"OwnNamespace","supported":true})"));
  EXPECT_EQ(csv->find_path("spec.installModes")->items()[3],
            *doc::parse_json(R"({"type":"AllNamespaces","supported":false})"));
  EXPECT_THAT(doc::to_json(*csv), HasSubstr(R"("requests":{"cpu":"20m","memory":"32Mi"})"));
  EXPECT_THAT(doc::to_json(*csv), HasSubstr(R"("env":[{"name":"MODE","value":"fast"}])"));
}

TEST(CatalogPackageTest, ADefaultChannelThatIsNotThereIsRefused) {
  const base::TemporaryFolder dir;
  std::string text = kPackage;
  text.replace(text.find("defaultChannel: stable"), 22, "defaultChannel: fast  ");
  const auto package = read_package(dir.write("demo.yaml", text));
  ASSERT_FALSE(package);
  EXPECT_THAT(package.error().message, HasSubstr("defaultChannel 'fast' is none of the channels"));
}

TEST(CrdStoreTest, ARealCrdComesBeforeAShapeAndAVariantBeforeThePlainOne) {
  const base::TemporaryFolder dir;
  dir.write("shapes/example.com/Thing.yaml", kCrd);
  std::string real = kCrd;
  real.replace(real.find("v1beta1"), 7, "v1real1");
  dir.write("real/example.com/Thing.yaml", real);
  const auto first = [](const CrdStore& store, std::string_view kind) {
    const auto crd = store.find(kind);
    return crd ? std::string(crd->find_path("spec.versions")->items()[0].string_at("name"))
               : crd.error().message;
  };
  EXPECT_EQ(first(CrdStore(dir / "shapes"), "example.com/Thing"), "v1beta1");
  EXPECT_EQ(first(CrdStore(dir / "shapes", dir / "real"), "example.com/Thing"), "v1real1");
  EXPECT_EQ(first(CrdStore(dir / "shapes"), "example.com/Thing.v25.10.1"), "v1beta1");
  EXPECT_EQ(first(CrdStore(dir / "shapes", dir / "none"), "example.com/Other"),
            "no CustomResourceDefinition of example.com/Other in " + (dir / "none").string() +
                " nor in " + (dir / "shapes").string());
}

TEST(ScenarioTest, AGroupOfNodesBecomesNodesWithAStatus) {
  const base::TemporaryFolder dir;
  const auto scenario = read_scenario(dir.write("s.yaml", R"(scenario: s
nodes:
- names: [a, b]
  labels: {x: "1"}
  taints: [{key: t, effect: NoSchedule}]
  capacity: {cpu: "4", pods: "10"}
  allocatable: {cpu: 3500m}
  info: {osImage: Some OS}
  gpu: {product: G, driver: "1", cuda: "2", count: 2, memoryMiB: 100}
)"));
  ASSERT_TRUE(scenario) << scenario.error().message;
  ASSERT_EQ(scenario->nodes.size(), 2U);
  const Value& node = scenario->nodes[1];
  EXPECT_EQ(node.string_at("metadata.name"), "b");
  EXPECT_EQ(node.find_path("metadata.labels")->string_at("x"), "1");
  EXPECT_EQ(doc::to_json(*node.find_path("status.allocatable")), R"({"cpu":"3500m","pods":"10"})");
  EXPECT_EQ(node.string_at("status.nodeInfo.osImage"), "Some OS");
  EXPECT_EQ(node.find_path("spec.taints")->size(), 1U);
  ASSERT_EQ(scenario->gpus.size(), 2U);
  EXPECT_EQ(scenario->gpus[0].node, "a");
}

/// Runs the script with /bin/sh, as an exec in a pod does.
std::string nvidia_smi(const std::string& arguments) {
  const base::TemporaryFolder dir;
  const auto path = dir.write("nvidia-smi", nvidia_smi_script({.node = "gpu-0",
                                                               .product = "NVIDIA H100 80GB HBM3",
                                                               .driver = "580.105.08",
                                                               .cuda = "13.0",
                                                               .count = 2,
                                                               .memory_mib = 81559}));
  FILE* pipe = popen(("sh " + path.string() + " " + arguments + "; echo \"exit $?\"").c_str(), "r");
  std::string text;
  char buffer[4096];
  while (const std::size_t size = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, size);
  pclose(pipe);
  return text;
}

TEST(NvidiaSmiTest, QueriesAnswerAsCsv) {
  EXPECT_EQ(nvidia_smi("--query-gpu=index,name,memory.total --format=csv"),
            "index, name, memory.total [MiB]\n"
            "0, NVIDIA H100 80GB HBM3, 81559 MiB\n"
            "1, NVIDIA H100 80GB HBM3, 81559 MiB\n"
            "exit 0\n");
  EXPECT_EQ(nvidia_smi("--query-gpu=memory.total --format=csv,noheader,nounits"),
            "81559\n81559\nexit 0\n");
  EXPECT_EQ(nvidia_smi("--query-gpu=indx --format=csv"),
            "Field \"indx\" is not a valid field to query.\n\nexit 2\n");
}

TEST(NvidiaSmiTest, EveryLineOfTheTableIsAsWide) {
  const std::string text = nvidia_smi("");
  EXPECT_THAT(text, HasSubstr("NVIDIA-SMI 580.105.08"));
  for (const auto line : base::split(text, '\n')) {
    if (line.empty() || line.starts_with("exit")) continue;
    EXPECT_EQ(line.size(), 91U) << line;
  }
}

Value thing(const std::string& name, int version) {
  return *doc::parse_json(R"({"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":")" +
                          name + R"(","uid":"u-)" + name + R"(","resourceVersion":")" +
                          std::to_string(version) + "\"}}");
}

TEST(WrittenOverlayTest, OnesOwnWritesAreSeenBeforeTheCachesShowThem) {
  const std::vector<WatchedKind> watched{{"things", {"example.com", "v1", "Thing"}, {}}};
  const kube::ObjectRef a{watched[0].gvk, "", "a"}, b{watched[0].gvk, "", "b"};
  const base::SteadyTime now{};
  WrittenOverlay overlay;
  overlay.wrote(a, thing("a", 7), now);
  overlay.removed(b, "u-b", now);
  const auto seen = [&](std::vector<Value> cached, base::SteadyTime at) {
    Sight sight{std::move(cached)};
    overlay.lay_over(watched, sight, at);
    std::vector<std::string> names;
    for (const Value& object : sight[0]) {
      names.push_back(std::string(object.string_at("metadata.name")) + "@" +
                      std::string(object.string_at("metadata.resourceVersion")));
    }
    return names;
  };
  EXPECT_THAT(seen({thing("b", 3)}, now), ElementsAre("a@7"));
  EXPECT_THAT(seen({thing("a", 5), thing("b", 3)}, now), ElementsAre("a@7"));
  EXPECT_THAT(seen({thing("a", 9)}, now), ElementsAre("a@9")) << "the cache has caught up";
  EXPECT_THAT(seen({}, now), testing::IsEmpty()) << "and what then goes is gone";
  overlay.wrote(a, thing("a", 11), now);
  EXPECT_THAT(seen({thing("a", 9)}, now + std::chrono::seconds(6)), ElementsAre("a@9"))
      << "a write that no cache shows is not believed for ever";
}

}  // namespace
}  // namespace drydock
