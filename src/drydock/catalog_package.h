#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "doc/value.h"
#include "drydock/crd_store.h"

namespace drydock {

/// One operator as a catalog offers it: drydock/packages/NAME.yaml.
struct Package {
  struct Channel {
    std::string name;
    std::vector<std::string> versions;  ///< Oldest first; each replaces the one before.
  };
  struct Deployment {
    std::string name;
    int replicas = 1;
    std::string container;    ///< "manager"
    std::string cpu, memory;  ///< Requests.
    std::vector<std::pair<std::string, std::string>> env;
  };

  std::string name;
  std::string title;
  std::string provider;
  std::string default_channel;
  /// How the ClusterServiceVersion of a version is called: "{package}.v{version}".
  std::string csv_name;
  std::vector<std::string> install_modes;  ///< Those that are supported.
  std::vector<std::string> kinds;          ///< Owned CRDs: "GROUP/Kind" (CrdStore::find).
  std::vector<std::string> needs;          ///< Packages that OLM installs with it.
  std::string suggested_namespace;
  std::vector<Channel> channels;
  std::vector<Deployment> deployments;

  std::string csv_of(const std::string& version) const;
};

/// Reads a package strictly. Errors: invalid_argument with file, line and column.
base::Result<Package> read_package(const std::filesystem::path& file);

/// The ClusterServiceVersion of one version. Pure.
doc::Value cluster_service_version(const Package& package, const std::string& version,
                                   const std::vector<OwnedKind>& owned);

/// A file-based catalog of the package: JSON documents, one a line (olm.package, olm.channel,
/// olm.bundle). The bundles have no image: ClusterServiceVersion and CRDs stand inline as
/// olm.bundle.object, which OLM takes without an unpack job. Errors: as CrdStore::find.
base::Result<std::string> file_based_catalog(const Package& package, const CrdStore& crds);

}  // namespace drydock
