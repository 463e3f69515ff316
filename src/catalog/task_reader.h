#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/environments.h"
#include "catalog/problems.h"
#include "doc/value.h"

/// From a parsed task file to a Task. Internal to this folder.
namespace catalog {

/// What a task may refer to. Borrowed.
struct Beside {
  explicit Beside(const ObjectTypes* types) : environments(types) {}

  struct Manifest {
    doc::Source source;
    doc::Value value;
  };
  std::map<std::string, Manifest> manifests;  ///< By path.
  std::set<std::string> runbooks;             ///< Paths.
  std::set<std::string> used;                 ///< Manifests that some task has taken.
  Environments environments;
};

/// Reads one task. What is wrong goes into `problems`; the task is then incomplete.
Task read_task(const doc::Value& value, const doc::Source& source, Beside& beside,
               Problems& problems);

/// Reads one item of known-issues.yaml.
KnownIssue read_known_issue(const doc::Value& value, const Environments& environments,
                            const doc::Source& source, Problems& problems);

/// A name that CEL can select: the letters and digits of `id`.
std::string cel_name(std::string_view id);

}  // namespace catalog
