#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"

namespace cli {

/// A file, whole. Errors: not_found, permission_denied, invalid_argument (a folder; larger than
/// kDocumentBytesMax), each naming the file.
base::Result<std::string> read_file(const std::filesystem::path& path);
/// Writes beside the file and renames, so that a reader sees the old or the new, never a part.
base::Result<void> replace_file(const std::filesystem::path& path, std::string_view text);

/// Every *.yaml and *.md below `folder`, by path. Errors: not_found when there is no tracker.yaml.
base::Result<std::vector<catalog::File>> read_catalog(const std::filesystem::path& folder);

/// Where the catalog is: `flag` where given, else `variable`, else infra/openshift or
/// share/slipway/openshift in a folder above the program. Errors: not_found.
base::Result<std::filesystem::path> find_catalog(const std::string& flag,
                                                 const std::string& variable,
                                                 const std::filesystem::path& executable);

}  // namespace cli
