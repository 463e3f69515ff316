#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "doc/value.h"

namespace drydock {

/// Where CustomResourceDefinitions come from: a folder of real ones (--crds), and drydock's own
/// shapes (drydock/shapes) for kinds that the folder lacks. Both lie as GROUP/Kind.yaml.
/// Threading: immutable; any thread.
class CrdStore {
 public:
  /// `real` may be empty: shapes alone.
  CrdStore(std::filesystem::path shapes, std::filesystem::path real = {})
      : shapes_(std::move(shapes)), real_(std::move(real)) {}

  /// The CRD of "GROUP/Kind". "GROUP/Kind.v25.10.1" and "GROUP/Kind--rhoai-2.25" name a variant of
  /// the real one (shapes have none: the plain kind stands in). Errors: not_found naming both
  /// folders, invalid_argument.
  base::Result<doc::Value> find(std::string_view kind) const;

 private:
  std::filesystem::path shapes_, real_;
};

/// What OLM's catalogs say of a CRD.
struct OwnedKind {
  std::string group, version, kind, crd_name;
};
/// Of the version that is stored.
OwnedKind owned_kind(const doc::Value& crd);

}  // namespace drydock
