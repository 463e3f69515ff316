#include "apply/perform.h"

#include <gtest/gtest.h>

#include "cluster/fake_api_server.h"
#include "doc/yaml.h"

namespace apply {
namespace {

using base::ErrorCode;

const std::vector<std::string> kVerbs = {"get", "list", "watch", "patch", "delete"};
const kube::ObjectRef kPlan{
    {"operators.coreos.com", "v1alpha1", "InstallPlan"}, "nfd", "install-x"};

class PerformTest : public testing::Test {
 protected:
  PerformTest() {
    cluster_.server.put(doc::parse_yaml("apiVersion: operators.coreos.com/v1alpha1\n"
                                        "kind: InstallPlan\n"
                                        "metadata: {name: install-x, namespace: nfd}\n"
                                        "spec: {approved: false, approval: Manual}\n",
                                        "plan")
                            .value());
  }

  doc::Value live() const { return cluster_.server.find(kPlan).value(); }
  std::string live_at(std::string_view path) const { return std::string(live().string_at(path)); }
  base::Result<Performed> carry_out(const engine::Action& action) {
    return perform(*client_, action, {});
  }

  cluster::FakeCluster cluster_{
      {{"operators.coreos.com", "v1alpha1", "installplans", "InstallPlan", true, kVerbs, {}}}};
  std::unique_ptr<cluster::Client> client_ = cluster_.client();
};

TEST_F(PerformTest, ApprovesTheInstallPlanThatWasLookedAt) {
  const auto done =
      carry_out(engine::Approve{"nfd", kPlan, live_at("metadata.resourceVersion"), {"nfd.v4"}});
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ(done->resource_version, live_at("metadata.resourceVersion"));
  EXPECT_EQ(*live().find_path("spec.approved"), doc::Value(true));
  EXPECT_EQ(live_at("spec.approval"), "Manual");
}

TEST_F(PerformTest, AnInstallPlanThatChangedMeanwhileIsNotApproved) {
  const std::string looked_at = live_at("metadata.resourceVersion");
  cluster_.server.put(live());
  const auto done = carry_out(engine::Approve{"nfd", kPlan, looked_at, {"nfd.v4"}});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::aborted);
  EXPECT_EQ(*live().find_path("spec.approved"), doc::Value(false));
}

TEST_F(PerformTest, PrunesTheObjectThatWasPlannedAndNoSuccessor) {
  const auto other = carry_out(engine::Prune{kPlan, "another-uid", "x"});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, ErrorCode::aborted);
  EXPECT_TRUE(cluster_.server.find(kPlan).has_value());
  EXPECT_TRUE(carry_out(engine::Prune{kPlan, live_at("metadata.uid"), "x"}).has_value());
  EXPECT_FALSE(cluster_.server.find(kPlan).has_value());
}

TEST_F(PerformTest, WhatIsGoneAlreadyIsPruned) {
  cluster_.server.erase(kPlan);
  EXPECT_TRUE(carry_out(engine::Prune{kPlan, "uid-1", "x"}).has_value());
}

TEST_F(PerformTest, APodThatCannotBeAskedIsAnAnswerWithItsError) {
  const auto done = carry_out(
      engine::Prove{"gpu", "nvidia-smi", "subject-1", {{"gpu", "driver-1"}}, "driver", {"x"}});
  ASSERT_TRUE(done.has_value());
  ASSERT_TRUE(done->answer.has_value());
  EXPECT_EQ(done->answer->subject, "subject-1");
  ASSERT_EQ(done->answer->pods.size(), 1U);
  EXPECT_TRUE(done->answer->pods[0].error.has_value());
}

}  // namespace
}  // namespace apply
