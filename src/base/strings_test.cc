#include "base/strings.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace base {
namespace {

TEST(StringsTest, SplitsAndJoins) {
  EXPECT_EQ(split("a..b", '.'), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", '.'), (std::vector<std::string_view>{""}));
  const std::string parts[] = {"a", "b", "c"};
  EXPECT_EQ(join(parts, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(StringsTest, LowersAsciiLettersAlone) {
  EXPECT_EQ(lower_case("X-Amz-DATE 1@[`{"), "x-amz-date 1@[`{");
  EXPECT_EQ(lower_case("\xC3\x84"), "\xC3\x84");
  EXPECT_EQ(lower_case(""), "");
}

TEST(StringsTest, TrimsWhiteSpaceAtTheEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(StringsTest, MeasuresEditsWithTranspositions) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("vendor", "vender"), 1);
  EXPECT_EQ(edit_distance("replcias", "replicas"), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(StringsTest, FindsTheNearestWordWithinATypingError) {
  const std::string_view words[] = {"replicas", "selector", "template"};
  EXPECT_EQ(nearest("replcas", words), "replicas");
  EXPECT_EQ(nearest("tempalte", words), "template");
  EXPECT_EQ(nearest("image", words), "");
  const std::string_view letters[] = {"b", "ab"};
  EXPECT_EQ(nearest("a", letters), "");
  EXPECT_EQ(nearest("", letters), "");
  EXPECT_EQ(nearest("ac", letters), "ab");
}

TEST(RandomTest, IsTheSameForTheSameSeed) {
  SeededRandom a(1), b(1), c(2);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
  // SplitMix64's published first values for seed 0.
  EXPECT_EQ(SeededRandom(0).next(), 0xe220a8397b1dcdafU);
}

TEST(RandomTest, StaysInItsBounds) {
  SeededRandom random(3);
  int seen[5] = {};
  for (int i = 0; i < 1000; ++i) {
    ++seen[random.below(5)];
    const double unit = random.unit();
    ASSERT_TRUE(unit >= 0 && unit < 1);
  }
  for (const int count : seen) EXPECT_GT(count, 100);
}

TEST(RandomTest, NamesHaveKubernetesLetters) {
  SeededRandom random(4);
  const std::string name = random.name_suffix(50);
  EXPECT_EQ(name.size(), 50U);
  EXPECT_EQ(name.find_first_not_of("bcdfghjklmnpqrstvwxz2456789"), std::string::npos);
}

}  // namespace
}  // namespace base
