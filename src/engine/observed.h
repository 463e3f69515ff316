#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "doc/value.h"
#include "kube/types.h"

namespace engine {

/// How a kind was read. What could not be read is not empty: nothing may be concluded from it.
enum class Reading {
  listed,      ///< `objects` is everything there is.
  not_served,  ///< The API has no such kind now (its CRD is not there yet).
  failed,      ///< Not known; `why` says so.
};

/// The objects of one kind, by place and name.
struct KindView {
  using Objects = std::map<kube::ObjectKey, doc::Value>;  ///< As cluster::Snapshot has them.
  Reading reading = Reading::failed;
  std::string why = "it was not asked for";  ///< One sentence; of `failed` and `not_served`.
  std::shared_ptr<const Objects> objects = nullptr;  ///< Of `listed`; never null then.

  static KindView listed(std::vector<doc::Value> objects);
  static KindView listed(std::shared_ptr<const Objects> objects);
  static KindView not_served();
  static KindView failed(std::string why);
};

/// What a cluster was at one moment: all that the engine knows of it.
///
/// A value: cheap to copy, the objects are shared. Filled by whoever reads the cluster; the kinds
/// that are needed are Catalog::kinds(). metadata.managedFields has to be kept.
/// PackageManifests are a kind like any other here (packages.operators.coreos.com/v1).
struct Observed {
  base::WallTime time{};           ///< When it was read; stands in evidence.
  std::string kubernetes_version;  ///< "v1.33.13"; empty when not known.
  std::map<kube::GroupVersionKind, KindView> kinds;

  /// The view of `gvk`; one that says "it was not asked for" when it is not in `kinds`.
  const KindView& of(const kube::GroupVersionKind& gvk) const;
  /// The object, or nullptr: absent or not known (ask of() which). Borrowed.
  const doc::Value* find(const kube::ObjectRef& ref) const;
};

/// As one JSON document, sorted: a recording to test against. from_json gives back an equal value.
doc::Value to_value(const Observed& observed);
base::Result<Observed> observed_from(const doc::Value& document);

}  // namespace engine
