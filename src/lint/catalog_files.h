#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "lint/lint.h"

namespace lint {

/// A catalog of which something is to be judged. All of it is read: a task is right or wrong
/// together with its manifests and its runbook.
struct CatalogFiles {
  std::vector<catalog::File> files;
  /// What is judged: paths below the root, and what the person called them.
  std::map<std::string, std::string> asked;
};

/// Takes the files that belong to catalogs out of `names`, by catalog. Errors: of Files.
base::Result<std::vector<CatalogFiles>> take_catalogs(std::vector<std::string>& names,
                                                      const Files& files);

}  // namespace lint
