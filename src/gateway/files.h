#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gateway {

/// A file's bytes; "-" is standard input. invalid_argument with the system's reason.
base::Result<std::string> read_file(const std::string& path);

/// Writes a file so that it is whole or not there: into a neighbour first, then renamed. `mode` as
/// in chmod. unavailable with the system's reason.
base::Result<void> write_file(const std::string& path, std::string_view bytes,
                              unsigned mode = 0644);

}  // namespace gateway
