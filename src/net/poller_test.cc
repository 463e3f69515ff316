#include "net/poller.h"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace net {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;

/// Two connected sockets.
struct Pair {
  Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0); }
  ~Pair() {
    for (const int end : ends) close(end);
  }
  void say() const { EXPECT_EQ(write(ends[1], "x", 1), 1); }
  void hear() const {
    char byte = 0;
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
  }
  std::array<int, 2> ends{};
};

class PollerTest : public testing::Test {
 protected:
  static constexpr int kIn = CURL_CSELECT_IN, kOut = CURL_CSELECT_OUT;

  /// What is ready of the first socket of `pair`; -1: nothing, when its time had come.
  int ready(const Pair& pair) {
    poller.wait(Poller::Clock::now(), microseconds(0), found);
    if (found.empty()) return -1;
    EXPECT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].socket, pair.ends[0]);
    return found[0].events;
  }
  Poller poller;
  std::vector<Poller::Ready> found;
};

TEST_F(PollerTest, WhatWasNotReadIsReadyAgain) {
  const Pair pair;
  poller.watch(pair.ends[0], true, false);
  EXPECT_EQ(ready(pair), -1);
  pair.say();
  EXPECT_EQ(ready(pair), kIn);
  EXPECT_EQ(ready(pair), kIn);
  pair.hear();
  EXPECT_EQ(ready(pair), -1);
}

TEST_F(PollerTest, WhatIsWantedMayChange) {
  const Pair pair;
  pair.say();
  poller.watch(pair.ends[0], false, true);
  EXPECT_EQ(ready(pair), kOut);
  poller.watch(pair.ends[0], true, true);
  EXPECT_EQ(ready(pair), kIn | kOut);
  poller.remove(pair.ends[0]);
  EXPECT_EQ(ready(pair), -1);
  poller.watch(pair.ends[0], true, false);
  EXPECT_EQ(ready(pair), kIn);
}

TEST_F(PollerTest, AnEndIsReadable) {
  const Pair pair;
  poller.watch(pair.ends[0], true, false);
  shutdown(pair.ends[1], SHUT_RDWR);
  EXPECT_EQ(ready(pair), kIn);
}

TEST_F(PollerTest, WithoutATimeItWaitsUntilItIsWoken) {
  const Pair pair;
  poller.watch(pair.ends[0], true, false);
  std::jthread other([&] { poller.wake(); });
  poller.wait({}, hours(1), found);
  EXPECT_TRUE(found.empty()) << "and gathers nothing then";
}

TEST_F(PollerTest, AWakeBeforeTheWaitEndsIt) {
  poller.wake();
  poller.wake();
  poller.wait({}, microseconds(0), found);
  EXPECT_TRUE(found.empty());
  poller.wait(Poller::Clock::now(), microseconds(0), found);
}

TEST_F(PollerTest, AllThatIsReadyIsTakenUpTogether) {
  const Pair one, two;
  poller.watch(one.ends[0], true, false);
  poller.watch(two.ends[0], true, false);
  one.say();
  two.say();
  poller.wait({}, microseconds(1), found);
  EXPECT_EQ(found.size(), 2U);
}

}  // namespace
}  // namespace net
