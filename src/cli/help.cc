#include <algorithm>

#include "cli/parse.h"

namespace cli {
namespace {

std::string pad(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

/// "  -o, --output FORMAT": the left column of a flag's line.
std::string flag_column(const Flag& flag) {
  std::string text = flag.letter != 0 ? std::string("  -") + flag.letter + ", " : "      ";
  text += "--" + std::string(flag.name);
  if (!flag.value.empty()) text += " " + std::string(flag.value);
  return text;
}

std::string flag_summary(const Flag& flag) {
  std::string text(flag.summary);
  if (flag.choices.empty()) return text;
  std::string choices;
  for (const std::string_view choice : words(flag.choices)) {
    choices += (choices.empty() ? "" : ", ") + std::string(choice);
  }
  return text + ": " + choices;
}

std::string usage_of_arguments(const Arguments& arguments) {
  if (arguments.name.empty()) return "";
  std::string text(arguments.name);
  if (arguments.max > 1) text += "...";
  return arguments.min == 0 ? " [" + text + "]" : " " + text;
}

std::string indented(std::string_view lines) {
  std::string text = "  ";
  for (const char c : lines) {
    text += c;
    if (c == '\n') text += "  ";
  }
  return text + "\n";
}

}  // namespace

std::string help() {
  std::string text =
      "slipway takes a GPU-backed OpenShift cluster from bare to serving private LLM translation "
      "on\n"
      "Red Hat OpenShift AI, proves that it serves, and keeps it so.\n\n"
      "Usage: slipway COMMAND [flags]\n\nCommands:\n";
  std::size_t width = 0;
  for (const Command& command : commands()) width = std::max(width, command.name.size());
  for (const Command& command : commands()) {
    text += "  " + pad(std::string(command.name), width + 2) + std::string(command.summary) + "\n";
  }
  return text +
         "\nExample:\n"
         "  slipway plan --context my-cluster\n"
         "  slipway up --context my-cluster\n\n"
         "slipway COMMAND --help shows a command's flags and an example. Results go to stdout, "
         "the\n"
         "rest to stderr. Exit codes: 0 done, 2 bad input, 3 a check failed, 4 changes pending,\n"
         "5 timed out, 6 cluster unreachable, 7 conflict with another owner, 8 not permitted,\n"
         "70 our bug, 130 interrupted.\n";
}

std::string help(const Command& command) {
  std::string text = "slipway " + std::string(command.name) + ": " + std::string(command.summary) +
                     "\n\nUsage: slipway " + std::string(command.name) +
                     usage_of_arguments(command.arguments) + " [flags]\n\n";
  if (!command.about.empty()) text += std::string(command.about) + "\n\n";
  text += "Example:\n" + indented(command.example);
  std::size_t width = std::string_view("  -h, --help").size();
  for (const Flag* flag : command.flags) width = std::max(width, flag_column(*flag).size());
  if (!command.arguments.name.empty()) {
    text += "\nArguments:\n" + pad("  " + std::string(command.arguments.name), width + 2) +
            std::string(command.arguments.summary) + "\n";
  }
  text += "\nFlags:\n";
  for (const Flag* flag : command.flags) {
    text += pad(flag_column(*flag), width + 2) + flag_summary(*flag) + "\n";
  }
  return text + pad("  -h, --help", width + 2) + "this text\n";
}

}  // namespace cli
