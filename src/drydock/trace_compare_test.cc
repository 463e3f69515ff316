#include "drydock/trace_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "drydock/record_reader.h"
#include "drydock/trace_replay.h"

namespace drydock {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Trace trace(std::string_view text) {
  auto parsed = parse_trace(text);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? *std::move(parsed) : Trace{};
}

/// What differs in the one mark of two recordings.
std::vector<std::string> compare(std::string_view recorded, std::string_view replayed) {
  const Trace a = trace(std::string("{\"mark\":\"A\"}\n") + std::string(recorded));
  const Trace b = trace(std::string("{\"mark\":\"A\"}\n") + std::string(replayed));
  PodCounts counts;
  count_pods(b.back(), counts);
  return differences(a.back(), b.back(), counts);
}

constexpr const char* kTwoWrites =
    R"({"t":1,"kind":"DSC","name":"d","event":"added","now":{},"owner":[]}
{"t":2,"kind":"DSC","name":"d","now":{"phase":"Not Ready"}}
{"t":3,"kind":"DSC","name":"d","now":{"phase":"Ready"}})";

TEST(TraceCompareTest, TheSameIsTheSameWhateverTheTimes) {
  EXPECT_THAT(
      compare(kTwoWrites, R"({"t":9,"kind":"DSC","name":"d","event":"added","now":{},"owner":[]}
{"t":99,"kind":"DSC","name":"d","now":{"phase":"Not Ready"}}
{"t":999,"kind":"DSC","name":"d","now":{"phase":"Ready"}})"),
      IsEmpty());
}

TEST(TraceCompareTest, AWriteThatIsMissingDiffers) {
  EXPECT_THAT(
      compare(kTwoWrites, R"({"t":1,"kind":"DSC","name":"d","event":"added","now":{},"owner":[]}
{"t":3,"kind":"DSC","name":"d","now":{"phase":"Ready"}})"),
      ElementsAre("DSC/d, 1: recorded {phase = \"Not Ready\"}, replayed {phase = \"Ready\"}"));
}

TEST(TraceCompareTest, AWriteTooManyDiffers) {
  EXPECT_THAT(compare("", R"({"t":3,"kind":"DSC","name":"d","now":{"phase":"Ready"}})"),
              ElementsAre("DSC/d, 1: recorded nothing, replayed {phase = \"Ready\"}"));
}

TEST(TraceCompareTest, TwoWritesInOneDiffer) {
  EXPECT_THAT(
      compare(R"({"t":1,"kind":"P","name":"p","now":{"state":"ready"}}
{"t":2,"kind":"P","name":"p","now":{"cond:Ready":"True|||"}})",
              R"({"t":1,"kind":"P","name":"p","now":{"state":"ready","cond:Ready":"True|||"}})"),
      ElementsAre("P/p, 1: recorded {state = \"ready\"}, replayed {cond:Ready = "
                  "\"True|||\", state = \"ready\"}"));
}

TEST(TraceCompareTest, AWordOfAMessageDiffers) {
  EXPECT_THAT(compare(R"({"t":1,"kind":"P","name":"p","now":{"cond:Ready":"False|E|0/1 ready|"}})",
                      R"({"t":1,"kind":"P","name":"p","now":{"cond:Ready":"False|E|0/2 ready|"}})"),
              ElementsAre("P/p, 1: recorded {cond:Ready = \"False|E|0/1 ready|\"}, replayed "
                          "{cond:Ready = \"False|E|0/2 ready|\"}"));
}

TEST(TraceCompareTest, ObjectsThatAppearInAnotherOrderOrOfAnotherOwnerDiffer) {
  const char* recorded = R"({"t":1,"kind":"A","name":"a","event":"added","now":{},"owner":["X/x"]}
{"t":2,"kind":"B","name":"b","event":"added","now":{},"owner":[]})";
  EXPECT_THAT(compare(recorded, R"({"t":1,"kind":"B","name":"b","event":"added","now":{},"owner":[]}
{"t":2,"kind":"A","name":"a","event":"added","now":{},"owner":["X/x"]})"),
              ElementsAre("appearance, 1: recorded {A/a of X/x}, replayed {B/b}"));
  EXPECT_THAT(compare(recorded, R"({"t":1,"kind":"A","name":"a","event":"added","now":{},"owner":[]}
{"t":2,"kind":"B","name":"b","event":"added","now":{},"owner":[]})"),
              ElementsAre("appearance, 1: recorded {A/a of X/x}, replayed {A/a}"));
}

TEST(TraceCompareTest, WhatStaysOrGoesDiffers) {
  EXPECT_THAT(compare(R"({"t":1,"kind":"A","name":"a","event":"deleted"})",
                      R"({"t":1,"kind":"B","name":"b","event":"deleted"})"),
              ElementsAre("gone: only recorded: A/a", "gone: only replayed: B/b"));
}

TEST(TraceCompareTest, CountsOfPodsMayGoAnyWayButEndTheSame) {
  const char* recorded = R"({"t":1,"kind":"DaemonSet","name":"d","now":{"desired":2}}
{"t":2,"kind":"DaemonSet","name":"d","now":{"ready":1}}
{"t":3,"kind":"DaemonSet","name":"d","now":{"ready":2}})";
  EXPECT_THAT(
      compare(recorded, R"({"t":1,"kind":"DaemonSet","name":"d","now":{"desired":2,"ready":2}})"),
      IsEmpty());
  EXPECT_THAT(
      compare(recorded, R"({"t":1,"kind":"DaemonSet","name":"d","now":{"desired":2,"ready":1}})"),
      ElementsAre("DaemonSet/d: recorded ready = 2, replayed {desired = 2, ready = 1}"));
}

TEST(TraceCompareTest, EventsAreToldInTheSameWordsBesidesRandomSuffixes) {
  const char* recorded =
      R"({"t":1,"kind":"Event","on":"ReplicaSet","reason":"FailedCreate","message":"pods \"x-c9cd8cf4b-\" is forbidden"})";
  EXPECT_THAT(
      compare(
          recorded,
          R"({"t":1,"kind":"Event","on":"ReplicaSet","reason":"FailedCreate","message":"pods \"x-7d9f8b6c55-\" is forbidden"})"),
      IsEmpty());
  EXPECT_THAT(compare(recorded, ""),
              ElementsAre("told: only recorded: Event ReplicaSet/FailedCreate: pods \"x-*-\" is "
                          "forbidden"));
}

TEST(TraceCompareTest, ARecordingIsTheSameAsItself) {
  for (const char* name : {"nvidia-gpu-operator-25.10.1", "rhoai-3.3"}) {
    const auto text = read_file(std::filesystem::path(SLIPWAY_SOURCE_DIR) / "tests/traces" /
                                (std::string(name) + ".jsonl"));
    ASSERT_TRUE(text);
    const Trace recorded = trace(*text);
    const ReplayVerdict verdict = judge(recorded, recorded);
    EXPECT_EQ(verdict.marks, 8);
    EXPECT_EQ(verdict.same, 8) << base::join(verdict.lines, "\n");
  }
}

TEST(TraceCompareTest, EveryLineOfARecordingThatAnOperatorWroteCounts) {
  for (const char* name : {"nvidia-gpu-operator-25.10.1", "rhoai-3.3"}) {
    const auto text = read_file(std::filesystem::path(SLIPWAY_SOURCE_DIR) / "tests/traces" /
                                (std::string(name) + ".jsonl"));
    ASSERT_TRUE(text);
    const Trace recorded = trace(*text);
    int planted = 0, seen = 0;
    for (std::size_t mark = 1; mark < recorded.size(); ++mark) {
      for (std::size_t i = 0; i < recorded[mark].events.size(); ++i) {
        const TraceEvent& event = recorded[mark].events[i];
        const bool counts = event.kind == "DaemonSet" || event.kind == "Deployment";
        if (counts && event.change == TraceEvent::Change::changed) continue;
        // The ReplicaSet controller told the same thing twice; once is enough.
        if (event.change == TraceEvent::Change::said && event.name == "ReplicaSet/FailedCreate") {
          continue;
        }
        Trace without = recorded;
        without[mark].events.erase(without[mark].events.begin() + static_cast<long>(i));
        ++planted;
        seen += judge(recorded, without).same < 8;
      }
    }
    EXPECT_GT(planted, 40);
    EXPECT_EQ(seen, planted) << name;
  }
}

TEST(TraceCompareTest, AMarkThatWasNotReplayedDiffers) {
  const Trace recorded = trace("{\"mark\":\"A one\"}\n{\"mark\":\"B two\"}");
  const ReplayVerdict verdict = judge(recorded, trace("{\"mark\":\"A\"}"));
  EXPECT_EQ(verdict.same, 1);
  EXPECT_THAT(verdict.lines, ElementsAre("A same", "B differs", "  was not replayed"));
}

}  // namespace
}  // namespace drydock
