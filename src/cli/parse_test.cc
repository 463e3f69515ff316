#include "cli/parse.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "cli/print.h"

namespace cli {
namespace {

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> parts;
  for (const std::string_view part : base::split(line, ' ')) parts.emplace_back(part);
  return parts;
}

/// What the program would print for a line that it cannot read.
std::string refused(std::string_view line) {
  const auto parsed = parse(split(line));
  return parsed ? "accepted" : error_text(parsed.error());
}

Options read(std::string_view line) {
  const auto parsed = parse(split(line));
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message);
  if (!parsed || !std::holds_alternative<Invocation>(*parsed)) return {};
  return std::get<Invocation>(*parsed).options;
}

TEST(ParseTest, ReadsFlagsInEitherForm) {
  const Options options = read("up --site a.yaml --context=c -y --deadline 15m -ojson");
  EXPECT_EQ(options.site, "a.yaml");
  EXPECT_EQ(options.context, "c");
  EXPECT_TRUE(options.yes);
  EXPECT_EQ(options.deadline, "15m");
  EXPECT_EQ(options.output, "json");
}

TEST(ParseTest, DefaultsStandWhereNothingIsSaid) {
  const Options options = read("plan");
  EXPECT_EQ(options.site, "site.yaml");
  EXPECT_EQ(options.output, "table");
  EXPECT_FALSE(options.yes);
}

TEST(ParseTest, ReadsArguments) {
  EXPECT_EQ(read("explain gpu-pool -o yaml").arguments, std::vector<std::string>{"gpu-pool"});
  EXPECT_EQ(read("explain -o yaml -- gpu-pool").arguments, std::vector<std::string>{"gpu-pool"});
}

TEST(ParseTest, NamesTheNearestCommand) {
  EXPECT_EQ(refused("plna"),
            "slipway: error: unknown command 'plna'\nhint: did you mean 'plan'?\n");
  EXPECT_EQ(refused("frobnicate"),
            "slipway: error: unknown command 'frobnicate'\n"
            "hint: slipway --help lists the commands\n");
  EXPECT_EQ(refused("help explian"),
            "slipway: error: unknown command 'explian'\nhint: did you mean 'explain'?\n");
}

TEST(ParseTest, NamesTheNearestFlag) {
  EXPECT_EQ(refused("plan --contxt=a"),
            "slipway: error: unknown flag '--contxt' of slipway plan\n"
            "hint: did you mean '--context'?\n");
  EXPECT_EQ(refused("plan --force"),
            "slipway: error: unknown flag '--force' of slipway plan\n"
            "hint: slipway plan --help shows its flags and an example\n");
  EXPECT_EQ(refused("plan -x"),
            "slipway: error: unknown flag '-x' of slipway plan\n"
            "hint: slipway plan --help shows its flags and an example\n");
  // Flags of other commands are unknown here.
  EXPECT_EQ(refused("plan --yes"),
            "slipway: error: unknown flag '--yes' of slipway plan\n"
            "hint: slipway plan --help shows its flags and an example\n");
}

TEST(ParseTest, RefusesAFlagWithoutItsValue) {
  EXPECT_EQ(refused("plan --site"),
            "slipway: error: --site needs a value: --site FILE\n"
            "hint: slipway plan --help shows its flags and an example\n");
  EXPECT_EQ(refused("plan --context --site a"),
            "slipway: error: --context needs a value: --context NAME\n"
            "hint: slipway plan --help shows its flags and an example\n");
}

TEST(ParseTest, RefusesAValueForASwitch) {
  EXPECT_EQ(refused("up --yes=perhaps"),
            "slipway: error: --yes takes no value\n"
            "hint: slipway up --help shows its flags and an example\n");
}

TEST(ParseTest, RefusesWhatIsNoChoice) {
  EXPECT_EQ(refused("plan -o jsn"),
            "slipway: error: --output cannot be 'jsn'\nhint: did you mean 'json'?\n");
  EXPECT_EQ(refused("plan --output=wide"),
            "slipway: error: --output cannot be 'wide'\nhint: one of: table, json, yaml\n");
  EXPECT_EQ(refused("completion powershell"),
            "slipway: error: SHELL cannot be 'powershell'\nhint: one of: bash, zsh, fish\n");
}

TEST(ParseTest, CountsArguments) {
  EXPECT_EQ(refused("explain"),
            "slipway: error: slipway explain needs TASK\n"
            "hint: for example: slipway explain gpu-operator-nvidia\n");
  EXPECT_EQ(refused("explain a b"),
            "slipway: error: slipway explain takes no argument 'b'\n"
            "hint: slipway explain --help shows its flags and an example\n");
  EXPECT_EQ(refused("plan everything"),
            "slipway: error: slipway plan takes no argument 'everything'\n"
            "hint: slipway plan --help shows its flags and an example\n");
}

TEST(ParseTest, WantsTheCommandFirst) {
  EXPECT_EQ(refused("--context c plan"),
            "slipway: error: the command comes before its flags, and '--context' is a flag\n"
            "hint: slipway COMMAND --context ...; slipway --help lists the commands\n");
}

TEST(ParseTest, EveryCommandHasAHelpWithAnExampleThatParses) {
  for (const Command& command : commands()) {
    const std::string name(command.name);
    for (const std::string& line : {name + " --help", name + " -h", "help " + name}) {
      const auto parsed = parse(split(line));
      ASSERT_TRUE(parsed.has_value()) << line;
      ASSERT_TRUE(std::holds_alternative<Text>(*parsed)) << line;
      EXPECT_EQ(std::get<Text>(*parsed).text, help(command));
    }
    for (const std::string_view example : base::split(command.example, '\n')) {
      std::string line(example.substr(0, example.find_first_of(">)")));
      const std::size_t program = line.find("slipway ");
      ASSERT_NE(program, std::string::npos) << example;
      const std::string words(base::trim(line.substr(program + 8)));
      EXPECT_TRUE(parse(split(words)).has_value()) << example;
    }
  }
}

TEST(ParseTest, HelpOfACommandShowsItsFlags) {
  EXPECT_EQ(help(*find_command("explain")),
            "slipway explain: why a task is not ready: the chain of causes and the next step\n"
            "\n"
            "Usage: slipway explain TASK [flags]\n"
            "\n"
            "Follows what is not ready to its root: what the task needs, what the API server "
            "refused,\n"
            "the operator's Subscription and CSV, pods, nodes, fields that somebody else took, "
            "known\n"
            "issues.\n"
            "\n"
            "Example:\n"
            "  slipway explain gpu-operator-nvidia\n"
            "  slipway explain gpu-workers -o json\n"
            "\n"
            "Arguments:\n"
            "  TASK                   a task's id, as slipway status shows it\n"
            "\n"
            "Flags:\n"
            "      --site FILE        the site file (default site.yaml)\n"
            "      --catalog DIR      the catalog (default: $SLIPWAY_CATALOG, else the one that "
            "came along)\n"
            "      --context NAME     the kubeconfig's context (default: its current one)\n"
            "      --kubeconfig FILE  the kubeconfig (default: $KUBECONFIG, else "
            "~/.kube/config)\n"
            "  -o, --output FORMAT    how to print the result: table, json, yaml\n"
            "  -h, --help             this text\n");
}

TEST(ParseTest, NothingAndHelpGiveTheListOfCommands) {
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{}, {"help"}, {"--help"}, {"-h"}}) {
    const auto parsed = parse(line);
    ASSERT_TRUE(parsed.has_value() && std::holds_alternative<Text>(*parsed));
    EXPECT_EQ(std::get<Text>(*parsed).text, help());
  }
  for (const Command& command : commands()) {
    EXPECT_NE(help().find("  " + std::string(command.name) + " "), std::string::npos);
  }
}

TEST(ParseTest, TheVersionFlagIsTheVersionCommand) {
  const auto parsed = parse(split("--version"));
  ASSERT_TRUE(parsed.has_value() && std::holds_alternative<Invocation>(*parsed));
  EXPECT_EQ(std::get<Invocation>(*parsed).command, find_command("version"));
}

}  // namespace
}  // namespace cli
