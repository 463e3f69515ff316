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

TEST(RetryTest, AServerThatSaysWhenIsAskedMoreOften) {
  EXPECT_EQ(attempts_allowed(std::chrono::seconds(1), 3), base::limits::kBusyAttemptsMax);
  EXPECT_EQ(attempts_allowed(std::nullopt, 3), 3);
}

}  // namespace
}  // namespace cluster
