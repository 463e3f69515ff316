#include "cli/print.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(PrintTest, AnErrorHasItsHintOnALineOfItsOwn) {
  EXPECT_EQ(
      error_text({base::ErrorCode::not_found, "a.yaml: No such file or directory", "name it"}),
      "slipway: error: a.yaml: No such file or directory\nhint: name it\n");
  EXPECT_EQ(error_text({base::ErrorCode::internal, "broken"}), "slipway: error: broken\n");
}

TEST(PrintTest, ATableAlignsItsColumnsAndPadsNoLastOne) {
  EXPECT_EQ(table({"TASK", "STATE", "WHY"}, {{"a-long-name", "ready"}, {"b", "blocked", "a"}}),
            "TASK         STATE    WHY\n"
            "a-long-name  ready\n"
            "b            blocked  a\n");
}

TEST(PrintTest, CutsByCharacterAndNotByByte) {
  EXPECT_EQ(cut("short", 5), "short");
  EXPECT_EQ(cut("longer than it", 10), "longer ...");
  EXPECT_EQ(cut("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4", 5), "\u00e4\u00e4...");
  EXPECT_EQ(cut("two\nlines", 20), "two lines");
  EXPECT_EQ(cut("abc", 2), "ab");
  EXPECT_EQ(cut("abc", -1), "");
}

TEST(PrintTest, PrintsJsonAndYaml) {
  const doc::Value value = doc::Value::map({{"a", doc::Value(1)}});
  EXPECT_EQ(formatted(value, "json"), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(formatted(value, "yaml"), "a: 1\n");
}

}  // namespace
}  // namespace cli
