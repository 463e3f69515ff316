#pragma once

#include <vector>

#include "catalog/catalog.h"
#include "engine/observed.h"
#include "engine/removal.h"
#include "site/site.h"

/// What `down` leaves, and why. Internal to this folder.
namespace engine {

/// Takes out of `removals` every Namespace in which something stands that is not ours and does not
/// go with what is ours, and says so. A kind that could not be read may hide something: it stays.
void keep_namespaces_in_use(const site::Site& site, const Observed& observed,
                            std::vector<Removal>& removals, std::vector<Leftover>& leftovers);

/// CRDs that OLM installed, objects of the catalog's kinds that others made, and namespaces that
/// operators made.
void add_leftovers(const catalog::Catalog& catalog, const Observed& observed, RemovalPlan& plan);

}  // namespace engine
