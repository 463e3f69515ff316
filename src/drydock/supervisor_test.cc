#include "drydock/supervisor.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <thread>

#include "base/system_clock.h"
#include "base/temporary_folder.h"
#include "net/wait.h"

namespace drydock {
namespace {

/// A supervisor on the test's main thread; what a test does meanwhile runs on another.
class SupervisorTest : public testing::Test {
 protected:
  SupervisorTest() {
    sigprocmask(SIG_SETMASK, nullptr, &mask_);
    supervisor_.emplace(folder_.path(), base::system_clock());
  }
  ~SupervisorTest() override {
    supervisor_.reset();
    sigprocmask(SIG_SETMASK, &mask_, nullptr);
  }

  template <typename Steps>
  void while_it_runs(
      Steps steps, const std::function<void()>& on_signal = [] {}) {
    std::thread meanwhile([&] {
      steps();
      supervisor_->end();
    });
    supervisor_->run(on_signal);
    meanwhile.join();
  }

  static ProcessSpec shell(const std::string& name, const std::string& script) {
    return {name, "/bin/sh", {"-c", script}};
  }
  std::string log(const std::string& name) const { return folder_.read(name + ".log"); }
  /// Whether it comes true within half a minute.
  template <typename Condition>
  static bool comes_true(Condition condition) {
    const auto until = net::within(base::system_clock(), std::chrono::seconds(30));
    while (!condition()) {
      if (base::system_clock().steady() > until.deadline) return false;
      net::system_sleeper().sleep(std::chrono::milliseconds(5), {});
    }
    return true;
  }
  Supervisor::Status status(std::size_t index = 0) const { return supervisor_->status()[index]; }
  static bool is_gone(int pid) { return kill(pid, 0) != 0; }

  const base::TemporaryFolder folder_;
  std::optional<Supervisor> supervisor_;
  sigset_t mask_;
};

TEST_F(SupervisorTest, AProgramRunsWithItsLogUntilTheEnd) {
  int pid = 0;
  while_it_runs([&] {
    ASSERT_TRUE(supervisor_->start(shell("one", "echo out; echo err >&2; exec sleep 1000")));
    EXPECT_TRUE(comes_true([&] { return log("one") == "out\nerr\n"; })) << log("one");
    pid = status().pid;
    EXPECT_FALSE(is_gone(pid));
  });
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(SupervisorTest, OneThatEndsIsStartedAnew) {
  while_it_runs([&] {
    ASSERT_TRUE(supervisor_->start(shell("one", "echo again")));
    EXPECT_TRUE(comes_true([&] { return status().restarts >= 2; }));
    EXPECT_TRUE(log("one").starts_with("again\nagain\n")) << log("one");
  });
}

TEST_F(SupervisorTest, RestartKillsAndStartsAnew) {
  while_it_runs([&] {
    ASSERT_TRUE(supervisor_->start({"one", "/bin/sleep", {"1000"}}));
    const int before = status().pid;
    ASSERT_TRUE(supervisor_->restart("one"));
    EXPECT_TRUE(comes_true([&] { return status().pid != 0 && status().pid != before; }));
    EXPECT_EQ(status().restarts, 1);
    EXPECT_EQ(supervisor_->restart("two").error().message, "no process 'two'");
  });
}

TEST_F(SupervisorTest, OneThatWillNotEndIsKilled) {
  int pid = 0;
  while_it_runs([&] {
    ASSERT_TRUE(supervisor_->start(shell("stubborn", "trap '' TERM; echo ready; exec sleep 1000")));
    EXPECT_TRUE(comes_true([&] { return log("stubborn") == "ready\n"; }));
    pid = status().pid;
  });
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(SupervisorTest, ProxiesOfTheEnvironmentAreNotHandedOn) {
  setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1);
  setenv("DRYDOCK_TEST", "inherited", 1);
  while_it_runs([&] {
    ProcessSpec spec = shell("one", "echo \"[$HTTPS_PROXY] $DRYDOCK_TEST $OWN\"; exec sleep 1000");
    spec.environment = {"OWN=own"};
    ASSERT_TRUE(supervisor_->start(spec));
    EXPECT_TRUE(comes_true([&] { return log("one") == "[] inherited own\n"; })) << log("one");
  });
  unsetenv("HTTPS_PROXY");
  unsetenv("DRYDOCK_TEST");
}

TEST_F(SupervisorTest, ASignalIsToldOnce) {
  std::atomic<int> told = 0;
  while_it_runs(
      [&] {
        kill(getpid(), SIGTERM);
        EXPECT_TRUE(comes_true([&] { return told == 1; }));
      },
      [&] { ++told; });
  EXPECT_EQ(told, 1);
}

TEST_F(SupervisorTest, NothingIsStartedAfterTheEnd) {
  while_it_runs([] {});
  EXPECT_EQ(supervisor_->start(shell("late", "true")).error().code, base::ErrorCode::cancelled);
}

}  // namespace
}  // namespace drydock
