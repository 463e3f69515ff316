#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cli {

/// The completion script of "bash", "zsh" or "fish", made from the table of commands.
/// Errors: invalid_argument for another shell.
base::Result<std::string> completion(std::string_view shell);

}  // namespace cli
