#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "cli/command.h"

namespace cli {

/// What a command line asks for: a command with its options, or a text to print (help).
struct Invocation {
  const Command* command = nullptr;
  Options options;
};
struct Text {
  std::string text;
};
using Parsed = std::variant<Invocation, Text>;

/// Reads a command line, without the program's name. Prints nothing, never exits, touches no file.
/// Nothing at all, "help" and "--help" ask for the help; "help COMMAND" is "COMMAND --help".
///
/// Errors: invalid_argument, with the nearest command, flag or choice as the hint.
base::Result<Parsed> parse(std::span<const std::string> arguments);

/// The text of `slipway --help` and of `slipway COMMAND --help`.
std::string help();
std::string help(const Command& command);

}  // namespace cli
