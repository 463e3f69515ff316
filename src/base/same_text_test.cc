#include "base/same_text.h"

#include <gtest/gtest.h>

#include <string>

namespace base {
namespace {

TEST(SameText, SaysWhatEqualsSays) {
  EXPECT_TRUE(same_text("", ""));
  EXPECT_TRUE(same_text("", std::string_view()));
  EXPECT_FALSE(same_text("", "a"));
  EXPECT_FALSE(same_text("abc", "abcd"));
}

TEST(SameText, SeesADifferenceAtEveryPlaceOfEveryLength) {
  for (std::size_t size = 1; size <= 40; ++size) {
    const std::string text(size, 'x');
    EXPECT_TRUE(same_text(text, std::string(size, 'x'))) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'y';
      EXPECT_FALSE(same_text(text, other)) << size << " bytes, different at " << at;
    }
  }
}

}  // namespace
}  // namespace base
