#pragma once

#include <set>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "lint/lint.h"

namespace lint {

/// A catalog of which something is to be judged. All of it is read: a task is right or wrong
/// together with its manifests and its runbook.
struct CatalogFiles {
  std::string root;  ///< As it was named: "infra/openshift"; "" is the folder that one is in.
  std::vector<catalog::File> files;
  std::vector<std::string> asked;  ///< Paths below the root that are judged, sorted.

  /// A file of the catalog as the report names it.
  std::string name_of(const std::string& path) const;
};

/// Takes the files that belong to catalogs out of `names`, by catalog. Errors: of Files.
base::Result<std::vector<CatalogFiles>> take_catalogs(std::vector<std::string>& names,
                                                      const Files& files);

}  // namespace lint
