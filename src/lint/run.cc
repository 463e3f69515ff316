#include <algorithm>
#include <iterator>

#include "lint/catalog_judge.h"
#include "lint/judge.h"
#include "lint/lint.h"
#include "lint/loader.h"
#include "lint/sweep.h"

namespace lint {

base::Result<Report> run(const Options& options, const Files& files) {
  std::vector<std::string> names = TRY(list_all(files, options.paths));
  const std::vector<CatalogFiles> catalogs = TRY(take_catalogs(names, files));
  Loader loader(options, files, kinds_in(catalogs));
  std::vector<std::vector<Document>> judged = TRY(judge_files(options, files, names, loader));
  Report report;
  report.files = names.size();
  report.kinds_known = loader.schemas().registry.kinds().size();
  report.ignore_missing_schemas = options.ignore_missing_schemas;
  for (const CatalogFiles& one : catalogs) {
    judged.push_back(judge_catalog(one, loader.schemas(), options, report.expressions));
    report.files += one.asked.size();
  }
  for (const Manifest& manifest : loader.bad_schemas()) {
    // A schema that is wrong makes every verdict by it doubtful: it is shown with the rest.
    judged.push_back(judge(manifest, loader.schemas(), options));
    std::erase_if(judged.back(), [](const Document& d) { return d.verdict != Verdict::invalid; });
  }
  for (auto& documents : judged) {
    std::move(documents.begin(), documents.end(), std::back_inserter(report.documents));
  }
  return report;
}

}  // namespace lint
