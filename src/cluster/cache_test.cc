#include "cluster/cache.h"

#include <gtest/gtest.h>

#include "cluster/scenario.h"

namespace cluster {
namespace {

using base::ErrorCode;
using std::chrono::seconds;

constexpr std::string_view kWatchNodes =
    "GET /api/v1/nodes?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=290";

std::string names(const Snapshot& snapshot) {
  std::string text;
  for (const auto& [key, object] : *snapshot.objects) text += key.name + " ";
  return text;
}

/// Waits until the cache holds just these; the deadline of the test run ends a wait in vain.
Snapshot wait_for(const Cache& cache, std::string_view expected) {
  Snapshot snapshot = cache.snapshot();
  while (!snapshot.synced || names(snapshot) != expected) {
    EXPECT_TRUE(cache.wait_for_change(snapshot.version, {}));
    snapshot = cache.snapshot();
  }
  return snapshot;
}

TEST(CacheTest, HoldsWhatIsThereAndWhatHappens) {
  Scenario s("two events");
  s.expect_discovery();
  s.expect("GET /api/v1/nodes?limit=500")
      .reply(200, R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"n1"}}]})");
  s.expect(kWatchNodes)
      .stream()
      .chunk(R"({"type":"ADDED","object":{"metadata":{"name":"n2","resourceVersion":"6"}}})"
             "\n")
      .chunk(R"({"type":"DELETED","object":{"metadata":{"name":"n1","resourceVersion":"7"}}})"
             "\n")
      .then_stay_open();
  const Cache cache(s.client(), kNode);
  const Snapshot snapshot = wait_for(cache, "n2 ");
  EXPECT_NE(snapshot.find({"", "n2"}), nullptr);
  EXPECT_EQ(snapshot.find({"", "n1"}), nullptr);
  EXPECT_FALSE(snapshot.trouble);
  // Nothing more happens, and time that is over is over.
  EXPECT_EQ(cache.wait_for_change(snapshot.version, s.in(seconds(0))).error().code,
            ErrorCode::deadline_exceeded);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(cache.wait_for_change(snapshot.version, {.stop = stop.get_token()}).error().code,
            ErrorCode::cancelled);
}

TEST(CacheTest, ASnapshotDoesNotChangeAfterwards) {
  Scenario s("an event after a look");
  std::mutex looked;
  looked.lock();
  s.expect_discovery();
  s.expect("GET /api/v1/nodes?limit=500")
      .reply(200, R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"n1"}}]})");
  s.expect(kWatchNodes)
      .and_do([&] { const std::lock_guard wait(looked); })
      .stream()
      .chunk(R"({"type":"DELETED","object":{"metadata":{"name":"n1","resourceVersion":"6"}}})"
             "\n")
      .then_stay_open();
  const Cache cache(s.client(), kNode);
  const Snapshot before = wait_for(cache, "n1 ");
  looked.unlock();
  wait_for(cache, "");
  EXPECT_EQ(names(before), "n1 ");
}

TEST(CacheTest, AnUnknownKindIsTroubleAndSettles) {
  Scenario s("one kind is there, one is not");
  s.expect_discovery();
  s.expect("GET /apis/y/v1").reply(404, "404 page not found");
  s.expect("GET /apis/y/v1").then_stay_open();
  MultiCache caches(s.client(), {{{"y", "v1", "Gadget"}}});
  ASSERT_TRUE(caches.wait_until_settled({}));
  const Snapshot snapshot = caches.snapshot(0);
  EXPECT_FALSE(snapshot.synced);
  ASSERT_TRUE(snapshot.trouble);
  EXPECT_EQ(snapshot.trouble->message, "the cluster has no kind 'Gadget' in y/v1");
  EXPECT_EQ(caches.version(), snapshot.version);
  // The second question hangs, and so has been asked before the caches are gone.
  while (s.requests().size() < 4) std::this_thread::yield();
}

TEST(CacheTest, WhatDoesNotSettleIsNamed) {
  Scenario s("discovery hangs");
  s.expect("GET /api").then_stay_open();
  MultiCache caches(s.client(), {{kNode}});
  EXPECT_EQ(caches.wait_until_settled(s.in(seconds(0))).error().message, "no list in time of Node");
  while (s.requests().empty()) std::this_thread::yield();
}

}  // namespace
}  // namespace cluster
