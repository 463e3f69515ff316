#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cli/options.h"

namespace cli {

struct Shell;

/// What completing a flag's value or an argument offers.
enum class Completes { nothing, files, folders, choices };

/// One flag, with the member of Options that it sets.
struct Flag {
  using Target =
      std::variant<bool Options::*, std::string Options::*, std::vector<std::string> Options::*>;
  std::string_view name;   ///< "site": --site
  char letter;             ///< 'o': -o; 0 is none.
  std::string_view value;  ///< "FILE"; "" is a switch.
  std::string_view summary;
  Target target;
  Completes completes = Completes::nothing;
  std::string_view choices = {};  ///< "table json yaml": one of these; "" is anything.
};

/// The positional arguments of a command: all of one name.
struct Arguments {
  std::string_view name = {};  ///< "TASK"; "" takes none.
  std::string_view summary = {};
  int min = 0;
  int max = 0;
  Completes completes = Completes::nothing;
  std::string_view choices = {};
};

/// One row of the table that parsing, help and completion are made from.
struct Command {
  std::string_view name;
  std::string_view summary;     ///< One line: lower case, no full stop.
  std::string_view about = {};  ///< What --help says below the summary; full sentences.
  std::string_view example;     ///< A line per command that a person would type.
  Arguments arguments = {};
  std::vector<const Flag*> flags = {};
  /// Does it. The value is the exit code (base/error.h); an Error is printed and gives its own.
  base::Result<int> (*run)(const Options& options, Shell& shell);
};

/// Every command, in the order of `slipway --help`. Lives for the whole program.
std::span<const Command> commands();
/// nullptr when there is none of that name.
const Command* find_command(std::string_view name);

/// "table json yaml" as its words.
std::vector<std::string_view> words(std::string_view text);

}  // namespace cli
