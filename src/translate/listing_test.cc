#include "translate/listing.h"

#include <gtest/gtest.h>

namespace translate {
namespace {

TEST(ListingTest, ShowsWhatIsTranslatedAndWhatIsKept) {
  const auto list = list_segments("# Title\n\nSee [the guide](/g) and `x`.\n\n```\ncode\n```\n");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list,
            "1:3     heading           \"Title\"\n"
            "3:1     paragraph         \"See ⟦1⟧the guide⟦/1⟧ and ⟦2⟧.\"\n"
            "          ⟦1⟧ \"[ ... ](/g)\"\n"
            "          ⟦2⟧ \"`x`\"\n"
            "5:1     kept code         \"```\\ncode\\n```\"\n"
            "2 to translate, 1 kept\n");
}

TEST(ListingTest, ListsAsJsonLines) {
  const auto list = list_segments_json("Run `x` now\n\n---\n\n    y\n");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list,
            "{\"begin\":0,\"end\":11,\"kind\":\"paragraph\",\"translate\":true,"
            "\"text\":\"Run ⟦1⟧ now\",\"placeholders\":[{\"open\":\"`x`\"}]}\n"
            "{\"begin\":18,\"end\":23,\"kind\":\"code\",\"translate\":false,\"text\":\"    y\","
            "\"placeholders\":[]}\n");
}

TEST(ListingTest, JudgesCasesLineByLine) {
  const char* cases =
      "{\"id\":\"a\",\"source\":\"One.\",\"response\":\"Uno.\",\"expect\":\"accept\"}\n"
      "{\"id\":2,\"source\":\"One.\",\"response\":\"http://x\",\"expect\":\"accept\"}\r\n"
      "\n"
      "not json\n"
      "{\"id\":\"d\",\"source\":\"One.\"}";
  EXPECT_EQ(judge_cases(cases),
            "{\"id\":\"a\",\"verdict\":\"accept\",\"reason\":\"none\"}\n"
            "{\"id\":2,\"verdict\":\"refuse\",\"reason\":\"scheme\"}\n"
            "{\"id\":null,\"verdict\":\"refuse\",\"reason\":\"invalid_case\"}\n"
            "{\"id\":\"d\",\"verdict\":\"refuse\",\"reason\":\"invalid_case\"}\n");
  EXPECT_EQ(judge_cases_table(cases),
            "a           accept\n"
            "2           refuse  scheme (raw)\n"
            "null        refuse  invalid_case\n"
            "d           refuse  invalid_case\n"
            "3 refused, 1 accepted; 1 not as expected\n");
}

TEST(ListingTest, SaysWhereAPageIsNotText) {
  const auto list = list_segments("ab\xC3");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().message, "the page is not UTF-8 at byte 2");
}

}  // namespace
}  // namespace translate
