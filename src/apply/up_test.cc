#include "apply/up.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "apply/down.h"
#include "apply/look.h"
#include "apply/perform.h"
#include "apply/preflight.h"
#include "apply/test_catalog.h"
#include "cluster/fake_api_server.h"
#include "doc/yaml.h"

namespace apply {
namespace {

using base::ErrorCode;

const kube::ObjectRef kSettings{{"", "v1", "ConfigMap"}, "w", "settings"};
const kube::ObjectRef kQuestion{{"test.dev", "v1", "Question"}, "w", "question"};

/// A cluster, a catalog of two tasks and what carries it out.
class UpTest : public testing::Test {
 protected:
  UpTest() {
    auto loaded = catalog::load(test_catalog());
    EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().message);
    if (loaded) catalog_ = std::make_shared<const catalog::Catalog>(std::move(*loaded));
    client_ = cluster_.client();
    answer_questions();
  }

  /// The operator: answers a question as soon as it is asked.
  void answer_questions() {
    server_.on_write([this](const std::string& write) {
      if (write.find("PATCH") == std::string::npos || !write.ends_with("/question")) return;
      const doc::Value asked = *server_.find(kQuestion);
      if (asked.find("status") != nullptr) return;
      server_.put(asked.with("status", doc::Value::map({{"answer", "42"}})));
    });
  }

  static site::Site site() {
    return site::parse("apiVersion: slipway.dev/v1alpha1\nkind: Site\n", "site.yaml").value();
  }

  std::unique_ptr<Observer> observe() {
    auto observer = Observer::start(*client_, site(), *catalog_, {});
    EXPECT_TRUE(observer.has_value()) << (observer ? "" : observer.error().message);
    return observer ? std::move(*observer) : nullptr;
  }

  base::Result<engine::Decision> go_up(const cluster::Until& until = {},
                                       const UpListener& listener = {}) {
    const auto observer = observe();
    const engine::Plan plan = TRY(engine::make_plan(site(), catalog_, observer->observe()));
    return up(plan, *observer, *client_, listener, until);
  }

  std::vector<std::string> writes_of(const std::function<void()>& action) {
    const std::size_t before = server_.writes().size();
    action();
    std::vector<std::string> writes = server_.writes();
    return {writes.begin() + static_cast<std::ptrdiff_t>(before), writes.end()};
  }

  static std::vector<kube::Resource> resources() {
    std::vector<kube::Resource> all = test_resources();
    all.push_back({"", "v1", "secrets", "Secret", true, {"get", "list"}, {}});
    return all;
  }

  cluster::FakeCluster cluster_{resources()};
  cluster::FakeApiServer& server_ = cluster_.server;
  base::FakeClock& clock_ = cluster_.clock;
  std::shared_ptr<const catalog::Catalog> catalog_;
  std::unique_ptr<cluster::Client> client_;
};

TEST_F(UpTest, AppliesInDependencyOrderEachObjectOnce) {
  const auto writes = writes_of([&] {
    const auto done = go_up();
    ASSERT_TRUE(done.has_value()) << done.error().message;
    EXPECT_EQ(done->outcome, engine::Outcome::done);
  });
  EXPECT_EQ(writes, (std::vector<std::string>{
                        "PATCH /api/v1/namespaces/slipway",
                        "PATCH /api/v1/namespaces/slipway/configmaps/slipway",
                        "PATCH /api/v1/namespaces/w",
                        "PATCH /api/v1/namespaces/w/configmaps/settings",
                        "PATCH /apis/test.dev/v1/namespaces/w/questions/question",
                    }));
}

TEST_F(UpTest, ASecondRunWritesNothing) {
  ASSERT_TRUE(go_up().has_value());
  EXPECT_EQ(writes_of([&] { EXPECT_TRUE(go_up().has_value()); }), std::vector<std::string>{});
}

TEST_F(UpTest, WhatSomebodyRemovedIsAppliedAnew) {
  ASSERT_TRUE(go_up().has_value());
  server_.erase(kSettings);
  EXPECT_EQ(writes_of([&] { EXPECT_TRUE(go_up().has_value()); }),
            std::vector<std::string>{"PATCH /api/v1/namespaces/w/configmaps/settings"});
}

TEST_F(UpTest, AConflictEndsItNamingTheOtherOwner) {
  server_.fail_next("configmaps/settings", 409, "Conflict",
                    "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1: "
                    ".data.colour");
  const auto done = go_up();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::aborted) << done.error().message;
  EXPECT_NE(done.error().message.find("kubectl-edit"), std::string::npos) << done.error().message;
  EXPECT_FALSE(server_.find(kQuestion).has_value()) << "nothing new is begun after a failure";
}

TEST_F(UpTest, WhatIsForbiddenEndsItAsNotPermitted) {
  server_.fail_next("configmaps/settings", 403, "Forbidden", "configmaps is forbidden");
  const auto done = go_up();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::permission_denied) << done.error().message;
}

TEST_F(UpTest, ANamespaceThatIsStillGoingAwayIsWaitedFor) {
  server_.fail_next("configmaps/settings", 403, "Forbidden",
                    "configmaps \"settings\" is forbidden: unable to create new content in "
                    "namespace w because it is being terminated");
  UpListener listener;  // Each look takes two seconds, so the pause is over at the next.
  listener.decided = [&](const engine::Decision&) { clock_.advance(std::chrono::seconds(2)); };
  const auto done = go_up({}, listener);
  EXPECT_TRUE(done.has_value()) << done.error().message;
}

TEST_F(UpTest, AnInterruptionIsCancelledAndCanBeRunAgain) {
  std::stop_source stop;
  UpListener listener;
  listener.ended = [&](const engine::Action& action, const base::Error*) {
    if (task_of(action) == "workspace") stop.request_stop();
  };
  const auto interrupted = go_up({base::SteadyTime::max(), stop.get_token()}, listener);
  ASSERT_FALSE(interrupted.has_value());
  EXPECT_EQ(interrupted.error(), (base::Error{ErrorCode::cancelled, "interrupted"}));
  EXPECT_TRUE(go_up().has_value());
}

TEST_F(UpTest, ADeadlineNamesWhatWasWaitedFor) {
  server_.on_write({});  // Nobody answers the question.
  UpListener listener;   // Time passes once the question is asked.
  listener.decided = [&](const engine::Decision& decision) {
    for (const engine::Wait& wait : decision.waits) {
      if (wait.what.starts_with("the operator answered")) clock_.advance(std::chrono::minutes(2));
    }
  };
  const auto late = go_up({clock_.steady() + std::chrono::minutes(1), {}}, listener);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(base::to_string(late.error()),
            "error: the time given is over, and not everything is ready\n"
            "  answer: the operator answered: no such key: status\n"
            "hint: run slipway up again to go on from here; slipway explain answer says why it "
            "waits");
}

TEST_F(UpTest, AServerThatIsTooBusyAtFirstIsWaitedFor) {
  // Three times the attempts of one request: the list is asked for anew, and start() waits for it.
  server_.fail_lists("nodes", 3 * base::limits::kRequestAttemptsMax, 429, "TooManyRequests");
  const auto observer = observe();
  ASSERT_NE(observer, nullptr);
  for (const auto& [gvk, view] : observer->observe().kinds) {
    EXPECT_NE(view.reading, engine::Reading::failed) << gvk.kind << ": " << view.why;
  }
}

// One of forty caches was listing anew, and refused, when `status` looked: a green cluster was red.
TEST_F(UpTest, WhoLooksOnceWaitsForWhatIsBusy) {
  const auto observer = observe();
  const kube::GroupVersionKind node{"", "v1", "Node"};
  const auto reading = [&](const engine::Observed& observed) { return observed.of(node).reading; };
  server_.fail_lists("nodes", std::numeric_limits<int>::max(), 429, "TooManyRequests");
  server_.expire_watches("nodes");
  std::uint64_t version = observer->version();
  while (reading(observer->observe()) != engine::Reading::failed) {
    version = observer->wait_for_change(version, {}).value();
  }
  std::jthread heals([&] { server_.fail_lists("nodes", 0, 0, ""); });
  EXPECT_EQ(reading(observer->observe_all_read({})), engine::Reading::listed);
}

/// The operator's early "ready": the cache has it, and the server has taken it back.
class EarlyReadyTest : public UpTest {
 protected:
  EarlyReadyTest() {
    server_.on_write([this](const std::string& write) {
      if (!write.ends_with("/question") || taken_back_) return;
      answer("42");
      server_.hold_events("questions");
      answer("not yet");
      taken_back_ = true;
    });
  }

  void answer(const char* text) {
    server_.put(server_.find(kQuestion)->with("status", doc::Value::map({{"answer", text}})));
  }

  bool taken_back_ = false;
};

TEST_F(EarlyReadyTest, UpIsNotDoneBeforeTheServerSaysSo) {
  int looks = 0;
  UpListener listener;
  listener.decided = [&](const engine::Decision& decision) {
    clock_.advance(std::chrono::seconds(1));
    if (!taken_back_) return;
    EXPECT_TRUE(looks >= 3 || decision.outcome == engine::Outcome::running);
    if (++looks != 3) return;
    answer("42");
    server_.tell_again("questions");
  };
  const auto done = go_up({}, listener);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_GE(looks, 3);
  EXPECT_EQ(server_.find(kQuestion)->string_at("status.answer"), "42");
}

TEST_F(EarlyReadyTest, StatusShowsWhatTheServerSays) {
  const auto observer = observe();
  const engine::Plan plan = engine::make_plan(site(), catalog_, observer->observe()).value();
  const auto until = clock_.steady() + std::chrono::minutes(1);
  UpListener listener;
  listener.decided = [&](const engine::Decision&) { clock_.advance(std::chrono::seconds(1)); };
  const auto late = up(plan, *observer, *client_, listener, {until, {}});
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(observer->observe().find(kQuestion)->string_at("status.answer"), "42");  // The cache.
  const auto seen = look(plan, *observer, *client_, {});
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->verdicts.back().state, engine::State::waiting);
  EXPECT_EQ(seen->verdicts.back().reason, "the operator answered: it is not yet");
}

TEST_F(UpTest, LookingWritesNothing) {
  ASSERT_TRUE(go_up().has_value());
  const auto writes = writes_of([&] {
    const auto observer = observe();
    const engine::Plan plan = engine::make_plan(site(), catalog_, observer->observe()).value();
    const auto seen = look(plan, *observer, *client_, {});
    ASSERT_TRUE(seen.has_value());
    for (const engine::Verdict& verdict : seen->verdicts) {
      EXPECT_EQ(verdict.state, engine::State::ready) << verdict.task << ": " << verdict.reason;
    }
    EXPECT_TRUE(check_permissions(*client_, plan, observer->observe(), {}).has_value());
  });
  EXPECT_EQ(writes, std::vector<std::string>{});
}

TEST_F(UpTest, DownRemovesExactlyWhatIsOurs) {
  const kube::ObjectRef theirs{{"", "v1", "ConfigMap"}, "w", "theirs"};
  ASSERT_TRUE(go_up().has_value());
  server_.put(doc::parse_yaml("apiVersion: v1\nkind: ConfigMap\n"
                              "metadata: {name: theirs, namespace: w}\n",
                              "theirs")
                  .value());
  const auto observer = observe();
  const auto left = down(site(), *catalog_, *observer, *client_, {}, {});
  ASSERT_TRUE(left.has_value()) << left.error().message;
  EXPECT_TRUE(server_.find(theirs).has_value());
  EXPECT_FALSE(server_.find(kSettings).has_value());
  EXPECT_FALSE(server_.find(kQuestion).has_value());
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(kube::to_string(left->front().ref), "Namespace w");
}

// The catalog names no Secret: no cache follows them, and the namespace would go with them.
TEST_F(UpTest, DownLeavesANamespaceThatHoldsSomebodysSecret) {
  const kube::ObjectRef secret{{"", "v1", "Secret"}, "w", "password"};
  ASSERT_TRUE(go_up().has_value());
  server_.put(doc::parse_yaml("apiVersion: v1\nkind: Secret\n"
                              "metadata: {name: password, namespace: w}\n",
                              "theirs")
                  .value());
  const auto observer = observe();
  const auto left = down(site(), *catalog_, *observer, *client_, {}, {});
  ASSERT_TRUE(left.has_value()) << left.error().message;
  EXPECT_TRUE(server_.find(secret).has_value());
  EXPECT_TRUE(server_.find({{"", "v1", "Namespace"}, "", "w"}).has_value());
  EXPECT_FALSE(server_.find(kQuestion).has_value());
  ASSERT_EQ(left->size(), 1U);
  EXPECT_EQ(left->front().why, "it holds Secret w/password, which is not ours");
}

TEST_F(UpTest, DownLeavesANamespaceThatItMayNotLookInto) {
  ASSERT_TRUE(go_up().has_value());
  server_.fail_lists("secrets", 1000, 403, "Forbidden");
  const auto observer = observe();
  const auto left = down(site(), *catalog_, *observer, *client_, {}, {});
  ASSERT_TRUE(left.has_value()) << left.error().message;
  EXPECT_TRUE(server_.find({{"", "v1", "Namespace"}, "", "w"}).has_value());
  ASSERT_FALSE(left->empty());
  EXPECT_TRUE(left->front().why.starts_with("Secret could not be read, so that it may hold some: "))
      << left->front().why;
}

}  // namespace
}  // namespace apply
