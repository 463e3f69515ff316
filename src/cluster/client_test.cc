#include "cluster/client.h"

#include <gtest/gtest.h>

#include "cluster/scenario.h"
#include "doc/json.h"

namespace cluster {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

const doc::Value kPodA =
    doc::parse_json(R"({"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"a","name":"b"}})")
        .value();
constexpr std::string_view kApplyPodA =
    "PATCH /api/v1/namespaces/a/pods/b?fieldManager=slipway&force=false&fieldValidation=Strict";

const std::string kForbidden =
    status(403, "Forbidden", R"(pods \"b\" is forbidden: User \"dev\" cannot patch)");

std::string names(const std::vector<doc::Value>& objects) {
  std::string text;
  for (const doc::Value& object : objects) {
    text += std::string(object.string_at("kind")) + "/" +
            std::string(object.string_at("metadata.name")) + " ";
  }
  return text;
}

TEST(ClientTest, AListIsGatheredPageByPage) {
  Scenario s("two pages");
  s.expect_discovery();
  s.expect("GET /api/v1/namespaces/a/pods?limit=500")
      .reply(200, R"({"kind":"PodList","metadata":{"resourceVersion":"7","continue":"next"},
                      "items":[{"metadata":{"name":"one"}}]})");
  s.expect("GET /api/v1/namespaces/a/pods?limit=500&continue=next")
      .reply(200, R"({"kind":"PodList","metadata":{"resourceVersion":"7"},
                      "items":[{"metadata":{"name":"two"}}]})");
  const ObjectList list = s.client().list(kPod, {"a", "", ""}, s.in(seconds(10))).value();
  EXPECT_EQ(names(list.items), "Pod/one Pod/two ");
  EXPECT_EQ(list.resource_version, "7");
}

TEST(ClientTest, AContinueTokenThatExpiresStartsTheListAnewInOnePiece) {
  Scenario s("the token expires midway");
  s.expect_discovery();
  s.expect("GET /api/v1/pods?limit=500")
      .reply(200, R"({"metadata":{"resourceVersion":"7","continue":"next"},
                      "items":[{"metadata":{"name":"old"}}]})");
  s.expect("GET /api/v1/pods?limit=500&continue=next")
      .reply(410, status(410, "Expired", "too old"));
  s.expect("GET /api/v1/pods")
      .reply(200, R"({"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"new"}}]})");
  const ObjectList list = s.client().list(kPod, {}, s.in(seconds(10))).value();
  EXPECT_EQ(names(list.items), "Pod/new ");
  EXPECT_EQ(list.resource_version, "9");
}

TEST(ClientTest, RetryAfterIsHonoured) {
  Scenario s("429, then an answer");
  s.expect("GET /version")
      .reply(429, status(429, "TooManyRequests", "slow down"), {{"retry-after", "3"}});
  s.expect("GET /version").reply(200, R"({"gitVersion":"v1.33.13","major":"1","minor":"33+"})");
  const ServerVersion version = s.client().version(s.in(seconds(30))).value();
  EXPECT_EQ(version.git_version, "v1.33.13");
  EXPECT_EQ(version.minor, 33);
  ASSERT_EQ(s.waits().size(), 1U);
  EXPECT_GE(s.waits()[0], milliseconds(3000));
  EXPECT_LE(s.waits()[0], milliseconds(3750));
}

// A server that refuses every second request refused the same one eight times: its turn came
// whenever an odd number of others went between.
TEST(ClientTest, ABusyServerIsAskedUntilItAnswers) {
  Scenario s("429 nineteen times, then an answer");
  for (int i = 1; i < 20; ++i) {
    s.expect("GET /version")
        .reply(429, status(429, "TooManyRequests", "slow down"), {{"Retry-After", "1"}});
  }
  s.expect("GET /version").reply(200, R"({"gitVersion":"v1.33.13","major":"1","minor":"33"})");
  EXPECT_EQ(s.client().version(s.in(seconds(60))).value().git_version, "v1.33.13");
  for (const auto wait : s.waits()) EXPECT_LE(wait, milliseconds(1250));
}

TEST(ClientTest, AServerThatAsksForMoreThanAMinuteIsReported) {
  Scenario s("come back tomorrow");
  s.expect("GET /version")
      .reply(503, status(503, "ServiceUnavailable", "down for the day"),
             {{"Retry-After", "86400"}});
  EXPECT_EQ(s.client().version(s.in(seconds(100000))).error().message,
            "cluster https://c: down for the day");
  EXPECT_TRUE(s.waits().empty());
}

TEST(ClientTest, APauseThatOutlastsTheDeadlineIsNotTaken) {
  Scenario s("429 with little time left");
  s.expect("GET /version")
      .reply(429, status(429, "TooManyRequests", "slow down"), {{"Retry-After", "3"}});
  const base::Error error = s.client().version(s.in(seconds(2))).error();
  EXPECT_EQ(error.code, ErrorCode::resource_exhausted);
  EXPECT_EQ(error.message, "cluster https://c: slow down");
}

TEST(ClientTest, AReadIsRepeatedAfterA500AndTheBudgetEnds) {
  Scenario s("500s without end");
  for (int i = 0; i < 8; ++i)
    s.expect("GET /version").reply(500, status(500, "InternalError", "x"));
  EXPECT_EQ(s.client().version(s.in(seconds(600))).error().code, ErrorCode::internal);
  ASSERT_EQ(s.waits().size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) {
    const milliseconds pause = std::min(milliseconds(250 << i), milliseconds(8000));
    EXPECT_GE(s.waits()[i], pause / 2) << i;
    EXPECT_LE(s.waits()[i], pause) << i;
  }
}

TEST(ClientTest, ACreateIsNotRepeatedWhenItsAnswerWasLost) {
  Scenario s("the connection drops under a create");
  s.expect_discovery();
  s.expect("POST /api/v1/namespaces/a/pods?fieldManager=slipway&fieldValidation=Strict")
      .then_lose_connection();
  const base::Error error = s.client().create(kPodA, {}, s.in(seconds(10))).error();
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(error.message,
            "create Pod a/b: cluster https://c is unreachable: the connection was lost: "
            "Connection reset by peer");
}

TEST(ClientTest, ACreateIsRepeatedWhenNothingWasSent) {
  Scenario s("the server comes back");
  s.expect_discovery();
  s.expect("POST /api/v1/namespaces/a/pods?fieldManager=slipway&fieldValidation=Strict").refuse();
  s.expect("POST /api/v1/namespaces/a/pods?fieldManager=slipway&fieldValidation=Strict")
      .reply(201, R"({"kind":"Pod"})");
  EXPECT_TRUE(s.client().create(kPodA, {}, s.in(seconds(10))));
}

TEST(ClientTest, AnApplyIsRepeatedWhenItsAnswerWasLost) {
  Scenario s("the connection drops under an apply");
  s.expect_discovery();
  s.expect(kApplyPodA).then_lose_connection();
  s.expect(kApplyPodA)
      .with_header("Content-Type", "application/apply-patch+yaml")
      .with_body(doc::to_json(kPodA))
      .reply(200, R"({"kind":"Pod","metadata":{"resourceVersion":"8"}})");
  EXPECT_EQ(
      s.client().apply(kPodA, {}, s.in(seconds(10))).value().string_at("metadata.resourceVersion"),
      "8");
}

TEST(ClientTest, AnUnreachableClusterIsNamed) {
  Scenario s("nobody listens");
  for (int i = 0; i < 8; ++i) s.expect("GET /version").refuse();
  const base::Error error = s.client().version(s.in(seconds(600))).error();
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(base::to_string(error),
            "error: cluster https://c is unreachable: connect to the server: Connection refused\n"
            "hint: check that it is up, that this machine may reach it, and that the server of "
            "context 'lab' is the right one");
}

TEST(ClientTest, AnExpiredTokenSaysWhatToDo) {
  Scenario s("401", {}, {.user = "kube:admin", .token = "old"});
  s.expect("GET /version")
      .with_header("Authorization", "Bearer old")
      .reply(401, status(401, "Unauthorized", "Unauthorized"));
  const base::Error error = s.client().version(s.in(seconds(10))).error();
  EXPECT_EQ(error.code, ErrorCode::unauthenticated);
  EXPECT_EQ(base::to_string(error),
            "error: cluster https://c does not accept the credentials of user 'kube:admin': "
            "Unauthorized\n"
            "hint: the token has expired or was revoked; log in again: oc login https://c");
}

TEST(ClientTest, ATokenFileIsReadAgainOnce) {
  ClientOptions options;
  options.read_file = [](const std::string& path) -> base::Result<std::string> {
    EXPECT_EQ(path, "/run/token");
    return std::string("fresh\n");
  };
  Scenario s("the token rotated", options, {.token = "stale", .token_file = "/run/token"});
  s.expect("GET /version").with_header("Authorization", "Bearer stale").reply(401, "");
  s.expect("GET /version").with_header("Authorization", "Bearer fresh").reply(200, "{}");
  s.expect("GET /version").with_header("Authorization", "Bearer fresh").reply(401, "");
  EXPECT_TRUE(s.client().version(s.in(seconds(10))));
  EXPECT_EQ(s.client().version(s.in(seconds(10))).error().code, ErrorCode::unauthenticated);
}

TEST(ClientTest, AForbiddenVerbNamesVerbResourceAndUser) {
  Scenario s("403");
  s.expect_discovery();
  s.expect(kApplyPodA).reply(403, kForbidden);
  s.expect("GET /readyz").reply(200, "ok");
  s.expect(kApplyPodA).reply(403, kForbidden);
  const base::Error error = s.client().apply(kPodA, {}, s.in(seconds(10))).error();
  EXPECT_EQ(error.code, ErrorCode::permission_denied);
  EXPECT_EQ(base::to_string(error),
            "error: apply Pod a/b: not permitted to patch pods in namespace a: pods \"b\" is "
            "forbidden: User \"dev\" cannot patch\n"
            "hint: ask an administrator of the cluster for it; check with: kubectl auth can-i "
            "patch pods -n a");
}

// Seen on kube-apiserver 1.33: for a second after a restart it forbids everything, and `up` failed.
TEST(ClientTest, WhatAServerForbidsBeforeItIsReadyIsAskedForAgain) {
  Scenario s("403 of a server that has just started");
  s.expect_discovery();
  s.expect(kApplyPodA).reply(403, kForbidden);
  s.expect("GET /readyz").reply(500, "[-]informer-sync failed");
  s.expect("GET /readyz").refuse();
  s.expect("GET /readyz").reply(200, "ok");
  s.expect(kApplyPodA).reply(200, "{}");
  EXPECT_TRUE(s.client().apply(kPodA, {}, s.in(seconds(60))));
  EXPECT_EQ(s.waits().size(), 2U);
}

TEST(ClientTest, AServerThatDoesNotBecomeReadyIsBelievedInTheEnd) {
  Scenario s("403 and never ready");
  s.expect_discovery();
  s.expect(kApplyPodA).reply(403, kForbidden);
  for (int i = 1; i < base::limits::kRequestAttemptsMax; ++i) {
    s.expect("GET /readyz").reply(500, "[-]informer-sync failed");
  }
  s.expect(kApplyPodA).reply(403, kForbidden);
  EXPECT_EQ(s.client().apply(kPodA, {}, s.in(seconds(90))).error().code,
            ErrorCode::permission_denied);
}

TEST(ClientTest, WhatAnAdmissionPluginForbidsIsBelievedAtOnce) {
  Scenario s("403 of a quota");
  s.expect_discovery();
  s.expect(kApplyPodA)
      .reply(403, status(403, "Forbidden", R"(pods \"b\" is forbidden: exceeded quota: q)"));
  EXPECT_EQ(s.client().apply(kPodA, {}, s.in(seconds(60))).error().code,
            ErrorCode::permission_denied);
}

// INV-4
TEST(ClientTest, AConflictNamesTheOwnerAndIsNotRepeated) {
  Scenario s("409");
  s.expect_discovery();
  s.expect(kApplyPodA)
      .reply(409,
             status(409, "Conflict",
                    R"(Apply failed with 1 conflict: conflict with \"helm\" using v1: .spec.a)"));
  const base::Error error = s.client().apply(kPodA, {}, s.in(seconds(10))).error();
  EXPECT_EQ(error.code, ErrorCode::aborted);
  EXPECT_EQ(base::to_string(error),
            "error: apply Pod a/b: 'helm' owns .spec.a (using v1)\n"
            "hint: leave the field to its owner, or take it over with force");
}

TEST(ClientTest, ForceAndDryRunAreOnlySentWhenAskedFor) {
  Scenario s("apply options");
  s.expect_discovery();
  s.expect(
       "PATCH /api/v1/namespaces/a/pods/b/status?fieldManager=other&force=true&dryRun=All"
       "&fieldValidation=Strict")
      .reply(200, "{}");
  EXPECT_TRUE(s.client().apply(kPodA,
                               {.force = true,
                                .dry_run = kube::DryRun::all,
                                .subresource = "status",
                                .field_manager = "other"},
                               s.in(seconds(10))));
}

TEST(ClientTest, EveryWriteIsSeenBeforeAndAfter) {
  std::string seen;
  ClientOptions options;
  options.on_write = [&](WritePhase phase, const kube::Request& request) {
    seen += std::string(phase == WritePhase::before ? "before " : "after ") +
            std::string(kube::method_name(request.method)) + "\n";
  };
  Scenario s("a read, a dry run, a write that is repeated, a delete", options);
  s.expect_discovery();
  s.expect("GET /api/v1/namespaces/a/pods/b").reply(200, "{}");
  s.expect(
       "PATCH /api/v1/namespaces/a/pods/b?fieldManager=slipway&force=false&dryRun=All"
       "&fieldValidation=Strict")
      .reply(200, "{}");
  s.expect(kApplyPodA).reply(503, "");
  s.expect(kApplyPodA).reply(200, "{}");
  s.expect("DELETE /api/v1/namespaces/a/pods/b").reply(200, "{}");
  const Until until = s.in(seconds(60));
  const kube::ObjectRef ref{kPod, "a", "b"};
  EXPECT_TRUE(s.client().get(ref, until));
  EXPECT_TRUE(s.client().apply(kPodA, {.dry_run = kube::DryRun::all}, until));
  EXPECT_EQ(seen, "");
  EXPECT_TRUE(s.client().apply(kPodA, {}, until));
  EXPECT_TRUE(s.client().remove(ref, {}, until));
  EXPECT_EQ(seen,
            "before PATCH\nafter PATCH\nbefore PATCH\nafter PATCH\n"
            "before DELETE\nafter DELETE\n");
}

TEST(ClientTest, APreconditionThatDoesNotHoldIsAborted) {
  Scenario s("another object of that name");
  s.expect_discovery();
  s.expect("DELETE /api/v1/namespaces/a/pods/b")
      .with_body(R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"},)"
                 R"("propagationPolicy":"Background"})")
      .reply(409, status(409, "Conflict", "Precondition failed: UID in precondition: u"));
  const base::Error error =
      s.client().remove({kPod, "a", "b"}, {.uid = "u"}, s.in(seconds(10))).error();
  EXPECT_EQ(error.code, ErrorCode::aborted);
  EXPECT_EQ(error.message, "delete Pod a/b: Precondition failed: UID in precondition: u");
}

TEST(ClientTest, AnEvictionThatABudgetForbidsIsNotRepeated) {
  Scenario s("a disruption budget");
  s.expect("POST /api/v1/namespaces/a/pods/b/eviction")
      .reply(429, status(429, "TooManyRequests", "Cannot evict pod"), {{"Retry-After", "10"}});
  EXPECT_EQ(s.client().evict({"a", "b"}, s.in(seconds(60))).error().code,
            ErrorCode::resource_exhausted);
}

TEST(ClientTest, AnAttemptThatHangsIsGivenUpAndRepeated) {
  Scenario s("the first attempt hangs");
  s.expect("GET /version").then_hang();
  s.expect("GET /version").reply(200, "{}");
  const auto start = s.clock().steady();
  EXPECT_TRUE(s.client().version(s.in(seconds(600))));
  EXPECT_GE(s.clock().steady() - start, seconds(65));
}

TEST(ClientTest, TheDeadlineEndsTheCall) {
  Scenario s("it hangs");
  s.expect("GET /version").then_hang();
  const base::Error error = s.client().version(s.in(seconds(5))).error();
  EXPECT_EQ(error.code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(error.message, "cluster https://c: no answer before the deadline");
  EXPECT_EQ(s.client().version(s.in(seconds(0))).error().message,
            "cluster https://c: no time is left to ask");
}

TEST(ClientTest, AStopEndsTheCall) {
  Scenario s("stopped while it hangs");
  std::stop_source stop;
  s.expect("GET /version").and_do([&] { stop.request_stop(); }).then_hang();
  EXPECT_EQ(s.client().version({.stop = stop.get_token()}).error().code, ErrorCode::cancelled);
}

TEST(ClientTest, WhoAsksIsSaid) {
  Scenario s("user agent");
  s.expect("GET /version").with_header("Accept", "application/json").reply(200, "{}");
  EXPECT_TRUE(s.client().version(s.in(seconds(1))));
  EXPECT_TRUE(net::header(s.requests()[0].headers, "User-Agent").starts_with("slipway/0."));
  EXPECT_EQ(net::header(s.requests()[0].headers, "Authorization"), "");
}

TEST(ClientTest, AnAnswerThatIsNoJsonIsToldAsThat) {
  Scenario s("half an answer");
  s.expect("GET /version").reply(200, "{\"gitVersion\":");
  const base::Error error = s.client().version(s.in(seconds(1))).error();
  EXPECT_EQ(error.code, ErrorCode::data_loss);
  EXPECT_TRUE(error.message.starts_with("the answer to GET /version is no JSON: <response>:1:"))
      << error.message;
}

TEST(ClientTest, MayI) {
  Scenario s("access reviews");
  const std::string review = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  s.expect(review).reply(201, R"({"status":{"allowed":true,"reason":"RBAC: allowed by x"}})");
  s.expect(review).reply(201, R"({"status":{"allowed":false}})");
  s.expect(review).reply(201, R"({"status":{}})");
  const auto ask = [&] { return s.client().may_i({"patch", "", "pods"}, s.in(seconds(9))); };
  EXPECT_EQ(ask().value().reason, "RBAC: allowed by x");
  EXPECT_FALSE(ask().value().allowed);
  EXPECT_EQ(ask().error().message, "the access review has no answer");
}

}  // namespace
}  // namespace cluster
