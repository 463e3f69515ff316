#include "vllmsim/protocol.h"

#include <gtest/gtest.h>

namespace vllmsim {
namespace {

TEST(ProtocolTest, AChatIsRead) {
  const auto completion =
      parse_completion(R"({"model":"sim","messages":[{"role":"system","content":"Be brief."},)"
                       R"({"role":"user","content":"Hello"}],"max_tokens":7,"stream":true,)"
                       R"("stream_options":{"include_usage":true}})",
                       true, "sim");
  ASSERT_TRUE(completion) << completion.error().message;
  EXPECT_EQ(completion->system, "Be brief.");
  EXPECT_EQ(completion->user, "Hello");
  EXPECT_EQ(completion->max_tokens, 7U);
  EXPECT_TRUE(completion->stream);
  EXPECT_TRUE(completion->include_usage);
}

TEST(ProtocolTest, AModelThatIsNotServedIsNotFound) {
  const auto completion = parse_completion(
      R"({"model":"other","messages":[{"role":"user","content":"x"}]})", true, "sim");
  ASSERT_FALSE(completion);
  EXPECT_EQ(completion.error().code, base::ErrorCode::not_found);
}

TEST(ProtocolTest, WhatVllmRefusesIsRefused) {
  for (const char* body : {"", "[]", R"({"model":"sim"})", R"({"model":"sim","messages":[]})",
                           R"({"model":"sim","messages":[{"role":"user","content":"x"}],)"
                           R"("stream_options":{"include_usage":true}})"}) {
    const auto completion = parse_completion(body, true, "sim");
    ASSERT_FALSE(completion) << body;
    EXPECT_EQ(completion.error().code, base::ErrorCode::invalid_argument) << body;
  }
}

}  // namespace
}  // namespace vllmsim
