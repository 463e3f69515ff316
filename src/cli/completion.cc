#include "cli/completion.h"

#include "cli/command.h"
#include "cli/commands.h"

namespace cli {
namespace {

std::string joined_names() {
  std::string text;
  for (const Command& command : commands()) text += std::string(command.name) + " ";
  return text + "help";
}

std::string flags_of(const Command& command) {
  std::string text;
  for (const Flag* flag : command.flags) {
    text += "--" + std::string(flag->name) + " ";
    if (flag->letter != 0) text += std::string("-") + flag->letter + " ";
  }
  return text + "--help";
}

std::string bash_values(Completes completes, std::string_view choices) {
  switch (completes) {
    case Completes::nothing:
      return "COMPREPLY=()";
    case Completes::files:
      return "COMPREPLY=($(compgen -f -- \"$word\"))";
    case Completes::folders:
      return "COMPREPLY=($(compgen -d -- \"$word\"))";
    case Completes::choices:
      return "COMPREPLY=($(compgen -W '" + std::string(choices) + "' -- \"$word\"))";
  }
  return "";
}

/// One case of "the word before is this flag" for each flag that takes a value, over all commands.
std::string bash_flag_cases() {
  std::string text;
  std::vector<const Flag*> seen;
  for (const Command& command : commands()) {
    for (const Flag* flag : command.flags) {
      if (flag->value.empty()) continue;
      bool known = false;
      for (const Flag* other : seen) known = known || other == flag;
      if (known) continue;
      seen.push_back(flag);
      text += "    --" + std::string(flag->name);
      if (flag->letter != 0) text += std::string("|-") + flag->letter;
      text += ") " + bash_values(flag->completes, flag->choices) + "; return ;;\n";
    }
  }
  return text;
}

std::string bash() {
  std::string text =
      "# bash completion of slipway: source <(slipway completion bash)\n"
      "_slipway() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      joined_names() +
      "' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case $before in\n" +
      bash_flag_cases() +
      "  esac\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : commands()) {
    text += "    " + std::string(command.name) + ")\n      if [[ $word == -* ]]; then\n" +
            "        COMPREPLY=($(compgen -W '" + flags_of(command) + "' -- \"$word\"))\n" +
            "      else\n        " +
            bash_values(command.arguments.completes, command.arguments.choices) + "\n      fi ;;\n";
  }
  return text + "    help) COMPREPLY=($(compgen -W '" + joined_names() +
         "' -- \"$word\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -F _slipway slipway\n";
}

/// Quotes for zsh's and fish's single quotes and for zsh's brackets and colons.
std::string zsh_text(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else if (c == '[' || c == ']' || c == ':') {
      quoted += std::string("\\") + c;
    } else {
      quoted += c;
    }
  }
  return quoted;
}

std::string zsh_action(Completes completes, std::string_view choices) {
  switch (completes) {
    case Completes::nothing:
      return " ";
    case Completes::files:
      return "_files";
    case Completes::folders:
      return "_files -/";
    case Completes::choices:
      return "(" + std::string(choices) + ")";
  }
  return "";
}

std::string zsh_flag(const Flag& flag) {
  const std::string rest = "[" + zsh_text(flag.summary) + "]" +
                           (flag.value.empty() ? ""
                                               : ":" + std::string(flag.value) + ":" +
                                                     zsh_action(flag.completes, flag.choices));
  const std::string longer = "--" + std::string(flag.name) + (flag.value.empty() ? "" : "=");
  std::string text = " \\\n        '" + longer + rest + "'";
  if (flag.letter != 0) text += std::string(" \\\n        '-") + flag.letter + rest + "'";
  return text;
}

std::string zsh() {
  std::string text =
      "#compdef slipway\n"
      "# zsh completion of slipway: slipway completion zsh > \"${fpath[1]}/_slipway\"\n"
      "_slipway() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const Command& command : commands()) {
    text += "    '" + std::string(command.name) + ":" + zsh_text(command.summary) + "'\n";
  }
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=${words[2]}\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n";
  for (const Command& command : commands()) {
    text += "    " + std::string(command.name) + ")\n      _arguments";
    for (const Flag* flag : command.flags) text += zsh_flag(*flag);
    text += " \\\n        '--help[this text]'";
    if (!command.arguments.name.empty()) {
      text += " \\\n        '" + std::string(command.arguments.max > 1 ? "*" : "1") + ":" +
              zsh_text(command.arguments.name) + ":" +
              zsh_action(command.arguments.completes, command.arguments.choices) + "'";
    }
    text += " ;;\n";
  }
  return text + "  esac\n}\n" +
         "if [ \"$funcstack[1]\" = _slipway ]; then _slipway \"$@\"; else compdef _slipway "
         "slipway; "
         "fi\n";
}

std::string fish_text(std::string_view text) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' ? std::string("\\'") : std::string(1, c);
  return quoted;
}

std::string fish_values(Completes completes, std::string_view choices) {
  switch (completes) {
    case Completes::nothing:
      return " -x";
    case Completes::files:
      return " -rF";
    case Completes::folders:
      return " -xa '(__fish_complete_directories)'";
    case Completes::choices:
      return " -xa '" + std::string(choices) + "'";
  }
  return "";
}

std::string fish() {
  std::string text =
      "# fish completion of slipway\n"
      "complete -c slipway -f\n";
  for (const Command& command : commands()) {
    const std::string name(command.name);
    text += "complete -c slipway -n __fish_use_subcommand -a " + name + " -d '" +
            fish_text(command.summary) + "'\n";
    const std::string when = "complete -c slipway -n '__fish_seen_subcommand_from " + name + "'";
    for (const Flag* flag : command.flags) {
      text += when + " -l " + std::string(flag->name);
      if (flag->letter != 0) text += std::string(" -s ") + flag->letter;
      if (!flag->value.empty()) text += fish_values(flag->completes, flag->choices);
      text += " -d '" + fish_text(flag->summary) + "'\n";
    }
    if (!command.arguments.choices.empty()) {
      text += when + " -a '" + std::string(command.arguments.choices) + "'\n";
    } else if (command.arguments.completes == Completes::files) {
      text += when + " -F\n";
    }
  }
  return text;
}

}  // namespace

base::Result<std::string> completion(std::string_view shell) {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  if (shell == "fish") return fish();
  return base::Error{base::ErrorCode::invalid_argument,
                     "no completion for '" + std::string(shell) + "'", "one of: bash, zsh, fish"};
}

}  // namespace cli
