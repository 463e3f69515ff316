// What `plan` and `up` ask the API server before anything is written.
#include <gtest/gtest.h>

#include "apply/dry_run.h"
#include "apply/observer.h"
#include "apply/preflight.h"
#include "apply/test_catalog.h"
#include "cluster/fake_api_server.h"
#include "doc/yaml.h"

namespace apply {
namespace {

/// Two tasks, one of them with a proof, on a cluster that has the namespace already.
class BeforeUpTest : public testing::Test {
 protected:
  BeforeUpTest() {
    std::vector<catalog::File> files = test_catalog();
    for (catalog::File& file : files) {
      if (file.path != "1-test/answer.yaml") continue;
      file.text +=
          "proof:\n- {id: ask, says: it answers, kind: exec, namespace: w, labels: {app: a},\n"
          "   container: c, command: [ask], expect: '${exitCode == 0}', pods: '${1}', timeout: "
          "9s}\n";
    }
    auto loaded = catalog::load(files);
    EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().message);
    if (loaded) catalog_ = std::make_shared<const catalog::Catalog>(std::move(*loaded));
    server_.put(
        doc::parse_yaml("{apiVersion: v1, kind: Namespace, metadata: {name: w}}", "").value());
    client_ = cluster_.client();
    observer_ = Observer::start(*client_, site_, *catalog_, {}).value();
  }

  engine::Plan plan() const {
    return engine::make_plan(site_, catalog_, observer_->observe()).value();
  }
  base::Result<engine::Plan> exact() {
    return with_dry_runs(plan(), observer_->observe(), *client_, {});
  }
  static std::string line_about(const engine::Plan& plan, std::string_view object) {
    const std::string text = engine::print(plan);
    const std::size_t at = text.find(object);
    if (at == std::string::npos) return "";
    const std::size_t begin = text.rfind('\n', at) + 1;
    return text.substr(begin, text.find('\n', at) - begin);
  }

  cluster::FakeCluster cluster_{test_resources()};
  cluster::FakeApiServer& server_ = cluster_.server;
  const site::Site site_ =
      site::parse("apiVersion: slipway.dev/v1alpha1\nkind: Site\n", "site.yaml").value();
  std::shared_ptr<const catalog::Catalog> catalog_;
  std::unique_ptr<cluster::Client> client_;
  std::unique_ptr<Observer> observer_;
};

TEST_F(BeforeUpTest, ADryRunWritesNothing) {
  ASSERT_TRUE(exact().has_value());
  EXPECT_EQ(server_.writes(), std::vector<std::string>());
  EXPECT_TRUE(check_refusals(exact().value()).has_value());
}

TEST_F(BeforeUpTest, WhatTheServerWouldRefuseIsToldBeforeAnythingIsWritten) {
  server_.fail_next("configmaps/settings", 422, "Invalid",
                    "ConfigMap \"settings\" is invalid: data");
  const engine::Plan plan = exact().value();
  EXPECT_EQ(
      line_about(plan, "w/settings"),
      "   ! ConfigMap w/settings (the API server would refuse it: apply ConfigMap w/settings: "
      "ConfigMap \"settings\" is "
      "invalid: data)");
  const auto refusals = check_refusals(plan);
  ASSERT_FALSE(refusals.has_value());
  EXPECT_EQ(
      base::to_string(refusals.error()),
      "error: the API server would not take what the plan needs:\n"
      "  task 'workspace': apply ConfigMap w/settings: ConfigMap \"settings\" is invalid: data\n"
      "hint: nothing was written; put the files right and run slipway plan");
  EXPECT_EQ(server_.writes(), std::vector<std::string>());
}

TEST_F(BeforeUpTest, WhoMayOnlyReadGetsThePlanAllTheSame) {
  server_.fail_next("configmaps/settings", 403, "Forbidden", "configmaps is forbidden");
  EXPECT_EQ(line_about(exact().value(), "w/settings"), "   + ConfigMap w/settings");
}

TEST_F(BeforeUpTest, AServerThatDoesNotKnowUsAnyMoreIsAnError) {
  server_.fail_next("configmaps/settings", 401, "Unauthorized", "Unauthorized");
  const auto plan = exact();
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, base::ErrorCode::unauthenticated);
}

TEST_F(BeforeUpTest, EveryVerbThatIsMissingIsNamed) {
  server_.forbid("create", "pods/exec");
  server_.forbid("create", "namespaces");
  server_.forbid("patch", "configmaps");
  const auto permitted = check_permissions(*client_, plan(), observer_->observe(), {});
  ASSERT_FALSE(permitted.has_value());
  EXPECT_EQ(base::to_string(permitted.error()),
            "error: user 'tester' may not do what the plan needs:\n"
            "  patch configmaps in namespace slipway\n"
            "  patch configmaps in namespace w\n"
            "  create namespaces\n"
            "  create pods/exec in namespace w\n"
            "hint: nothing was written; ask for these verbs, or name another --context");
}

TEST_F(BeforeUpTest, WhoMayDoAllThatIsNeededIsPermitted) {
  server_.forbid("delete", "nodes");  // So not everything, and each verb is asked for.
  EXPECT_TRUE(check_permissions(*client_, plan(), observer_->observe(), {}).has_value());
}

}  // namespace
}  // namespace apply
