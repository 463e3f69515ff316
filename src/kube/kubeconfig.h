#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

namespace kube {

/// How to reach a cluster and as whom: one context of a kubeconfig, files read, relative paths
/// resolved. Holds secrets (INV-7): never print one whole.
struct ClusterAccess {
  std::string context;         ///< Its name; "" where there was no kubeconfig.
  std::string server;          ///< "https://127.0.0.1:6443", no trailing slash.
  std::string namespace_name;  ///< The context's default namespace, or "default".
  std::string user;            ///< The kubeconfig's name for the user.

  std::string ca_pem;           ///< "" trusts the system's authorities.
  std::string tls_server_name;  ///< "" is the host of `server`.
  bool insecure = false;        ///< insecure-skip-tls-verify.
  std::string proxy_url;        ///< "" leaves the choice to the environment.

  std::string client_certificate_pem;
  std::string client_key_pem;
  std::string token;
  std::string token_file;  ///< Read again when the server refuses the token: it rotates.
  std::string username;    ///< Basic authentication.
  std::string password;
};

/// Reads a file whole; the error says which and why.
using FileReader = std::function<base::Result<std::string>(const std::string& path)>;

/// One or more kubeconfig files, merged as kubectl merges them: of each named entry and of
/// current-context, the first file that has it wins. Threading: immutable.
class Kubeconfig {
 public:
  /// The files of a KUBECONFIG value ("a:b:c"), or of $HOME/.kube/config where it is empty.
  static std::vector<std::string> paths(std::string_view kubeconfig_variable,
                                        std::string_view home);
  /// Reads and merges. A file of several that does not exist is left out; that none exists is
  /// not_found. Errors: invalid_argument with a position for what is no kubeconfig.
  static base::Result<Kubeconfig> load(const std::vector<std::string>& paths,
                                       const FileReader& read);

  const std::string& current_context() const { return current_context_; }
  std::vector<std::string> context_names() const;  ///< Sorted.

  /// What `context` means ("" is the current one). Errors: not_found with the known names as a
  /// hint; invalid_argument for a dangling cluster or user; unimplemented for `exec` and
  /// `auth-provider` credentials, with what to do instead.
  base::Result<ClusterAccess> access(std::string_view context, const FileReader& read) const;

 private:
  struct Named {
    std::string name;
    doc::Value value;
    std::string file;  ///< Relative paths are relative to its folder.
  };
  const Named* find(const std::vector<Named>& list, std::string_view name) const;
  base::Result<void> merge(const doc::Value& document, const std::string& file);

  std::string current_context_;
  std::vector<Named> contexts_, clusters_, users_;
};

}  // namespace kube
