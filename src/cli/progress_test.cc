#include "cli/progress.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

using engine::State;
using std::chrono::seconds;

base::SteadyTime at(int second) { return base::SteadyTime(seconds(second)); }

Progress::Row row(std::string task, State state, std::string says = {}) {
  Progress::Row row;
  row.task = std::move(task);
  row.state = state;
  row.says = std::move(says);
  return row;
}

Progress::Row waits(std::string task, std::string says, int since, int usual, int deadline) {
  Progress::Row waiting = row(std::move(task), State::waiting, std::move(says));
  waiting.since = at(since);
  waiting.usual = seconds(usual);
  waiting.deadline = seconds(deadline);
  return waiting;
}

Progress some() {
  Progress progress;
  progress.started = at(100);
  progress.rows = {
      row("ocp-version", State::ready),
      waits("gpu-operator", "ClusterPolicy reconciled: is false", 110, 40, 600),
      row("dsc", State::blocked, "needs gpu-operator"),
      row("sriov", State::skipped, "the site asks for none"),
  };
  return progress;
}

TEST(ProgressTest, ATerminalSeesWhatIsWaitedForSinceWhenAndHowLongItUsuallyTakes) {
  EXPECT_EQ(live(some(), at(122), {.width = 90, .colour = false}),
            "1 of 3 ready, 1 waiting, 1 blocked, 1 skipped, 22s\n"
            "  ready    ocp-version\n"
            "  waiting  gpu-operator  12s, usually 40s  ClusterPolicy reconciled: is false\n"
            "  blocked  dsc           needs gpu-operator\n"
            "  skipped  sriov         the site asks for none\n");
}

TEST(ProgressTest, NoLineIsWiderThanTheTerminal) {
  const std::string block = live(some(), at(122), {.width = 40, .colour = false});
  EXPECT_EQ(block,
            "1 of 3 ready, 1 waiting, 1 blocked, ...\n"
            "  ready    ocp-version\n"
            "  waiting  gpu-operator  12s, usuall...\n"
            "  blocked  dsc           needs gpu-o...\n"
            "  skipped  sriov         the site as...\n");
}

TEST(ProgressTest, ColourIsOnTheStateOnly) {
  Progress progress;
  progress.rows = {row("a", State::ready)};
  EXPECT_EQ(live(progress, at(1), {.width = 80, .colour = true}),
            "1 of 1 ready, 1s\n  \x1b[32mready  \x1b[0m  a\n");
}

TEST(ProgressTest, APipeIsToldOnceWhatIsWaitedFor) {
  EXPECT_EQ(news({}, some(), at(122)),
            (std::vector<std::string>{
                "[   22s] ocp-version: ready",
                "[   22s] gpu-operator: waiting: ClusterPolicy reconciled: is false "
                "(usually 40s, at most 10m)",
                "[   22s] sriov: skipped: the site asks for none",
            }));
  EXPECT_EQ(news(some(), some(), at(130)), std::vector<std::string>{});
}

TEST(ProgressTest, APipeIsToldOfEveryChange) {
  Progress later = some();
  later.rows[1] = waits("gpu-operator", "every GPU node offers GPUs: is false", 110, 40, 600);
  later.rows[2] = row("dsc", State::failed, "Deployment x is in the way");
  EXPECT_EQ(news(some(), later, at(165)),
            (std::vector<std::string>{
                "[  1m5s] gpu-operator: waiting: every GPU node offers GPUs: is false "
                "(usually 40s, at most 10m)",
                "[  1m5s] dsc: failed: Deployment x is in the way",
            }));
}

TEST(ProgressTest, AnActionIsToldWithItsTaskAndItsFailure) {
  engine::Apply apply;
  apply.task = "project";
  apply.ref = {{"", "v1", "Namespace"}, "", "nanabush-ai"};
  EXPECT_EQ(action_line(apply, nullptr, seconds(3)),
            "[    3s] project: apply Namespace nanabush-ai");
  const base::Error error{base::ErrorCode::aborted, "it is owned by 'kubectl'"};
  EXPECT_EQ(action_line(apply, &error, seconds(3)),
            "[    3s] project: apply Namespace nanabush-ai: it is owned by 'kubectl'");
}

}  // namespace
}  // namespace cli
