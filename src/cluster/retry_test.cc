#include "cluster/retry.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "doc/json.h"

namespace cluster {
namespace {

using base::Error;
using base::ErrorCode;

const kube::Resource kPods{"", "v1", "pods", "Pod", true, {}, {}};
const kube::ObjectKey kKey{"a", "b"};
const doc::Value kPod = doc::parse_json(R"({"metadata":{"namespace":"a","name":"b"}})").value();

const kube::Request kGet = kube::get_request(kPods, kKey);
const kube::Request kApply = kube::apply_request(kPods, kPod, {.field_manager = "m"});
const kube::Request kMerge = kube::merge_patch_request(kPods, kKey, kPod, {});
const kube::Request kJsonPatch = kube::json_patch_request(kPods, kKey, kPod, {});
const kube::Request kCreate = kube::create_request(kPods, kPod, {});
const kube::Request kDryCreate = kube::create_request(kPods, kPod, {.dry_run = kube::DryRun::all});
const kube::Request kUpdate = kube::update_request(kPods, kPod, {});
const kube::Request kDelete = kube::delete_request(kPods, kKey);
const kube::Request kReview = kube::access_review_request({});
const kube::Request kEvict = kube::evict_request(kKey);

bool again(const kube::Request& request, int status, std::string body = "") {
  const net::Response response{status, {}, std::move(body)};
  return judge(request, {.response = &response}) == Verdict::retry;
}
bool again(const kube::Request& request, const Error& error) {
  return judge(request, {.error = &error}) == Verdict::retry;
}

TEST(RetryTest, WhatIsTheSameWhenRepeatedMayBeRepeated) {
  for (const kube::Request& request : {kGet, kApply, kMerge, kUpdate, kReview, kDryCreate}) {
    EXPECT_TRUE(repeatable(request)) << request.target();
  }
  for (const kube::Request& request : {kCreate, kDelete, kJsonPatch, kEvict}) {
    EXPECT_FALSE(repeatable(request)) << request.target();
  }
}

TEST(RetryTest, TheTable) {
  const Error refused{ErrorCode::unavailable, "connect to c:6443: Connection refused"};
  const Error lost{ErrorCode::unavailable, "the connection to c:6443 was lost: reset"};
  EXPECT_TRUE(again(kCreate, refused));
  EXPECT_FALSE(again(kCreate, lost));
  EXPECT_TRUE(again(kApply, lost));
  for (const int status : {429, 503}) {
    EXPECT_TRUE(again(kCreate, status)) << status;
  }
  for (const int status : {500, 502, 504}) {
    EXPECT_TRUE(again(kApply, status)) << status;
    EXPECT_FALSE(again(kCreate, status)) << status;
  }
  for (const int status : {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 501}) {
    EXPECT_FALSE(again(kGet, status)) << status;
  }
  EXPECT_FALSE(again(kEvict, 429));
  EXPECT_FALSE(again(kApply, 500,
                     R"({"kind":"Status","code":500,)"
                     R"("message":"failed to create typed patch object (a/b): .x"})"));
  for (const ErrorCode code : {ErrorCode::cancelled, ErrorCode::deadline_exceeded,
                               ErrorCode::unauthenticated, ErrorCode::resource_exhausted}) {
    EXPECT_FALSE(again(kGet, Error{code, "connect to c"}));
  }
}

TEST(RetryTest, RetryAfterIsSecondsOnly) {
  using std::chrono::seconds;
  EXPECT_EQ(retry_after({{"retry-after", "7"}}), seconds(7));
  EXPECT_EQ(retry_after({}), std::nullopt);
  EXPECT_EQ(retry_after({{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"}}), std::nullopt);
  EXPECT_EQ(retry_after({{"Retry-After", "-1"}}), std::nullopt);
}

TEST(RetryTest, PausesDoubleWithinTheirJitterAndStayBounded) {
  using std::chrono::milliseconds;
  base::SeededRandom random(1);
  for (int attempt = 2; attempt < 40; ++attempt) {
    const milliseconds most(std::min(250LL << std::min(attempt - 2, 10), 8000LL));
    for (int i = 0; i < 100; ++i) {
      const milliseconds pause = pause_before(attempt, std::nullopt, random);
      EXPECT_GE(pause, most / 2);
      EXPECT_LE(pause, most);
    }
  }
}

TEST(RetryTest, AServerThatSaysWhenIsTakenAtItsWord) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  base::SeededRandom random(1);
  for (int attempt = 2; attempt < 40; ++attempt) {
    const milliseconds pause = pause_before(attempt, seconds(4), random);
    EXPECT_GE(pause, milliseconds(4000));
    EXPECT_LE(pause, milliseconds(5000));
  }
  // "At once" is no time that a client may hammer a server with.
  EXPECT_GE(pause_before(2, seconds(0), random), milliseconds(125));
  EXPECT_EQ(attempts_allowed(seconds(1), 3), base::limits::kBusyAttemptsMax);
  EXPECT_EQ(attempts_allowed(std::nullopt, 3), 3);
}

}  // namespace
}  // namespace cluster
