#include "cli/completion.h"

#include <gtest/gtest.h>

#include "cli/command.h"

namespace cli {
namespace {

TEST(CompletionTest, EveryShellKnowsEveryCommandAndFlag) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion(shell);
    ASSERT_TRUE(script.has_value());
    for (const Command& command : commands()) {
      EXPECT_NE(script->find(command.name), std::string::npos) << shell << " " << command.name;
      for (const Flag* flag : command.flags) {
        const std::string written =
            (std::string(shell) == "fish" ? "-l " : "--") + std::string(flag->name);
        EXPECT_NE(script->find(written), std::string::npos) << shell << " " << flag->name;
      }
    }
  }
}

TEST(CompletionTest, AnotherShellIsRefused) {
  EXPECT_EQ(base::to_string(completion("tcsh").error()),
            "error: no completion for 'tcsh'\nhint: one of: bash, zsh, fish");
}

}  // namespace
}  // namespace cli
