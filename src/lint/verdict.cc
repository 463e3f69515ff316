#include <algorithm>

#include "base/check.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "lint/lint.h"

namespace lint {

std::optional<CatalogPlace> Files::catalog_of(const std::string& /*folder*/) const {
  return std::nullopt;
}

base::Result<std::vector<catalog::File>> Files::read_catalog(const std::string& root) const {
  return base::Error{base::ErrorCode::not_found, "'" + root + "' is no catalog"};
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid:
      return "valid";
    case Verdict::invalid:
      return "invalid";
    case Verdict::no_schema:
      return "no-schema";
    case Verdict::skipped:
      return "skipped";
    case Verdict::unreadable:
      return "unreadable";
  }
  CHECK(false);
}

std::size_t Report::count(Verdict verdict) const {
  return std::size_t(
      std::count_if(documents.begin(), documents.end(),
                    [&](const Document& document) { return document.verdict == verdict; }));
}

int exit_code(const Report& report) {
  const std::size_t bad = report.count(Verdict::invalid) + report.count(Verdict::unreadable);
  const std::size_t unjudged = report.count(Verdict::no_schema);
  const bool good = bad == 0 && (report.ignore_missing_schemas
                                     ? report.count(Verdict::valid) + unjudged > 0
                                     : report.count(Verdict::valid) > 0 && unjudged == 0);
  return good ? base::kExitDone : base::kExitCheckFailed;
}

}  // namespace lint
