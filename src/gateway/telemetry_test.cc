#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fake_clock.h"
#include "gateway/log.h"
#include "gateway/metrics.h"
#include "nanabush/v1/translation.pb.h"

namespace gateway {
namespace {

TEST(LogTest, ALineIsOneJsonObject) {
  base::FakeClock clock;
  std::string written;
  Log log(clock, LogLevel::info, [&](std::string_view line) { written += line; });
  log.say(LogLevel::debug, "unheard");
  log.say(LogLevel::warning, "connection_refused", {{"peer", "10.0.0.1:5"}, {"why", "a \"b\"\n"}});
  EXPECT_EQ(
      written,
      "{\"time\":\"2026-01-01T00:00:00.000000Z\",\"level\":\"warning\","
      "\"event\":\"connection_refused\",\"peer\":\"10.0.0.1:5\",\"why\":\"a \\\"b\\\"\\n\"}\n");
}

TEST(LogTest, WhatProtobufSaysIsALineWithoutItsWords) {
  const base::FakeClock clock;
  std::string logged;
  Log log(clock, LogLevel::debug, [&](std::string_view line) { logged += line; });
  ::nanabush::v1::TranslateRequest request;
  testing::internal::CaptureStderr();
  {
    const ProtobufLog protobuf(log);
    EXPECT_FALSE(request.ParseFromString(std::string("\x0a\x01\xff", 3)));
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_NE(logged.find(R"("level":"error","event":"protobuf","where":")"), std::string::npos)
      << logged;
  EXPECT_EQ(logged.find("job_id"), std::string::npos);
  EXPECT_EQ(std::count(logged.begin(), logged.end(), '\n'), 1);
}

TEST(LogTest, LevelsHaveNames) {
  EXPECT_EQ(log_level_named("error"), LogLevel::error);
  EXPECT_EQ(log_level_named("loud"), std::nullopt);
}

TEST(MetricsTest, WhatOnlySomeSitesAskForIsThereWhereTheyDo) {
  Metrics metrics;
  EXPECT_THAT(metrics.text({}), testing::Not(testing::HasSubstr("nanabush_dataset")));
  TranslationRecord record;
  record.hidden = HiddenReport{{}, {{translate::PersonalKind::phone, 4, 16}}};
  metrics.count_translation(record);
  const std::string text = metrics.text({.dataset = DatasetCounts{8, 1}});
  for (const char* line :
       {"nanabush_personal_data_hidden_total{kind=\"PHONE\"} 1\n",
        "nanabush_dataset_pairs_written_total 8\n", "nanabush_dataset_pairs_dropped_total 1\n"}) {
    EXPECT_THAT(text, testing::HasSubstr(line));
  }
}

TEST(MetricsTest, ATranslationIsCountedOnceInEachFamily) {
  Metrics metrics;
  TranslationRecord record;
  record.outcome = "ok";
  record.seconds = 0.2;
  record.blocks_translated = 7;
  record.kept_because = {{"diode: scheme", 2}};
  record.completion_tokens = 90;
  metrics.count_translation(record);
  metrics.count_call("Translate");
  const std::string text = metrics.text({.connections = 3, .upstream_ready = true});
  for (const char* line :
       {"nanabush_translations_total{outcome=\"ok\"} 1\n",
        "nanabush_translation_seconds_bucket{le=\"0.1\"} 0\n",
        "nanabush_translation_seconds_bucket{le=\"0.25\"} 1\n",
        "nanabush_translation_seconds_bucket{le=\"+Inf\"} 1\n",
        "nanabush_translation_seconds_sum 0.2\n", "nanabush_blocks_translated_total 7\n",
        "nanabush_blocks_kept_total{reason=\"diode: scheme\"} 2\n",
        "nanabush_completion_tokens_total 90\n", "nanabush_calls_total{method=\"Translate\"} 1\n",
        "nanabush_connections 3\n", "nanabush_upstream_ready 1\n"}) {
    EXPECT_THAT(text, testing::HasSubstr(line));
  }
}

}  // namespace
}  // namespace gateway
