#pragma once

#include <set>
#include <vector>

#include "lint/catalog_files.h"
#include "lint/judge.h"
#include "lint/lint.h"

namespace lint {

/// Every kind whose schema judging these catalogs needs: of manifests, of what tasks read, of what
/// the variable `cluster` is made of.
std::set<schema::Kind> kinds_in(const std::vector<CatalogFiles>& catalogs);

/// A document for each file that is asked for: what catalog::load() refuses about it; expressions
/// held to the schemas of the objects that they read; manifests held to the schemas of their kinds,
/// with what their expressions yield. Its kind is the manifest's, or "catalog Task", "catalog
/// Tracker", "catalog KnownIssues". Where a schema is missing that is a finding: then nothing was
/// checked.
std::vector<Document> judge_catalog(const CatalogFiles& files, const Schemas& schemas,
                                    const Options& options, Expressions& expressions);

}  // namespace lint
