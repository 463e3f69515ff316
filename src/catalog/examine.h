#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "cel/type.h"
#include "doc/diagnostic.h"

namespace catalog {

/// What is known of a cluster's objects, so that what expressions read of them can be checked.
class ObjectTypes {
 public:
  virtual ~ObjectTypes() = default;
  /// nullopt: nothing is known; what is read of such an object is dyn.
  virtual std::optional<cel::Type> type_of(const kube::GroupVersionKind& kind) const = 0;
};

/// One thing that is wrong with a catalog.
struct Problem {
  std::string file;  ///< As the File's path; "" is the catalog as a whole.
  doc::Diagnostic diagnostic;
  bool in_expression = false;  ///< Of a `${...}`; otherwise of the file around it.
};

/// A catalog with everything that is wrong about it.
struct Examined {
  /// What could be read. Its expressions may lack their programs and its tasks their order where
  /// there are problems: for looking at, not for use.
  Catalog catalog;
  std::vector<Problem> problems;  ///< By file, line and column.
};

/// load(), with the problems one by one. `types`, where given, holds expressions to the schemas of
/// the objects that they read: `objects.policy.status.stat` is then a problem, with the nearest
/// name.
Examined examine(std::span<const File> files, const ObjectTypes* types = nullptr);

/// The kinds behind the variable `cluster`, with the member that holds them: ("nodes", v1 Node).
const std::vector<std::pair<std::string, kube::GroupVersionKind>>& cluster_kinds();

}  // namespace catalog
