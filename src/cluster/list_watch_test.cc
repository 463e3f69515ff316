#include "cluster/list_watch.h"

#include <gtest/gtest.h>

#include "cluster/scenario.h"

namespace cluster {
namespace {

using std::chrono::seconds;

constexpr std::string_view kList = "GET /api/v1/pods?limit=500";

std::string watch_from(std::string_view version) {
  return "GET /api/v1/pods?watch=true&resourceVersion=" + std::string(version) +
         "&allowWatchBookmarks=true&timeoutSeconds=290";
}
std::string list_at(std::string_view version, std::string_view items) {
  return R"({"metadata":{"resourceVersion":")" + std::string(version) + R"("},"items":[)" +
         std::string(items) + "]}";
}
std::string event(std::string_view type, std::string_view name, std::string_view version) {
  return R"({"type":")" + std::string(type) + R"(","object":{"kind":"Pod","metadata":{"name":")" +
         std::string(name) + R"(","resourceVersion":")" + std::string(version) + "\"}}}\n";
}

/// Writes down what it is told, a line each.
class Diary final : public ListWatchSink {
 public:
  void replaced(const std::vector<doc::Value>& items) override {
    text += "replaced:";
    for (const doc::Value& item : items) text += " " + name(item);
    text += "\n";
  }
  void changed(const doc::Value& object) override { text += "changed: " + name(object) + "\n"; }
  void removed(const doc::Value& object) override { text += "removed: " + name(object) + "\n"; }
  void trouble(const std::optional<base::Error>& error) override {
    const std::string told = error ? error->message : "";
    if (told == last_) return;
    last_ = told;
    text += error ? "trouble: " + told + "\n" : "well again\n";
  }
  std::string text;

 private:
  static std::string name(const doc::Value& object) {
    return std::string(object.string_at("metadata.name"));
  }
  std::string last_;
};

/// Plays the scenario until its last step, a watch that hangs, asks to stop.
std::string play(Scenario& s, std::string_view last_watch_from) {
  std::stop_source stop;
  auto& last = s.expect(watch_from(last_watch_from)).stream();
  last.and_do([&] { stop.request_stop(); }).then_stay_open();
  Diary diary;
  ListWatch(s.client(), kPod, {}, diary).run(stop.get_token());
  return diary.text;
}

TEST(ListWatchTest, ListsThenFollows) {
  Scenario s("a quiet cluster");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", R"({"metadata":{"name":"a"}})"));
  s.expect(watch_from("5"))
      .stream()
      .chunk(event("ADDED", "b", "6") + event("MODIFIED", "a", "7"))
      .chunk(event("DELETED", "b", "8"));
  EXPECT_EQ(play(s, "8"), "replaced: a\nchanged: b\nchanged: a\nremoved: b\n");
  EXPECT_TRUE(s.waits().empty());
}

TEST(ListWatchTest, AKindThatCannotBeWatchedIsListedAgainAndIsNoTrouble) {
  Scenario s("a server without watch");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", R"({"metadata":{"name":"a"}})"));
  s.expect(watch_from("5"))
      .reply(405,
             R"({"kind":"Status","code":405,"reason":"MethodNotAllowed","message":"no watch"})");
  s.expect(kList).reply(200, list_at("9", R"({"metadata":{"name":"b"}})"));
  EXPECT_EQ(play(s, "9"), "replaced: a\nreplaced: b\n");
  EXPECT_EQ(s.waits(), std::vector<std::chrono::milliseconds>{seconds(5)});
}

TEST(ListWatchTest, AListWithoutAResourceVersionIsAskedForAgainAndIsNoTrouble) {
  Scenario s("a package server");
  s.expect_discovery();
  s.expect(kList).reply(200, R"({"metadata":{},"items":[{"metadata":{"name":"a"}}]})");
  s.expect(kList).reply(200, list_at("9", R"({"metadata":{"name":"b"}})"));
  EXPECT_EQ(play(s, "9"), "replaced: a\nreplaced: b\n");
  EXPECT_EQ(s.waits(), std::vector<std::chrono::milliseconds>{seconds(5)});
}

TEST(ListWatchTest, LinesMayBeCutAnywhere) {
  Scenario s("half lines");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", ""));
  auto& step = s.expect(watch_from("5")).stream();
  for (const char c : event("ADDED", "a", "6") + "\r\n" + event("DELETED", "a", "7")) {
    step.chunk(std::string(1, c));
  }
  EXPECT_EQ(play(s, "7"), "replaced:\nchanged: a\nremoved: a\n");
}

TEST(ListWatchTest, ABookmarkMovesTheResourceVersionOnly) {
  Scenario s("bookmarks");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", ""));
  s.expect(watch_from("5")).stream().chunk(event("BOOKMARK", "", "40"));
  EXPECT_EQ(play(s, "40"), "replaced:\n");
}

TEST(ListWatchTest, An410IsListedAnewAtOnceAndWhatVanishedIsGone) {
  Scenario s("compacted under the watch");
  s.expect_discovery();
  s.expect(kList).reply(200,
                        list_at("5", R"({"metadata":{"name":"a"}},{"metadata":{"name":"b"}})"));
  s.expect(watch_from("5"))
      .stream()
      .chunk(event("MODIFIED", "a", "6"))
      .chunk(R"({"type":"ERROR","object":)" + status(410, "Expired", "too old resource version") +
             "}\n");
  s.expect(kList).reply(200, list_at("90", R"({"metadata":{"name":"b"}})"));
  EXPECT_EQ(play(s, "90"), "replaced: a b\nchanged: a\nreplaced: b\n");
  EXPECT_TRUE(s.waits().empty());
}

TEST(ListWatchTest, An410OfTheRequestItselfToo) {
  Scenario s("the watch is refused");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", ""));
  s.expect(watch_from("5")).reply(410, status(410, "Expired", "too old resource version"));
  s.expect(kList).reply(200, list_at("9", ""));
  EXPECT_EQ(play(s, "9"), "replaced:\nreplaced:\n");
}

// Seen with a server that refused every second request: it took each list and refused each watch.
TEST(ListWatchTest, AWatchThatABusyServerRefusesIsAskedForAgainFromWhereItWas) {
  Scenario s("every second request is refused");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", R"({"metadata":{"name":"a"}})"));
  s.expect(watch_from("5")).reply(429, status(429, "TooManyRequests", "try again later"));
  EXPECT_EQ(play(s, "5"), "replaced: a\ntrouble: cluster https://c: try again later\nwell again\n");
  EXPECT_EQ(s.waits().size(), 1U);
}

TEST(ListWatchTest, AWatchThatIsForbiddenBeforeTheServerIsReadyIsNoTrouble) {
  Scenario s("the server has just started");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", R"({"metadata":{"name":"a"}})"));
  s.expect(watch_from("5"))
      .reply(403, status(403, "Forbidden",
                         R"(pods is forbidden: User \"dev\" cannot watch resource \"pods\")"));
  s.expect("GET /readyz").reply(500, "[-]informer-sync failed");
  s.expect("GET /readyz").reply(200, "ok");
  EXPECT_EQ(play(s, "5"), "replaced: a\n");
}

TEST(ListWatchTest, ADroppedWatchGoesOnFromWhereItWas) {
  Scenario s("the connection drops");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", ""));
  s.expect(watch_from("5"))
      .stream()
      .chunk(event("ADDED", "a", "6") + R"({"type":"ADDED","obj)")
      .then_lose_connection();
  s.expect(watch_from("6")).stream().chunk(event("ADDED", "b", "7"));
  EXPECT_EQ(play(s, "7"),
            "replaced:\nchanged: a\n"
            "trouble: cluster https://c is unreachable: the connection was lost: Connection reset "
            "by peer\n"
            "well again\nchanged: b\n");
  EXPECT_EQ(s.waits().size(), 1U);
}

TEST(ListWatchTest, ARestartingServerIsWaitedForWithGrowingPausesAndThenListedAnew) {
  Scenario s("the API server restarts");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", R"({"metadata":{"name":"a"}})"));
  s.expect(watch_from("5")).stream().chunk(event("MODIFIED", "a", "6")).then_lose_connection();
  s.expect(watch_from("6")).refuse();
  s.expect(watch_from("6")).refuse();
  s.expect(kList).refuse();
  s.expect(kList).reply(503, status(503, "ServiceUnavailable", "starting"));
  s.expect(kList).reply(200, list_at("8", ""));
  EXPECT_EQ(play(s, "8"),
            "replaced: a\nchanged: a\n"
            "trouble: cluster https://c is unreachable: the connection was lost: Connection reset "
            "by peer\n"
            "trouble: cluster https://c is unreachable: connect to the server: Connection refused\n"
            "trouble: cluster https://c: starting\n"
            "replaced:\nwell again\n");
  const auto waits = s.waits();
  ASSERT_EQ(waits.size(), 5U);
  for (std::size_t i = 1; i < waits.size(); ++i) EXPECT_GT(waits[i] * 2, waits[i - 1]) << i;
  EXPECT_GT(waits[4], waits[0] * 4);
}

TEST(ListWatchTest, A429OfTheListIsWaitedForAsTheServerSays) {
  Scenario s("too many requests");
  s.expect_discovery();
  s.expect(kList).reply(429, status(429, "TooManyRequests", "slow down"), {{"Retry-After", "2"}});
  s.expect(kList).reply(200, list_at("5", ""));
  EXPECT_EQ(play(s, "5"), "replaced:\n");
  ASSERT_EQ(s.waits().size(), 1U);
  EXPECT_GE(s.waits()[0], seconds(2));
}

TEST(ListWatchTest, AKindThatIsNotServedYetIsAskedForAgain) {
  Scenario s("the CRD comes later");
  const kube::GroupVersionKind gadget{"y.example.com", "v1", "Gadget"};
  const std::string list = "GET /apis/y.example.com/v1/gadgets?limit=500";
  std::stop_source stop;
  s.expect_discovery();
  s.expect("GET /apis/y.example.com/v1").reply(404, "404 page not found");
  s.expect("GET /apis/y.example.com/v1")
      .reply(200, R"({"kind":"APIResourceList","groupVersion":"y.example.com/v1","resources":[
                      {"name":"gadgets","namespaced":true,"kind":"Gadget","verbs":[]}]})");
  s.expect(list).reply(200, list_at("5", R"({"metadata":{"name":"g"}})"));
  s.expect(
       "GET /apis/y.example.com/v1/gadgets?watch=true&resourceVersion=5"
       "&allowWatchBookmarks=true&timeoutSeconds=290")
      .stream()
      .and_do([&] { stop.request_stop(); })
      .then_stay_open();
  Diary diary;
  ListWatch(s.client(), gadget, {}, diary).run(stop.get_token());
  EXPECT_EQ(diary.text,
            "trouble: the cluster has no kind 'Gadget' in y.example.com/v1\n"
            "replaced: g\nwell again\n");
  EXPECT_EQ(s.waits(), std::vector<std::chrono::milliseconds>{seconds(2)});
}

TEST(ListWatchTest, AServerThatClosesWatchesAtOnceIsNotAskedInATightLoop) {
  Scenario s("watches that end without an event");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", ""));
  s.expect(watch_from("5")).stream();
  s.expect(watch_from("5")).stream();
  EXPECT_EQ(play(s, "5"),
            "replaced:\ntrouble: the watch ended at once\nwell again\n"
            "trouble: the watch ended at once\nwell again\n");
  EXPECT_EQ(s.waits().size(), 2U);
}

TEST(ListWatchTest, AnEventThatIsNoEventIsListedAnew) {
  Scenario s("garbage in the watch");
  s.expect_discovery();
  s.expect(kList).reply(200, list_at("5", ""));
  s.expect(watch_from("5")).stream().chunk("{\"type\":\"ODD\",\"object\":{}}\n");
  s.expect(kList).reply(200, list_at("6", ""));
  EXPECT_EQ(play(s, "6"),
            "replaced:\ntrouble: the watch sent an event of unknown type 'ODD'\n"
            "replaced:\nwell again\n");
}

}  // namespace
}  // namespace cluster
