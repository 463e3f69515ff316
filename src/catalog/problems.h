#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/examine.h"
#include "doc/diagnostic.h"
#include "doc/value.h"

namespace catalog {

/// Everything that is wrong with a catalog, so that a person sees it all at once.
/// Ownership: borrows the sources it is told about. Internal to this folder.
class Problems {
 public:
  void add(const doc::Source& source, doc::Mark mark, std::string message, std::string hint = "");
  /// The same, of something inside a `${...}`.
  void add_in_expression(const doc::Source& source, doc::Mark mark, std::string message,
                         std::string hint = "");
  /// A problem of the catalog as a whole.
  void add(base::Error error);
  bool empty() const { return found_.empty() && errors_.empty(); }
  /// By file, line and column; one after the other. REQUIRES: !empty().
  base::Error to_error() const;
  /// Those of the catalog as a whole, then by file, line and column.
  std::vector<Problem> list() const;

 private:
  struct Found {
    const doc::Source* source;
    doc::Diagnostic diagnostic;
    bool in_expression;
  };
  std::vector<Found> sorted() const;

  std::vector<Found> found_;
  std::vector<base::Error> errors_;
};

}  // namespace catalog
