#include "apply/contents.h"

#include <gtest/gtest.h>

#include "cluster/fake_api_server.h"
#include "doc/yaml.h"

namespace apply {
namespace {

const kube::GroupVersionKind kSecret{"", "v1", "Secret"};
const kube::GroupVersionKind kClaim{"", "v1", "PersistentVolumeClaim"};
const kube::GroupVersionKind kRole{"rbac.authorization.k8s.io", "v1", "Role"};

/// Two namespaces on a server of three kinds, one of which does not count.
class ContentsTest : public testing::Test {
 protected:
  ContentsTest() : client_(cluster_.client()) {
    put("{apiVersion: v1, kind: Secret, metadata: {name: hers, namespace: a}}");
    put("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r, namespace: "
        "a}}");
  }

  void put(std::string_view manifest) {
    cluster_.server.put(doc::parse_yaml(manifest, "").value());
  }
  base::Result<void> look_into(const std::string& namespace_name) {
    return contents_.look_into(namespace_name, known_, *client_, {});
  }
  /// What a view of the cluster says once the contents are added.
  engine::KindView view_of(const kube::GroupVersionKind& gvk) const {
    engine::Observed observed = known_;
    contents_.add_to(observed);
    return observed.of(gvk);
  }
  static std::vector<std::string> names(const engine::KindView& view) {
    std::vector<std::string> names;
    if (view.objects == nullptr) return names;
    for (const auto& [key, object] : *view.objects) {
      names.push_back(key.namespace_name + "/" + key.name);
    }
    return names;
  }

  static std::vector<kube::Resource> resources() {
    const std::vector<std::string> verbs = {"get", "list", "watch"};
    return {{"", "v1", "secrets", "Secret", true, verbs, {}},
            {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, verbs, {}},
            {"rbac.authorization.k8s.io", "v1", "roles", "Role", true, verbs, {}}};
  }

  cluster::FakeCluster cluster_{resources()};
  std::unique_ptr<cluster::Client> client_;
  engine::Observed known_;
  Contents contents_;
};

TEST_F(ContentsTest, APersonsSecretIsSeen) {
  ASSERT_TRUE(look_into("a").has_value());
  EXPECT_EQ(names(view_of(kSecret)), std::vector<std::string>{"a/hers"});
}

TEST_F(ContentsTest, WhatANamespaceHasByItselfIsNotAskedFor) {
  put("{apiVersion: v1, kind: Secret, type: kubernetes.io/dockercfg,"
      " metadata: {name: pull, namespace: a}}");
  ASSERT_TRUE(look_into("a").has_value());
  EXPECT_EQ(names(view_of(kSecret)), std::vector<std::string>{"a/hers"});
  EXPECT_EQ(view_of(kRole).why, "it was not asked for");
}

TEST_F(ContentsTest, WhatTheCachesFollowIsTheirs) {
  known_.kinds.emplace(kSecret, engine::KindView::listed(std::vector<doc::Value>{}));
  ASSERT_TRUE(look_into("a").has_value());
  EXPECT_EQ(names(view_of(kSecret)), std::vector<std::string>());
}

TEST_F(ContentsTest, AKindThatOneNamespaceShowsAndAnotherDoesNotIsNotKnown) {
  cluster_.server.fail_lists("b/secrets", 1, 403, "Forbidden");
  ASSERT_TRUE(look_into("a").has_value());
  ASSERT_TRUE(look_into("b").has_value());
  EXPECT_EQ(view_of(kSecret).reading, engine::Reading::failed);
  EXPECT_NE(view_of(kSecret).why, "it was not asked for");
}

TEST_F(ContentsTest, AClusterThatCannotBeAskedIsAnErrorAndIsAskedAgain) {
  put("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: a}}");
  cluster_.server.fail_lists("persistentvolumeclaims", 1, 401, "Unauthorized");
  const auto looked = look_into("a");
  ASSERT_FALSE(looked.has_value());
  EXPECT_EQ(looked.error().code, base::ErrorCode::unauthenticated);
  ASSERT_TRUE(look_into("a").has_value());
  EXPECT_EQ(names(view_of(kClaim)), std::vector<std::string>{"a/c"});
}

}  // namespace
}  // namespace apply
