#include "base/error.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace base {
namespace {

TEST(ErrorTest, EveryCodeHasARow) {
  for (int code = 0; code <= 16; ++code) {
    EXPECT_EQ(int(facts(ErrorCode(code)).code), code);
    EXPECT_FALSE(facts(ErrorCode(code)).name.empty());
  }
}

TEST(ErrorTest, ExitCodesFollowTheTable) {
  EXPECT_EQ(facts(ErrorCode::invalid_argument).exit_code, 2);
  EXPECT_EQ(facts(ErrorCode::deadline_exceeded).exit_code, 5);
  EXPECT_EQ(facts(ErrorCode::unavailable).exit_code, 6);
  EXPECT_EQ(facts(ErrorCode::aborted).exit_code, 7);
  EXPECT_EQ(facts(ErrorCode::permission_denied).exit_code, 8);
  EXPECT_EQ(facts(ErrorCode::internal).exit_code, 70);
  EXPECT_EQ(facts(ErrorCode::cancelled).exit_code, 130);
}

TEST(ErrorTest, HttpStatusesOfAServerBecomeCodes) {
  EXPECT_EQ(code_of_http_status(200), ErrorCode::ok);
  EXPECT_EQ(code_of_http_status(404), ErrorCode::not_found);
  EXPECT_EQ(code_of_http_status(409), ErrorCode::aborted);
  EXPECT_EQ(code_of_http_status(410), ErrorCode::out_of_range);
  EXPECT_EQ(code_of_http_status(429), ErrorCode::resource_exhausted);
  EXPECT_EQ(code_of_http_status(500), ErrorCode::internal);
  EXPECT_EQ(code_of_http_status(503), ErrorCode::unavailable);
  EXPECT_EQ(code_of_http_status(418), ErrorCode::unknown);
}

Result<int> halve(int value) {
  if (value % 2 != 0) return Error{ErrorCode::invalid_argument, "odd"};
  return value / 2;
}

Result<int> quarter(int value) { return TRY_WITHIN(halve(TRY(halve(value))), "second half"); }

TEST(ErrorTest, GathersContextOnItsWayUp) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(3).error().message, "odd");
  const Error error = std::move(quarter(6)).error().with_hint("use a multiple of 4");
  EXPECT_EQ(to_string(error), "error: second half: odd\nhint: use a multiple of 4");
}

TEST(ResultTest, ReadingTheSideThatIsNotThereIsABug) {
  EXPECT_DEATH((void)halve(3).value(), "CHECK failed: has_value\\(\\)");
  EXPECT_EQ(halve(3).value_or(7), 7);
  EXPECT_TRUE(Result<void>().has_value());
}

}  // namespace
}  // namespace base
