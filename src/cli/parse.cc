#include "cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/strings.h"

namespace cli {
namespace {

base::Error bad(std::string message, std::string hint) {
  return base::Error{base::ErrorCode::invalid_argument, std::move(message), std::move(hint)};
}

std::string see_help(const Command& command) {
  return "slipway " + std::string(command.name) + " --help shows its flags and an example";
}

base::Error unknown_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  const std::string_view near = base::nearest(word, names);
  return bad("unknown command '" + std::string(word) + "'",
             near.empty() ? "slipway --help lists the commands"
                          : "did you mean '" + std::string(near) + "'?");
}

base::Error unknown_flag(const Command& command, std::string_view word) {
  const std::string_view bare = word.substr(0, word.find('='));
  std::vector<std::string> written;
  for (const Flag* flag : command.flags) written.push_back("--" + std::string(flag->name));
  const std::vector<std::string_view> known(written.begin(), written.end());
  const std::string_view near = base::nearest(bare, known);
  return bad("unknown flag '" + std::string(bare) + "' of slipway " + std::string(command.name),
             near.empty() ? see_help(command) : "did you mean '" + std::string(near) + "'?");
}

base::Error bad_choice(std::string what, std::string_view given, std::string_view choices) {
  const std::vector<std::string_view> known = words(choices);
  const std::string_view near = base::nearest(given, known);
  std::string list;
  for (const std::string_view choice : known) {
    list += (list.empty() ? "" : ", ") + std::string(choice);
  }
  return bad(std::move(what) + " cannot be '" + std::string(given) + "'",
             near.empty() ? "one of: " + list : "did you mean '" + std::string(near) + "'?");
}

/// CLI11's app for one command. It borrows `options` and writes into it.
void declare(CLI::App& app, const Command& command, Options& options) {
  app.allow_extras();  // So that what is unknown is ours to name.
  app.set_help_flag();
  for (const Flag* flag : command.flags) {
    std::string names = "--" + std::string(flag->name);
    if (flag->letter != 0) names += std::string(",-") + flag->letter;
    std::visit(
        [&](auto member) {
          using Member = std::remove_reference_t<decltype(options.*member)>;
          if constexpr (std::is_same_v<Member, bool>) {
            app.add_flag(names, options.*member);
          } else {
            // One value each time: CLI11 would hand every following word to a list.
            app.add_option(names, options.*member)->type_size(1)->expected(1);
            if constexpr (!std::is_same_v<Member, std::string>) {
              app.get_option("--" + std::string(flag->name))
                  ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            }
          }
        },
        flag->target);
  }
}

/// "--site FILE" of a flag that takes a value, "--yes" of a switch.
std::string written(const Flag& flag) {
  std::string text = "--" + std::string(flag.name);
  return flag.value.empty() ? text : text + " " + std::string(flag.value);
}

const Flag* find_flag(const Command& command, std::string_view word) {
  for (const Flag* flag : command.flags) {
    if (word == "--" + std::string(flag->name)) return flag;
    if (flag->letter != 0 && word == std::string("-") + flag->letter) return flag;
  }
  return nullptr;
}

/// Values that are missing, and those that a switch does not take: CLI11 says neither in words that
/// would help.
base::Result<void> check_values(const Command& command, std::span<const std::string> words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    const std::size_t equals = word.find('=');
    const Flag* flag = find_flag(command, std::string_view(word).substr(0, equals));
    if (flag == nullptr) continue;
    if (flag->value.empty()) {
      if (equals == std::string::npos) continue;
      return bad(written(*flag) + " takes no value", see_help(command));
    }
    if (equals != std::string::npos) continue;
    const bool missing =
        i + 1 == words.size() || (words[i + 1].size() > 1 && words[i + 1][0] == '-');
    if (missing) {
      return bad("--" + std::string(flag->name) + " needs a value: " + written(*flag),
                 see_help(command));
    }
    ++i;
  }
  return {};
}

base::Result<void> take_arguments(const Command& command, const std::vector<std::string>& extras,
                                  Options& options) {
  bool flags_ended = false;
  for (const std::string& word : extras) {
    if (word == "--" && !flags_ended) {
      flags_ended = true;
      continue;
    }
    if (!flags_ended && word.size() > 1 && word.front() == '-') return unknown_flag(command, word);
    options.arguments.push_back(word);
  }
  const Arguments& wanted = command.arguments;
  const auto count = static_cast<int>(options.arguments.size());
  if (count < wanted.min) {
    return bad(
        "slipway " + std::string(command.name) + " needs " + std::string(wanted.name),
        "for example: " + std::string(command.example.substr(0, command.example.find('\n'))));
  }
  if (count > wanted.max) {
    const std::string& extra = options.arguments[static_cast<std::size_t>(wanted.max)];
    return bad("slipway " + std::string(command.name) + " takes no argument '" + extra + "'",
               see_help(command));
  }
  if (wanted.choices.empty()) return {};
  const std::vector<std::string_view> known = words(wanted.choices);
  for (const std::string& word : options.arguments) {
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      return bad_choice(std::string(wanted.name), word, wanted.choices);
    }
  }
  return {};
}

base::Result<void> check_choices(const Command& command, const Options& options) {
  for (const Flag* flag : command.flags) {
    const auto* text = std::get_if<std::string Options::*>(&flag->target);
    if (text == nullptr || flag->choices.empty()) continue;
    const std::string& given = options.**text;
    const std::vector<std::string_view> known = words(flag->choices);
    if (std::find(known.begin(), known.end(), given) == known.end()) {
      return bad_choice("--" + std::string(flag->name), given, flag->choices);
    }
  }
  return {};
}

base::Result<Parsed> parse_command(const Command& command, std::span<const std::string> rest) {
  for (const std::string& word : rest) {
    if (word == "--") break;
    if (word == "--help" || word == "-h") return Parsed(Text{help(command)});
  }
  auto complete = check_values(command, rest);
  if (!complete) return std::move(complete).error();
  Invocation invocation;
  invocation.command = &command;
  CLI::App app;
  declare(app, command, invocation.options);
  std::vector<std::string> reversed(rest.rbegin(), rest.rend());  // As CLI11 wants them.
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return bad(error.what(), see_help(command));
  }
  auto taken = take_arguments(command, app.remaining(), invocation.options);
  if (!taken) return std::move(taken).error();
  auto checked = check_choices(command, invocation.options);
  if (!checked) return std::move(checked).error();
  return Parsed(std::move(invocation));
}

}  // namespace

base::Result<Parsed> parse(std::span<const std::string> arguments) {
  if (arguments.empty()) return Parsed(Text{help()});
  const std::string& first = arguments.front();
  const auto rest = arguments.subspan(1);
  if (first == "--help" || first == "-h") return Parsed(Text{help()});
  if (first == "--version") return parse_command(*find_command("version"), rest);
  if (first == "help") {
    if (rest.empty()) return Parsed(Text{help()});
    const Command* asked = find_command(rest.front());
    if (asked == nullptr) return unknown_command(rest.front());
    return Parsed(Text{help(*asked)});
  }
  if (first.size() > 1 && first.front() == '-') {
    return bad("the command comes before its flags, and '" + first + "' is a flag",
               "slipway COMMAND " + first + " ...; slipway --help lists the commands");
  }
  const Command* command = find_command(first);
  if (command == nullptr) return unknown_command(first);
  return parse_command(*command, rest);
}

}  // namespace cli
