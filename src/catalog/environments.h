#pragma once

#include <vector>

#include "catalog/catalog.h"
#include "catalog/examine.h"
#include "cel/cel.h"

/// What expressions of a catalog may name, with its type. Internal to this folder.
namespace catalog {

/// The environments of one catalog, made once. Immutable, safe from many threads.
class Environments {
 public:
  /// `types`, where given, is borrowed while the constructor and check() run.
  explicit Environments(const ObjectTypes* types = nullptr);

  /// Of a manifest: site, cluster, install; typed, so that a name that does not exist is an error
  /// at load.
  const cel::Environment& object() const { return object_; }
  /// Of what a proof expects: stdout, exitCode, pod; and site, cluster.
  const cel::Environment& proof() const { return proof_; }
  /// Of a ready check or a known issue: `objects` too, with what is read.
  cel::Environment check(const std::vector<Read>& reads) const;

 private:
  const ObjectTypes* types_;
  cel::Environment object_, proof_;
};

/// Where nothing is known of objects: for expressions of our own.
const Environments& untyped_environments();

}  // namespace catalog
