#include "doc/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "doc/json.h"

namespace doc {
namespace {

Value numbered(int count) {
  std::vector<Entry> entries;
  for (int i = 0; i < count; ++i) entries.push_back({Value("k" + std::to_string(i)), Value(i)});
  return Value::map(std::move(entries));
}

TEST(ValueTest, HoldsWhatItWasMadeOf) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Value(true).as_bool());
  EXPECT_EQ(Value(-5).as_int(), -5);
  EXPECT_EQ(Value(2.5).as_double(), 2.5);
  EXPECT_EQ(Value("a\0b").as_string(), "a");
  EXPECT_EQ(Value(std::string_view("a\0b", 3)).size(), 3U);
  EXPECT_EQ(Value::list({Value(1), Value("x")}).items()[1].as_string(), "x");
}

TEST(ValueTest, IsUnsignedOnlyAboveInt64) {
  EXPECT_TRUE(Value(std::uint64_t{7}).is_int());
  EXPECT_TRUE(Value(std::numeric_limits<std::uint64_t>::max()).is_uint());
}

TEST(ValueTest, EqualsByContentNeverByMark) {
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_EQ(Value(std::uint64_t{1} << 63), Value(0x1p63));
  EXPECT_NE(Value(std::numeric_limits<std::int64_t>::max()), Value(0x1p63));
  EXPECT_NE(Value(1), Value("1"));
  EXPECT_NE(Value(std::nan("")), Value(std::nan("")));
  EXPECT_EQ(Value("x").at({3, 4}), Value("x"));
  EXPECT_EQ(Value::map({{"a", 1}, {"b", 2}}), Value::map({{"b", 2}, {"a", 1}}));
  EXPECT_NE(Value::list({1, 2}), Value::list({2, 1}));
}

TEST(ValueTest, FindsKeysInSmallAndLargeMaps) {
  for (const int count : {0, 1, 8, 9, 100}) {
    const Value map = numbered(count);
    for (int i = 0; i < count; ++i) {
      const Value* found = map.find("k" + std::to_string(i));
      ASSERT_NE(found, nullptr) << count << " " << i;
      EXPECT_EQ(found->as_int(), i);
    }
    EXPECT_EQ(map.find("other"), nullptr);
  }
  EXPECT_EQ(Value(1).find("a"), nullptr);
}

TEST(ValueTest, KeepsTheFirstPlaceAndTheLastValueOfARepeatedKey) {
  EXPECT_EQ(to_json(Value::map({{"a", 1}, {"b", 2}, {"a", 3}})), R"({"a":3,"b":2})");
  std::vector<Entry> entries;
  for (int i = 0; i < 20; ++i) entries.push_back({Value("k" + std::to_string(i % 10)), Value(i)});
  const Value map = Value::map(std::move(entries));
  EXPECT_EQ(map.size(), 10U);
  EXPECT_EQ(map.entries()[0].name(), "k0");
  EXPECT_EQ(map.find("k9")->as_int(), 19);
}

TEST(ValueTest, TryMapNamesTheFirstRepeatedEntry) {
  std::vector<Entry> entries = {
      {Value("a"), Value(1)}, {Value("b"), Value(2)}, {Value("a"), Value(3)}};
  Value map;
  EXPECT_EQ(Value::try_map(entries, map), std::optional<std::size_t>(2));
  EXPECT_TRUE(map.is_null());
  EXPECT_EQ(entries.size(), 3U);
}

TEST(ValueTest, ReachesDownDottedPaths) {
  const Value value = parse_json(R"({"a": {"b": {"c": "x", "n": 1}}})").value();
  EXPECT_EQ(value.find_path("a.b.c")->as_string(), "x");
  EXPECT_EQ(value.find_path("a.x.c"), nullptr);
  EXPECT_EQ(value.string_at("a.b.c"), "x");
  EXPECT_EQ(value.string_at("a.b.n"), "");
}

TEST(ValueTest, ChangesAreNewValues) {
  const Value map = parse_json(R"({"a": 1, "b": 2})").value();
  EXPECT_EQ(to_json(map.with("a", 9)), R"({"a":9,"b":2})");
  EXPECT_EQ(to_json(map.with("c", 3)), R"({"a":1,"b":2,"c":3})");
  EXPECT_EQ(to_json(map.without("a")), R"({"b":2})");
  const std::string_view path[] = {"b", "x", "y"};
  EXPECT_EQ(to_json(map.with_path(path, true)), R"({"a":1,"b":{"x":{"y":true}}})");
  EXPECT_EQ(to_json(map), R"({"a":1,"b":2})");
  EXPECT_EQ(map.with("c", 3).mark(), map.mark());
}

TEST(ValueTest, KeepsLargeColumnsWithinItsBits) {
  EXPECT_EQ(Value(1).at({7, 1U << 30}).mark(), (Mark{7, (1U << 24) - 1}));
}

TEST(ValueTest, MayBeCopiedByManyThreads) {
  const Value shared = numbered(50);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        const Value copy = shared;
        ASSERT_EQ(copy.find("k7")->as_int(), 7);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(shared.size(), 50U);
}

}  // namespace
}  // namespace doc
