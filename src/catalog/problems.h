#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "doc/diagnostic.h"
#include "doc/value.h"

namespace catalog {

/// Everything that is wrong with a catalog, so that a person sees it all at once.
/// Ownership: borrows the sources it is told about. Internal to this folder.
class Problems {
 public:
  void add(const doc::Source& source, doc::Mark mark, std::string message, std::string hint = "");
  /// A problem that is an Error already (a file that cannot be parsed).
  void add(base::Error error);
  bool empty() const { return found_.empty() && errors_.empty(); }
  /// By file, line and column; one after the other. REQUIRES: !empty().
  base::Error to_error() const;

 private:
  struct Found {
    const doc::Source* source;
    doc::Diagnostic diagnostic;
  };
  std::vector<Found> found_;
  std::vector<base::Error> errors_;
};

}  // namespace catalog
