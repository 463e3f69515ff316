#include "drydock/api_fault.h"

#include <gtest/gtest.h>

#include <string>

namespace drydock {
namespace {

Http1Head request(const std::string& line) { return {line + " HTTP/1.1", {}}; }

/// The faults that hit these requests, one after the other: "api-429 - api-429".
std::string struck(ApiFaults& faults, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    const auto fault = faults.strike(request(line));
    text += (text.empty() ? "" : " ") + std::string(fault ? api_fault_name(*fault) : "-");
  }
  return text;
}

constexpr const char* kWatch = "GET /api/v1/nodes?watch=true&resourceVersion=7";

TEST(ApiFaultsTest, NothingIsHitUntilAFaultIsOn) {
  ApiFaults faults;
  EXPECT_EQ(struck(faults, {"GET /api", "POST /api", kWatch}), "- - -");
}

TEST(ApiFaultsTest, OneInThreeIsHitTheFirstIncluded) {
  ApiFaults faults;
  faults.set(ApiFault::too_many_requests, 3);
  EXPECT_EQ(struck(faults, {"GET /1", "GET /2", "GET /3", "GET /4"}), "api-429 - - api-429");
  faults.set(ApiFault::too_many_requests, 0);
  EXPECT_EQ(struck(faults, {"GET /5", "GET /6", "GET /7"}), "- - -");
}

TEST(ApiFaultsTest, HealthIsNeverHit) {
  ApiFaults faults;
  faults.set(ApiFault::internal_error, 1);
  EXPECT_EQ(struck(faults, {"GET /readyz?verbose", "GET /livez", "GET /version", "GET /api"}),
            "- - - api-500");
}

TEST(ApiFaultsTest, OnlyWritesLoseTheirAnswer) {
  ApiFaults faults;
  faults.set(ApiFault::lost_answer, 1);
  EXPECT_EQ(struck(faults, {"GET /api", "PATCH /api", kWatch, "DELETE /api"}),
            "- api-lost-answer - api-lost-answer");
}

TEST(ApiFaultsTest, OnlyWatchesAreDropped) {
  ApiFaults faults;
  faults.set(ApiFault::dropped_watch, 1);
  EXPECT_EQ(struck(faults, {"GET /api/v1/nodes?limit=5", kWatch, "GET /api/v1/nodes?watch=1"}),
            "- watch-dropped watch-dropped");
}

TEST(ApiFaultsTest, OnlyAWatchFromAVersionCanBeTooOld) {
  ApiFaults faults;
  faults.set(ApiFault::expired_watch, 1);
  EXPECT_EQ(struck(faults, {"GET /a?watch=1", "GET /a?resourceVersion=0&watch=1",
                            "GET /a?watch=1&resourceVersion=7", "GET /a?resourceVersion=7"}),
            "- - watch-expired -");
}

TEST(ApiFaultsTest, EveryNameIsItsOwn) {
  for (std::size_t i = 0; i < kApiFaultCount; ++i) {
    const auto fault = static_cast<ApiFault>(i);
    EXPECT_EQ(api_fault_named(api_fault_name(fault)), fault);
  }
  EXPECT_EQ(api_fault_named("api-418"), std::nullopt);
}

TEST(ApiFaultsTest, TheAnswerIsWordedAsTheServersOwn) {
  const std::string body =
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
      R"("message":"too many requests, please try again later","reason":"TooManyRequests",)"
      R"("code":429})";
  EXPECT_EQ(api_fault_answer(ApiFault::too_many_requests),
            "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\nRetry-After: 1\r\n\r\n" + body);
  EXPECT_EQ(api_fault_answer(ApiFault::dropped_watch), "");
}

}  // namespace
}  // namespace drydock
