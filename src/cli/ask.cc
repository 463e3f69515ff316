#include "cli/ask.h"

#include <ostream>

#include "base/strings.h"

namespace cli {

base::Result<void> ask(std::string_view what, std::string_view question, const Options& options,
                       Shell& shell) {
  if (options.yes) return {};
  if (!shell.in_is_terminal || !shell.err_is_terminal) {
    return base::Error{base::ErrorCode::invalid_argument,
                       "there is no terminal to ask on: " + std::string(question),
                       "--yes says yes"};
  }
  shell.err << what << question << " [y/N] " << std::flush;
  const std::string answer = shell.read_line().value_or("");
  const std::string_view said = base::trim(answer);
  if (said == "y" || said == "yes") return {};
  return base::Error{base::ErrorCode::cancelled, "not agreed to; nothing was written"};
}

}  // namespace cli
