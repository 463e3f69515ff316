#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/expression.h"
#include "engine/observed.h"
#include "engine/plan.h"
#include "site/site.h"

/// The CEL variables of a look at a cluster. Internal to this folder and its tests.
namespace engine {

/// One thing that expressions may read ("objects.csv", "cluster.gpuNodes"): its value, or why there
/// is none. It is then absent in CEL, so that reading it is an error and a check over it fails.
struct Readable {
  bool present = false;
  doc::Value value;
  std::string missing;               ///< "Node could not be read: ...".
  std::vector<doc::Value> evidence;  ///< The objects behind the value.
  /// Of one that is missing: its kind could not be read, so whether it is there is not known.
  bool unread = false;
};
using Readables = std::map<std::string, Readable>;

/// The members of the variable `cluster`, by name (catalog/environment.cc types them):
///   nodes, workers, gpuNodes  lists of Nodes; GPU nodes are those with the site's labels
///   gpus                      {resource, capacity, allocatable}: whole GPUs on the GPU nodes
///   openshift                 {version, major, minor, patch, object}: the newest completed update
///   kubernetes                {version, major, minor}
///   infrastructure            the object
///   clusterOperators          a list
///   packages                  PackageManifests by "source/package"
Readables cluster_readables(const site::Site& site, const Observed& observed);

/// What `reads` ask for, by name, as the members of `objects`.
Readables object_readables(const std::vector<catalog::Read>& reads, const catalog::Scope& scope,
                           const Observed& observed);

/// A map of what is present.
doc::Value to_map(const Readables& readables);

/// Everything that expressions of one task can see.
struct TaskView {
  Readables cluster;
  Readables objects;
  catalog::Scope scope;  ///< site, cluster, install, objects

  /// Why an expression failed, in words better than CEL's where something it reads is missing.
  std::string reason(const catalog::Expression& expression, const base::Error& error) const;
  /// Whether something that an expression reads is missing because it could not be read.
  bool unread(const catalog::Expression& expression) const;
  /// The objects behind what an expression reads, without repetition.
  std::vector<doc::Value> evidence(const catalog::Expression& expression) const;
  /// Members that an expression reads: "objects.csv", "cluster.nodes".
  std::vector<std::string> members_read(const catalog::Expression& expression) const;
};

/// `install` as expressions see it; null when the task has no operator.
doc::Value install_value(const PlannedOperator* planned, const catalog::Task& task);

TaskView view_of(const catalog::Task& task, const PlannedOperator* planned, const site::Site& site,
                 const Readables& cluster, const Observed& observed);

}  // namespace engine
