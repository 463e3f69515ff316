#include "kube/status.h"

#include <gtest/gtest.h>

namespace kube {
namespace {

std::string print(const std::vector<FieldConflict>& conflicts) {
  std::string text;
  for (const FieldConflict& conflict : conflicts) {
    text += conflict.manager + " (" + conflict.detail + "):";
    for (const std::string& field : conflict.fields) text += " " + field;
    text += "\n";
  }
  return text;
}

base::Error error_of(int http_status, std::string_view body) {
  return to_error(parse_status(http_status, body));
}

// As kube-apiserver 1.33 answers.
constexpr std::string_view kConflict =
    R"({
  "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
  "message": "Apply failed with 3 conflicts: conflicts with \"kubectl\" using v1:)"
    R"(\n- .data.a\n- .data.b\nconflict with \"helm\" with subresource \"status\" using v1: .data.c",
  "reason": "Conflict", "code": 409,
  "details": {"causes": [
    {"reason": "FieldManagerConflict", "field": ".data.a",
     "message": "conflict with \"kubectl\" using v1"},
    {"reason": "FieldManagerConflict", "field": ".data.b",
     "message": "conflict with \"kubectl\" using v1"},
    {"reason": "FieldManagerConflict", "field": ".data.c",
     "message": "conflict with \"helm\" with subresource \"status\" using v1"}]}})";

TEST(StatusTest, AConflictNamesTheOtherManagersAndTheirFields) {
  const Status status = parse_status(409, kConflict);
  const std::string expected =
      "kubectl (using v1): .data.a .data.b\n"
      "helm (with subresource \"status\" using v1): .data.c\n";
  EXPECT_EQ(print(field_conflicts(status)), expected);
  Status without_causes = status;
  without_causes.causes.clear();
  EXPECT_EQ(print(field_conflicts(without_causes)), expected);
  EXPECT_EQ(base::to_string(to_error(status)),
            "error: 'kubectl' owns .data.a, .data.b (using v1); 'helm' owns .data.c (with "
            "subresource \"status\" using v1)\n"
            "hint: leave the field to its owner, or take it over with force");
  EXPECT_EQ(to_error(status).code, base::ErrorCode::aborted);
}

TEST(StatusTest, AManagersNameMayHoldQuotes) {
  Status status;
  status.message =
      "Apply failed with 1 conflict: conflict with \"a\\\"b\" using apps/v1: .spec.replicas";
  EXPECT_EQ(print(field_conflicts(status)), "a\"b (using apps/v1): .spec.replicas\n");
}

TEST(StatusTest, AStaleResourceVersionIsNoConflictOfManagers) {
  const base::Error error = error_of(409, R"({"kind":"Status","reason":"Conflict","code":409,
               "message":"Operation cannot be fulfilled on pods \"a\": )"
                                          R"(the object has been modified"})");
  EXPECT_EQ(error.code, base::ErrorCode::aborted);
  EXPECT_EQ(error.message,
            "Operation cannot be fulfilled on pods \"a\": the object has been modified");
}

TEST(StatusTest, TheReasonDecidesTheCode) {
  const auto code = [](int http, std::string_view reason) {
    return error_of(http,
                    R"({"kind":"Status","message":"m","reason":")" + std::string(reason) + R"("})")
        .code;
  };
  using base::ErrorCode;
  EXPECT_EQ(code(409, "AlreadyExists"), ErrorCode::already_exists);
  EXPECT_EQ(code(409, "Conflict"), ErrorCode::aborted);
  EXPECT_EQ(code(410, "Expired"), ErrorCode::out_of_range);
  EXPECT_EQ(code(410, "Gone"), ErrorCode::out_of_range);
  EXPECT_EQ(code(422, "Invalid"), ErrorCode::invalid_argument);
  EXPECT_EQ(code(401, "Unauthorized"), ErrorCode::unauthenticated);
  EXPECT_EQ(code(403, "Forbidden"), ErrorCode::permission_denied);
  EXPECT_EQ(code(404, "NotFound"), ErrorCode::not_found);
  EXPECT_EQ(code(504, "Timeout"), ErrorCode::deadline_exceeded);
  EXPECT_EQ(code(500, "ServerTimeout"), ErrorCode::unavailable);
  EXPECT_EQ(code(429, "TooManyRequests"), ErrorCode::resource_exhausted);
  EXPECT_EQ(code(418, "Odd"), ErrorCode::unknown);
}

TEST(StatusTest, AnObjectThatDoesNotFitItsSchemaIsNoFaultOfTheServer) {
  EXPECT_EQ(error_of(500, R"({"kind":"Status","status":"Failure","code":500,"message":)"
                          R"("failed to create typed patch object (a/b; /v1, Kind=ConfigMap): )"
                          R"(.dta: field not declared in schema"})")
                .code,
            base::ErrorCode::invalid_argument);
}

TEST(StatusTest, CausesAndRetryAfterAreKept) {
  const Status status = parse_status(429, R"({"kind":"Status","reason":"TooManyRequests",
      "code":429,"message":"m",
      "details":{"group":"g","kind":"pods","name":"n","retryAfterSeconds":7,
      "causes":[{"reason":"FieldValueInvalid","message":"bad","field":"spec.x"}]}})");
  EXPECT_EQ(status.retry_after, std::chrono::seconds(7));
  EXPECT_EQ(status.causes, (std::vector<Status::Cause>{{"FieldValueInvalid", "bad", "spec.x"}}));
  EXPECT_EQ(status.kind, "pods");
  EXPECT_EQ(status.name, "n");
}

TEST(StatusTest, APageThatIsNoStatusIsStillTold) {
  EXPECT_EQ(error_of(502, "\n<html>Bad gateway</html>\n<p>more</p>").message,
            "the server answered 502: <html>Bad gateway</html>");
  EXPECT_EQ(error_of(502, "").message, "the server answered 502");
  EXPECT_EQ(error_of(503, "{not json").message, "the server answered 503: {not json");
  EXPECT_EQ(error_of(503, "{}").code, base::ErrorCode::unavailable);
  EXPECT_EQ(error_of(500, R"({"kind":"Status","reason":"X"})").message,
            "the server answered 500 X");
}

}  // namespace
}  // namespace kube
