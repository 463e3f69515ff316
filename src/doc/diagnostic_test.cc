#include "doc/diagnostic.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace doc {
namespace {

TEST(DiagnosticTest, ShowsTheLineAndACaret) {
  EXPECT_EQ(render({{2, 3}, "unknown key 'vender'", "did you mean 'vendor'?"},
                   {"site.yaml", "gpu:\n  vender: nvidia\n"}),
            "site.yaml:2:3: error: unknown key 'vender'\n"
            "  2 |   vender: nvidia\n"
            "    |   ^\n"
            "hint: did you mean 'vendor'?");
}

TEST(DiagnosticTest, BecomesAnErrorWithoutTheWordError) {
  const base::Error error = to_error({{1, 1}, "bad", "do better"}, {"x", "abc"});
  EXPECT_EQ(error.code, base::ErrorCode::invalid_argument);
  EXPECT_EQ(error.message, "x:1:1: bad\n  1 | abc\n    | ^");
  EXPECT_EQ(error.hint, "do better");
}

TEST(DiagnosticTest, NamesTheFileAloneWhereNoPlaceIsKnown) {
  EXPECT_EQ(render({{}, "is empty"}, {"x.yaml", ""}), "x.yaml: error: is empty");
  EXPECT_EQ(render({{9, 1}, "beyond the end"}, {"x.yaml", "a\n"}),
            "x.yaml:9:1: error: beyond the end");
}

TEST(DiagnosticTest, KeepsTabsAndCountsCharactersForTheCaret) {
  EXPECT_EQ(render({{1, 8}, "here"}, {"x", "\ta\xC3\xA4\xE2\x82\xAC!"}),
            "x:1:8: error: here\n  1 | \ta\xC3\xA4\xE2\x82\xAC!\n    | \t   ^");
}

TEST(DiagnosticTest, CutsLongLinesAroundTheCaret) {
  const std::string line = std::string(100, 'a') + "X" + std::string(100, 'b');
  EXPECT_EQ(render({{12, 101}, "here"}, {"x", std::string(11, '\n') + line}),
            "x:12:101: error: here\n  12 | ..." + std::string(60, 'a') + "X" +
                std::string(35, 'b') + "...\n     |    " + std::string(60, ' ') + "^");
}

TEST(DiagnosticTest, SendsNoControlCharactersToATerminal) {
  EXPECT_EQ(render({{1, 2}, "here"}, {"x", "a\x1B[31m"}),
            "x:1:2: error: here\n  1 | a?[31m\n    |  ^");
}

TEST(DiagnosticTest, KnowsEveryLineBreak) {
  EXPECT_EQ(line_text("a\r\nb\rc\nd", 1), "a");
  EXPECT_EQ(line_text("a\r\nb\rc\nd", 2), "b");
  EXPECT_EQ(line_text("a\r\nb\rc\nd", 3), "c");
  EXPECT_EQ(line_text("a\r\nb\rc\nd", 4), "d");
  EXPECT_EQ(line_text("a\r\nb\rc\nd", 5), "");
  EXPECT_EQ(mark_at("a\r\nbc", 4), (Mark{2, 2}));
  EXPECT_EQ(mark_at("a\rb", 2), (Mark{2, 1}));
}

TEST(DiagnosticTest, HintsAtTheNearestKey) {
  const std::string_view known[] = {"vendor", "count", "model"};
  EXPECT_EQ(hint_for_unknown("vender", known), "did you mean 'vendor'?");
  EXPECT_EQ(hint_for_unknown("zzz", known), "known keys: vendor, count, model");
  EXPECT_EQ(hint_for_typo("zzz", known), "");
  const std::vector<std::string_view> many(11, "some");
  EXPECT_EQ(hint_for_unknown("zzz", many), "");
}

TEST(DiagnosticTest, FindsWhatNoParserCanRead) {
  EXPECT_FALSE(find_unreadable("fine \xE2\x82\xAC"));
  const auto bad = find_unreadable("a\nb\xC0\xAF");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->mark, (Mark{2, 2}));
  EXPECT_EQ(bad->message, "byte 0xC0 is not UTF-8");
  const auto large = find_unreadable(std::string(base::limits::kDocumentBytesMax + 1, ' '));
  ASSERT_TRUE(large);
  EXPECT_EQ(large->message, "67108865 bytes are more than the limit of 67108864");
}

}  // namespace
}  // namespace doc
