#include "drydock/trace_replay.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "drydock/record_reader.h"

namespace drydock {
namespace {

const std::filesystem::path kRoot = SLIPWAY_SOURCE_DIR;

std::string said(const ReplayVerdict& verdict) { return base::join(verdict.lines, "\n"); }

/// Replays a recording in simulated time and compares.
ReplayVerdict replay(const std::string& name) {
  const auto script = read_replay(kRoot / "tests/traces" / (name + ".replay.yaml"));
  const auto text = read_file(kRoot / "tests/traces" / (name + ".jsonl"));
  EXPECT_TRUE(script) << (script ? "" : script.error().message);
  EXPECT_TRUE(text);
  if (!script || !text) return {};
  const auto behaviour =
      read_behaviour(kRoot / "drydock/behaviours" / (script->behaviour + ".yaml"));
  EXPECT_TRUE(behaviour) << (behaviour ? "" : behaviour.error().message);
  const auto recorded = parse_trace(*text);
  EXPECT_TRUE(recorded);
  if (!behaviour || !recorded) return {};
  const auto replayed = replay_simulated(*script, *behaviour);
  EXPECT_TRUE(replayed) << (replayed ? "" : replayed.error().message);
  return replayed ? judge(*recorded, *replayed) : ReplayVerdict{};
}

TEST(TraceReplayTest, TheGpuOperatorBehavesAsRecorded) {
  const ReplayVerdict verdict = replay("nvidia-gpu-operator-25.10.1");
  EXPECT_EQ(verdict.marks, 8);
  EXPECT_EQ(verdict.same, verdict.marks) << said(verdict);
}

TEST(TraceReplayTest, RhoaiBehavesAsRecorded) {
  const ReplayVerdict verdict = replay("rhoai-3.3");
  EXPECT_EQ(verdict.marks, 8);
  EXPECT_EQ(verdict.same, verdict.marks) << said(verdict);
}

}  // namespace
}  // namespace drydock
