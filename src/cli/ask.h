#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/options.h"
#include "cli/shell.h"

namespace cli {

/// Shows `what` and asks `question` on the terminal; --yes answers it unseen. Only "y" and "yes"
/// are a yes. Errors: cancelled when the answer is no; invalid_argument when there is no terminal
/// to ask on.
base::Result<void> ask(std::string_view what, std::string_view question, const Options& options,
                       Shell& shell);

}  // namespace cli
