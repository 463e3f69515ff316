#include <ostream>

#include "cli/parse.h"
#include "cli/print.h"
#include "cli/shell.h"

namespace cli {
namespace {

base::Result<int> carry_out(std::span<const std::string> arguments, Shell& shell) {
  const Parsed parsed = TRY(parse(arguments));
  if (const auto* text = std::get_if<Text>(&parsed)) {
    shell.out << text->text;
    return base::kExitDone;
  }
  const auto& invocation = std::get<Invocation>(parsed);
  return invocation.command->run(invocation.options, shell);
}

}  // namespace

int run(std::span<const std::string> arguments, Shell& shell) {
  const base::Result<int> result = carry_out(arguments, shell);
  shell.out.flush();
  if (result) return *result;
  shell.err << error_text(result.error()) << std::flush;
  return base::facts(result.error().code).exit_code;
}

}  // namespace cli
