#include "gateway/clients.h"

#include <gtest/gtest.h>

#include <set>

#include "base/fake_clock.h"

namespace gateway {
namespace {

using std::chrono::seconds;

TEST(ClientsTest, EveryIdIsNewAndNotEmpty) {
  base::FakeClock clock;
  base::SeededRandom random(1);
  Clients clients(clock, random, 1000);
  std::set<std::string> ids;
  for (int i = 0; i < 500; ++i) ids.insert(clients.register_client("glooscap"));
  EXPECT_EQ(ids.size(), 500U);
  EXPECT_EQ(ids.count(""), 0U);
}

TEST(ClientsTest, TheOneSilentLongestMakesRoomAndNobodyOfTheSameName) {
  base::FakeClock clock;
  base::SeededRandom random(1);
  Clients clients(clock, random, 3);
  for (const char* id : {"a", "b", "c"}) {
    clients.heard_from(id, "runner");
    clock.advance(seconds(1));
  }
  clients.heard_from("a", "runner");
  clients.heard_from("d", "runner");
  EXPECT_EQ(clients.size(), 3U);
  clock.advance(seconds(10));
  clients.heard_from("a", "runner");
  clients.forget_silent(seconds(5));
  EXPECT_EQ(clients.size(), 1U);
}

}  // namespace
}  // namespace gateway
